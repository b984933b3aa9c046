import Foundation
import Testing

/// What the program says in many situations, word for word: a file with a line for each. `PPTRANSFER_WRITE_EXPECTED=1` writes it anew,
/// to be read before it is kept.
struct Messages {
    /// With the status and the transfer's title, which has 26 characters here.
    private static let longestHeadline = 160 + 26

    private let file: URL

    /// - Parameter test: the file of the test; `messages.txt` lies beside it.
    init(beside test: String = #filePath) {
        file = URL(fileURLWithPath: test).deletingLastPathComponent().appendingPathComponent("messages.txt")
    }

    /// `name (status) | line | line`, with what differs from run to run named instead.
    static func line(_ name: String, _ end: Completed, _ desk: Desk) -> String {
        var said = end.output + end.errors
        for (text, name) in [
            ("REHEARSAL ", ""), (desk.path("home"), "~"), (desk.path(""), "DESK/"), (String(repeating: "x", count: 300), "LONG"),
        ] {
            said = said.replacing(text, with: name)
        }
        for (pattern, name) in [
            (#/(?m)^(?:http\S+|Usage:.*|\ +See\ '.*)\n/#, ""),
            // Whether anybody looked while it moved.
            (#/(?m)^.*\ INFO\ .*:\ moving:\ .*\n/#, ""), (#/(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\ /#, ""),
        ] {
            said = said.replacing(pattern, with: name)
        }
        for (pattern, name) in [
            (#/127\.0\.0\.1:\d{2,5}/#, "LOOPBACK"), (#/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/#, "TIME"), (#/\d{4}-\d\d-\d\d/#, "DAY"),
            (#/Globus\ task\ [0-9a-f-]{36}/#, "Globus task ID"), (#/\ sent\ in\ \d+\.\d\ s\ \(\d+\ B\/s\)/#, " sent"),
            (#/\.pptransfer-check-\d+/#, ".pptransfer-check-N"), (#/request\ id\ [A-Za-z0-9]{9}\b/#, "request id ID"),
        ] {
            said = said.replacing(pattern, with: name)
        }
        let parts = said.split(separator: "\n").map { $0.replacing(#/\ {2,}/#, with: ": ") }
        return "\(name) (\(end.status)) | " + parts.joined(separator: " | ")
    }

    func expect(_ lines: [String]) throws {
        if ProcessInfo.processInfo.environment["PPTRANSFER_WRITE_EXPECTED"] == "1" {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        }
        // The first line of a failure fits in a line of a job's log.
        let headline = /ERROR\ (?:\S+\ )+?\S+\ \(\d+\):\ [^|]*/
        for line in lines {
            for found in line.matches(of: headline) { #expect(found.output.count <= Self.longestHeadline, "\(found.output)") }
        }
        let golden = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        for change in lines.difference(from: golden) {
            switch change {
            case .insert(_, let line, _): Issue.record("said, but not in messages.txt: \(line)")
            case .remove(_, let line, _): Issue.record("in messages.txt, but not said: \(line)")
            }
        }
    }
}

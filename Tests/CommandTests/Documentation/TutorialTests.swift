import Foundation
import TestSupport
import Testing

/// The tutorials, followed from the first step to the last by somebody who has a home directory and nothing else.
///
/// A YAML block is saved under the name that the sentence before it ends with. The shell blocks run in one shell, one after the other, and
/// each must end with 0. A text block after a shell block is what that block printed: `PPTRANSFER_WRITE_EXPECTED=1` writes it anew, to be
/// read before it is kept.
struct TutorialTests {
    private static let tutorials = Document.all.filter(\.isTutorial)

    private enum Step {
        case file(name: String, text: String)
        case shell(String)
    }

    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("you/.globusonline/lta/client-id.txt", "22222222-2222-4333-8444-555555555555\n")
        try FileManager.default.createDirectory(atPath: desk.path("bin"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: desk.path("bin/pptransfer"), withDestinationPath: Program.path)
    }

    /// The parts of a document between its fences; every second one is inside of them, and begins with the language.
    private static func parts(_ text: String) -> [String] { text.components(separatedBy: "```") }

    private static func steps(of text: String) throws -> [Step] {
        let parts = parts(text)
        var steps: [Step] = []
        for (index, part) in parts.enumerated() where !index.isMultiple(of: 2) {
            if part.hasPrefix("yaml\n") {
                let name = try #require(parts[index - 1].matches(of: /`([\w.-]+\.yaml)`/).last, "no name of a file before: \(part)").1
                steps.append(.file(name: String(name), text: String(part.dropFirst(5))))
            } else if part.hasPrefix("sh\n") {
                steps.append(.shell(String(part.dropFirst(3))))
            }
        }
        return steps
    }

    /// What each shell block printed, with `/home/you` for the home directory.
    private func follow(_ steps: [Step]) async throws -> [String] {
        var script = ""
        var count = 0
        for (index, step) in steps.enumerated() {
            switch step {
            case .file(let name, let text):
                try desk.write("blocks/\(index)", text)
                script += "cp '\(desk.path("blocks/\(index)"))' '\(name)'\n"
            case .shell(let text):
                try desk.write("blocks/\(index)", text)
                script += ". '\(desk.path("blocks/\(index)"))' >'\(desk.path("printed-\(count)"))' 2>&1 || exit \(count + 1)\n"
                count += 1
            }
        }
        try desk.write("tutorial.sh", script)
        let environment = ["HOME": desk.path("you"), "PATH": desk.path("bin") + ":/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"]
        let end = try await Turns.programs.pass {
            try await Program(["/bin/sh", desk.path("tutorial.sh")], in: desk.path("you"), environment: environment).completed()
        }
        let printed = (0..<count).map { String(decoding: desk.contents("printed-\($0)") ?? Data(), as: UTF8.self) }
        #expect(end.status == 0, "step \(end.status) failed: \(printed.joined(separator: "\n----\n"))\n\(end.everything)")
        return printed.map { $0.replacing(desk.path("you"), with: "/home/you").trimmingCharacters(in: .newlines) }
    }

    /// Without what differs from run to run.
    private static func steady(_ text: some StringProtocol) -> [String] {
        var text = String(text)
        // Whether anybody looked while it moved.
        text = text.replacing(#/(?m)^.*\ INFO\ .*:\ moving:\ .*\n/#, with: "")
        for (pattern, name) in [
            (#/\d{4}-\d\d-\d\d[T\ ]\d\d:\d\d:\d\d(?:Z|\+00:00)/#, "TIME"), (#/\d{4}-\d\d-\d\d\ \d\d:\d\d\b/#, "TIME"),
            (#/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/#, "UUID"),
            (#/\ sent\ in\ \d+(?:\.\d+)?\ \w+\ \([^)]*\)/#, " sent"),
            (#/sha256:[0-9a-f]{64}|\b[0-9a-f]{10}\b/#, "HASH"), (#/\b\d+(?:\.\d+)?\ (?:B|kB|MB|GB)\/s/#, "RATE"),
            (#/\b\d+(?:\.\d+)?\ (?:ms|s|min|h)\b/#, "DURATION"), (#/\ {2,}/#, "  "),
        ] {
            text = text.replacing(pattern, with: name)
        }
        return text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test(arguments: tutorials) func `a tutorial prints what it shows`(tutorial: Document) async throws {
        let printed = try await follow(try Self.steps(of: tutorial.text))
        var parts = Self.parts(tutorial.text)
        var next = 0
        for index in parts.indices where !index.isMultiple(of: 2) {
            if parts[index].hasPrefix("sh\n") { next += 1 }
            guard parts[index].hasPrefix("text\n") else { continue }
            let shown = parts[index].dropFirst(5)
            try #require(next > 0 && index > 1 && parts[index - 2].hasPrefix("sh\n"), "no command before: \(shown)")
            guard Self.steady(shown) != Self.steady(printed[next - 1]) else { continue }
            if ProcessInfo.processInfo.environment["PPTRANSFER_WRITE_EXPECTED"] == "1" {
                parts[index] = "text\n" + printed[next - 1] + "\n"
            } else {
                Issue.record("after: \(parts[index - 2])\nshown: \(shown)\nprinted: \(printed[next - 1])")
            }
        }
        let written = parts.joined(separator: "```")
        if written != tutorial.text {
            try Data(written.utf8).write(to: URL(fileURLWithPath: Document.package + "/" + tutorial.path))
        }
    }
}

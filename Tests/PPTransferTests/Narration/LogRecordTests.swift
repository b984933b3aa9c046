import Foundation
import Globus
import Logging
import TestSupport
import Testing

@testable import PPTransfer

struct LogRecordTests {
    private func record(
        _ message: String, _ level: Logger.Level = .info, rehearsal: Bool = false, _ more: Logger.Metadata = [:]
    ) -> LogRecord {
        let whose: Logger.Metadata = ["workflow": "u-ab123", "cycle": "19880901T0000Z", "name": "atmos"]
        return LogRecord(
            message, level: level, at: Timestamp(secondsSince1970: 1_795_216_628), isRehearsal: rehearsal,
            metadata: whose.merging(more) { $1 })
    }

    @Test func `text has the time, how bad it is, and whose it is`() {
        #expect(record("moving").text(in: .text) == "2026-11-20T23:17:08Z INFO  u-ab123 19880901T0000Z atmos: moving\n")
        #expect(
            record("a", .warning, rehearsal: true).text(in: .text)
                == "REHEARSAL 2026-11-20T23:17:08Z WARN  u-ab123 19880901T0000Z atmos: a\n")
    }

    @Test(arguments: [
        (Logger.Level.debug, "[DEBUG]  "), (.info, "[INFO]  "), (.warning, "[WARN]  "), (.error, "[ERROR]  "),
    ])
    func `moci's tags begin the line`(level: Logger.Level, tag: String) {
        let text = record("a", level, rehearsal: true).text(in: .moci)
        #expect(text == "\(tag)REHEARSAL 2026-11-20T23:17:08Z u-ab123 19880901T0000Z atmos: a\n")
    }

    @Test(arguments: LogFormat.allCases, ["\r\n", "\r", "\n", "\u{85}", "\u{2028}", "\u{2029}", "\u{0B}", "\u{0C}"])
    func `one message is one line, whatever it holds`(format: LogFormat, end: String) throws {
        let forged = "Maintenance\(end)2026-11-25T00:00:00Z INFO  u-ab123 1: archived"
        let text = record(forged, .warning).text(in: format)
        #expect(text.unicodeScalars.dropLast().allSatisfy { !Character($0).isNewline }, "\(text)")
        #expect(text.hasSuffix("\n"), "\(text)")
        guard format == .json else { return }
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)).object?["message"] == .string(forged))
    }

    @Test func `moci's tags of a result are OK and FAIL`() {
        #expect(record("x", .info, .event(.result)).text(in: .moci).hasPrefix("[ OK ]  2026"))
        #expect(record("x", .error, .event(.result)).text(in: .moci).hasPrefix("[FAIL]  2026"))
    }

    @Test func `JSON is one object in one line, with numbers as numbers`() throws {
        let metadata = Logger.Metadata.event(.progress, [.state: "moving", .bytes: "12", .task: "t-1"])
        let text = record("two\nlines \"quoted\"", .warning, metadata).text(in: .json)
        #expect(text.hasSuffix("}\n"))
        #expect(text.split(separator: "\n").count == 1)
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(
            value == [
                "pptransfer_log": 1, "time": "2026-11-20T23:17:08Z", "level": "warn", "rehearsal": false, "workflow": "u-ab123",
                "cycle": "19880901T0000Z", "name": "atmos", "event": "progress", "state": "moving", "bytes": 12, "task": "t-1",
                "message": "two\nlines \"quoted\"",
            ])
    }

    @Test func `a transfer without a cycle and a name has neither in its lines`() throws {
        let lines = Lines()
        lines.logger().about(try .example(name: nil) { $0.cycle = nil }).info("x")
        #expect(lines.all == ["info [\"workflow\": u-ab123]: x"])
    }
}

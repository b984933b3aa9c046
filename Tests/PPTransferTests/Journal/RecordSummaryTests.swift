import Foundation
import Globus
import GlobusTesting
import TestSupport
import Testing

@testable import PPTransfer

/// The quick way to what a table shows finds what the complete decoder finds, or leaves the record to it.
struct RecordSummaryTests {
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    private var journal: Journal { Journal(directory: place.path) }
    private var path: String { journal.stem("u-ab123", cycle: "19880901T0000Z", name: "atmos") + ".json" }

    private static func quick(_ bytes: some Collection<UInt8>) throws -> JournalRecord.Summary {
        try Array(bytes).withUnsafeBytes { try JournalRecord.Summary(JSONOutline($0)) }
    }

    /// A record with everything, the message as given.
    private func leave(message: String = "") async throws {
        let cycle = try await CycleJournal(journal, .example(), time: SteppedTimekeeper())
        let manifest = Manifest([.init(path: "a", size: 5_000_000_000, modified: -2)])
        try cycle.intend(.example(1), document: Data(), expecting: manifest)
        try cycle.accepted(.example(1), requestID: "r-1")
        try cycle.proven(Archive(files: 1, bytes: 5_000_000_000, figures: TaskFigures(.succeeded()), level: .size), manifest, Doubts())
        try cycle.ended(JournalRecord.Ending(status: "ok", exitStatus: 0, message: message, time: "now"), taskHasFailed: false)
        cycle.release()
    }

    @Test(arguments: ["", "plain", "é ü 漢 🏔", "a \"quoted\" \\ path/with/slashes", "two\nlines\tand a tab", "\u{1}\u{7F}\r\u{8}"])
    func `a record is summed up as its complete reading is`(message: String) async throws {
        try await leave(message: message)
        let record = try #require(try Journal.read(path)).record
        #expect(record.outcome?.message == message)
        #expect(journal.summaries(of: "u-ab123").summaries == [JournalRecord.Summary(record)])
        // What the encoder writes by code point is left to the complete decoder.
        let isOurs = !message.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }
        #expect(((try? Self.quick(try Data(contentsOf: URL(fileURLWithPath: path)))) != nil) == isOurs)
    }

    @Test func `cut at any byte, a record is left to the complete decoder, which finds the one before`() async throws {
        try await leave()
        let whole = try #require(FileManager.default.contents(atPath: path))
        let previous = try #require(try Journal.read(path + ".previous")).record
        for count in 0..<whole.count { #expect(throws: JSONOutline.Irregular.self, "\(count)") { try Self.quick(whole.prefix(count)) } }
        try whole.dropLast().write(to: URL(fileURLWithPath: path))
        #expect(journal.summaries(of: "u-ab123").summaries == [JournalRecord.Summary(previous)])
        try Data().write(to: URL(fileURLWithPath: path + ".previous"))
        let found = journal.summaries(of: "u-ab123")
        #expect(found.summaries.isEmpty)
        #expect(found.problems == [.unreadable(path: path, reason: "it is damaged, and so is the record before it")])
    }

    @Test func `wherever a byte is changed, nothing is found that the complete decoder refuses`() async throws {
        try await leave(message: "é \"x\"")
        let whole = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        let decoder = JSONDecoder()
        for place in whole.indices {
            for byte in [0, UInt8(ascii: "\""), UInt8(ascii: "0"), 0xFF] {
                var changed = whole
                changed[place] = byte
                guard let summary = try? Self.quick(changed), (try? decoder.decode(JSONValue.self, from: Data(changed))) == nil else {
                    continue
                }
                Issue.record("byte \(place) as \(byte): \(summary)")
            }
        }
    }

    @Test func `the record of a later version is told, not summed up`() async throws {
        try await leave()
        let text = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        let later = text.replacingOccurrences(of: "\"pptransfer_journal\" : 1", with: "\"pptransfer_journal\" : 2")
        #expect(later != text)
        try Data(later.utf8).write(to: URL(fileURLWithPath: path))
        #expect(journal.summaries().problems == [.newer(path: path, version: 2)])
    }

    @Test func `many records come in the order of their cycles`() async throws {
        try await leave()
        let text = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        let cycles = (-2...1500).map { "\($0)" }
        for cycle in cycles {
            let copy = journal.stem("u-ab123", cycle: cycle, name: "atmos") + ".json"
            try Data(text.replacingOccurrences(of: "19880901T0000Z", with: cycle).utf8).write(to: URL(fileURLWithPath: copy))
        }
        let expected = cycles + ["19880901T0000Z"]
        #expect(journal.summaries().summaries.map(\.cycle) == expected)
        #expect(journal.storedRecords().records.map(\.cycle) == expected)
    }
}

import Foundation
import Globus
import Testing

@testable import PPTransfer

/// What receipts of earlier versions do not say, and what the job at the destination is told.
struct ReceiptRecordTests {
    private func receipt(_ more: String = "", level: String = "size") throws -> JournalRecord.Receipt {
        let end = #"{"name": "jasmin", "collection": "a2f53b7f-1b4e-4dce-9b7c-349ae760fee0", "path": "/gws"}"#
        let text =
            #"{"files": 3, "bytes": 12, "level": "\#(level)", "proven": "2026-11-20T23:17:08Z", "tasks": [], "rate": 1, "#
            + #""source": \#(end), "destination": \#(end)\#(more)}"#
        return try JSONDecoder().decode(JournalRecord.Receipt.self, from: Data(text.utf8))
    }

    @Test func `a receipt of an earlier version is readable, and claims no more than it did`() throws {
        #expect(try receipt().tally == Tally(byDigest: 0, bySize: 3, unproven: 0))
        #expect(try receipt(#", "by_digest": 2"#).tally == Tally(byDigest: 2, bySize: 1, unproven: 0))
        #expect(try receipt(level: "none").tally == Tally(byDigest: 0, bySize: 0, unproven: 3))
        #expect(try receipt().manifest == nil)
        #expect(try receipt().readBack == nil)
    }

    @Test func `what a receipt records is what it tells`() throws {
        let recorded = try receipt(#", "by_digest": 1, "by_report": 2, "by_size": 1, "unproven": 4"#)
        #expect(recorded.tally.description == "2 by digest, 1 by size, 4 not verified")
        #expect(try JSONDecoder().decode(JournalRecord.Receipt.self, from: JSONEncoder().encode(recorded)) == recorded)
    }

    @Test func `the same files have the same fingerprint, and others another`() {
        let one = Manifest([.init(path: "a", size: 1, modified: 2), .init(path: "b", size: 1, modified: 2)])
        let other = Manifest([.init(path: "b", size: 1, modified: 2), .init(path: "a", size: 1, modified: 2)])
        #expect(one.fingerprint == other.fingerprint)
        #expect(one.fingerprint != Manifest([.init(path: "a", size: 1, modified: 2), .init(path: "b", size: 1, modified: 3)]).fingerprint)
    }
}

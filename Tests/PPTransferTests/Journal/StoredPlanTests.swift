import Globus
import TestSupport
import Testing

@testable import PPTransfer
@testable import PositionedYAML

struct StoredPlanTests {
    private func plan(_ configure: (inout TaskDescription) -> Void) throws -> TransferPlan {
        let made = try TransferPlan.example(configure: configure)
        return try TransferPlan(JournalRecord(made, now: Timestamp(secondsSince1970: 0)), sites: SiteCatalogue([]))
    }

    @Test func `what an earlier version accepted can still be verified and run again`() throws {
        let stored = try plan {
            $0.select = .example(include: ["*.{pp,nc}", "[[:digit:]]*"], exclude: ["./x"])
            $0.clean.source = .delete
            $0.transfer.sync = .size
        }
        #expect(stored.description.select.include.map(\.value) == ["*.{pp,nc}", "[[:digit:]]*"])
        #expect(stored.description.clean.source == .delete)
        #expect(stored.description.transfer.sync == .size)
    }

    @Test func `what no version writes is refused`() throws {
        var record = JournalRecord(try TransferPlan.example(), now: Timestamp(secondsSince1970: 0))
        record.plan.description += "colour: blue\n"
        #expect(throws: Problems.self) { try TransferPlan(record, sites: SiteCatalogue([])) }
    }
}

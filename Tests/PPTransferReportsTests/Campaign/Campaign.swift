import Foundation
import Globus
import GlobusTesting
import TestSupport

@testable import PPTransfer
@testable import PPTransferReports
@testable import SystemFiles

/// A journal with a campaign in it, as runs leave it.
struct Campaign {
    let place: TemporaryDirectory
    let time = SteppedTimekeeper()

    init() throws { place = try TemporaryDirectory() }

    var journal: Journal { Journal(directory: place.path) }

    func report(_ names: [String] = []) -> CampaignReport { CampaignReport(journal, workflows: names, now: time.now) }

    /// Leaves a record of which every value may be changed before it is written.
    func leave(_ cycle: String, workflow: String = "u-ab123", _ change: (inout JournalRecord) -> Void) throws {
        var record = JournalRecord(try .example(), now: time.now)
        (record.workflow, record.cycle) = (workflow, cycle)
        change(&record)
        let path = journal.stem(workflow, cycle: record.cycle, name: record.name) + ".json"
        try DurableFile.makeDirectory(journal.workflowDirectory(workflow))
        try DurableFile.write(JSONEncoder().encode(record), to: path)
    }

    /// 2 files, 3 GB.
    func submit(_ record: inout JournalRecord, _ state: JournalRecord.Submission.State) {
        record.submission = JournalRecord.Submission(
            id: .example(1), state: state, task: TaskID("6d1f4c1e-1b2c-4d3e-8f90-0123456789ab"), begun: time.now.description, files: 2,
            bytes: 3_000_000_000)
    }

    func archive(_ record: inout JournalRecord, level: String = "size") {
        submit(&record, .succeeded)
        record.receipt = JournalRecord.Receipt(
            files: 2, bytes: 3_000_000_000, level: level, proven: time.now.description, tasks: [], rate: 250_000_000,
            source: record.plan.source, destination: record.plan.destination)
    }

    func end(_ record: inout JournalRecord, _ status: Status, _ message: String = "it did not work") {
        record.outcome = JournalRecord.Ending(
            status: status.name, exitStatus: status.number, message: message, time: time.now.description)
    }

    /// Cycles 1 to 7: archived, archived and cleaned, begun, submitted, without space, without a login, failed.
    func leaveOfEachKind() throws {
        try leave("1") { archive(&$0) }
        try leave("2") { record in
            archive(&record, level: "digest")
            record.receipt?.cleaned = time.now.description
        }
        try leave("3") { _ in }
        try leave("4") { submit(&$0, .accepted) }
        try leave("5") { record in
            submit(&record, .failed)
            end(&record, .noSpace)
        }
        try leave("6") { record in
            submit(&record, .accepted)
            end(&record, .session, "log in again")
        }
        try leave("7") { record in
            submit(&record, .failed)
            end(&record, .failed)
        }
    }
}

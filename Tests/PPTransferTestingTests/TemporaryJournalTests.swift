import Foundation
import Globus
import GlobusTesting
import PPTransfer
import PPTransferTesting
import TestSupport
import Testing

/// A journal of the testing product, with the simulator: what a program's own test has.
struct TemporaryJournalTests {
    private let source = CollectionID("3e90d018-0d05-461a-bbaf-aab605283d21")!
    private let destination = CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0")!

    @Test func `a plan that was carried out is not carried out again, as long as its journal is there`() async throws {
        let directory = try TemporaryDirectory()
        for folder in ["here/cycle", "there"] {
            try FileManager.default.createDirectory(atPath: "\(directory.path)/\(folder)", withIntermediateDirectories: true)
        }
        try Data("fields".utf8).write(to: URL(filePath: "\(directory.path)/here/cycle/a.pp"))
        let globus = GlobusSimulator([
            .init(source, "here", root: "\(directory.path)/here"), .init(destination, "there", root: "\(directory.path)/there"),
        ])
        let client = GlobusClient(
            login: .serviceAccount(id: globus.account.id, secret: globus.account.secret), configuration: GlobusClient.Configuration(),
            transport: globus.transport, clock: SystemTimekeeper())
        let plan = Plan(
            id: try TransferID(workflow: "u-ab123", cycle: "1"), from: Place(source, try CollectionPath("/cycle")),
            to: Place(destination, try CollectionPath("/archive/1")))

        let place: String
        do {
            let kept = try TemporaryJournal()
            place = kept.journal.directory
            let transfers = Transfers(client: client, journal: kept.journal)
            let first = await transfers.start(plan).value
            let second = await transfers.start(plan).value
            #expect(first.result == .archived)
            #expect(second.result == .alreadyArchived)
            #expect(await globus.tasks.count == 1)
            #expect(FileManager.default.fileExists(atPath: place))
        }
        #expect(!FileManager.default.fileExists(atPath: place))
    }
}

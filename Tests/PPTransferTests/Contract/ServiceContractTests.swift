import Foundation
import Globus
import GlobusCLILogin
import GlobusTesting
import Rehearsal
import Synchronization
import TestSupport
import Testing

@testable import PPTransfer

/// The simulator and every fake keep what `TransferService` promises, as far as each plays it.
struct ServiceContractTests {
    private static let names = ["a.pp", "b.pp", "c.nc"]
    private static let source = CollectionID("3e90d018-0d05-461a-bbaf-aab605283d21") ?? .null
    private static let destination = CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0") ?? .null

    private static func document(_ id: SubmissionID, to directory: String) -> TransferDocument {
        var document = TransferDocument(
            from: source, to: destination,
            items: names.map {
                TransferItem(sourcePath: "/work/n02/cycle/\($0)", destinationPath: "/gws/\(directory)/\($0)", recursive: false)
            })
        document.submissionID = id
        document.label = "contract \(directory)"
        return document
    }

    /// Each submission has a directory of its own, so that none is in another's way.
    private static func documents() -> @Sendable (SubmissionID) -> TransferDocument {
        { id in document(id, to: "d-\(id)") }
    }

    // MARK: the simulator

    @Test(arguments: ServiceContract.Promise.allCases)
    func `the simulator, through its client`(promise: ServiceContract.Promise) async throws {
        let place = try TemporaryDirectory()
        for name in Self.names {
            let path = place.path + "/source/work/n02/cycle/" + name
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(name.utf8).write(to: URL(fileURLWithPath: path))
        }
        try FileManager.default.createDirectory(atPath: place.path + "/destination/gws", withIntermediateDirectories: true)
        let configuration = StandInConfiguration(collections: [
            StandInCollection(id: Self.source, displayName: "Source", root: place.path + "/source"),
            StandInCollection(id: Self.destination, displayName: "Destination", root: place.path + "/destination"),
        ])
        try await Turns.standIns.pass {
            let standIn = try await StandIn.start(configuration)
            let environment = Dictionary(standIn.environment.map { ($0.name, $0.value) }) { _, last in last }
                .merging(["HOME": place.path]) { _, last in last }
            let service = try GlobusSession(
                environment: GlobusEnvironment(environment), variables: environment,
                client: ClientInfo(known: "contract", version: "1")
            ).transfer
            let contract = ServiceContract(
                service: service, collection: Self.source, directory: try CollectionPath("/work/n02/cycle"), names: Self.names,
                document: Self.documents()
            ) { task in
                while try await !service.task(task).status.hasEnded { try await Task.sleep(for: .milliseconds(20)) }
            }
            try await contract.check(promise)
            await standIn.stop()
        }
    }

    // MARK: fakes

    @Test(arguments: [ServiceContract.Promise.submissionIDs, .listing, .stat, .sentFiles])
    func `the scripted service`(promise: ServiceContract.Promise) async throws {
        let files = Self.names.map { DirectoryEntry.file($0, 3) }
        let service = ScriptedService(steps: [.state(.succeeded())], files: ["/work/n02/cycle": files])
        try await contract(service) { _ in }.check(promise)
    }

    @Test(arguments: ServiceContract.Promise.allCases)
    func `the played archive`(promise: ServiceContract.Promise) async throws {
        let place = try TemporaryDirectory()
        for name in Self.names { try place.file(name, 3) }
        let time = SteppedTimekeeper()
        let service = PlayedArchive(time, source: place.path)
        var contract = try contract(service) { _ in await time.sleep(for: .seconds(60)) }
        if [.listing, .stat].contains(promise) {
            // It shows what was brought.
            let document = Self.document(try await service.newSubmissionID(), to: "shown")
            _ = try await service.submit(.bytes(try JSONEncoder().encode(document)))
            contract = ServiceContract(
                service: service, collection: Self.destination, directory: try CollectionPath("/gws/shown"), names: Self.names,
                document: contract.document, settle: contract.settle)
        }
        try await contract.check(promise)
    }

    @Test(arguments: [ServiceContract.Promise.submissionIDs, .repeatedSubmission, .unknownTask])
    func `Globus as it is played at the far end of the transport`(promise: ServiceContract.Promise) async throws {
        let time = SteppedTimekeeper()
        let globus = PlayedGlobus(time, taskTime: .seconds(10), destination: Self.destination, arrived: [])
        let service = TransferClient(
            base: try ServiceURL(base: "https://globus/"), transport: globus, tokens: FixedToken(AccessToken("a-token"), from: "a test"))
        try await contract(service) { _ in await time.sleep(for: .seconds(60)) }.check(promise)
    }

    private func contract(
        _ service: any TransferService, settle: @escaping @Sendable (TaskID) async throws -> Void
    ) throws -> ServiceContract {
        ServiceContract(
            service: service, collection: Self.source, directory: try CollectionPath("/work/n02/cycle"), names: Self.names,
            document: Self.documents(), settle: settle)
    }
}

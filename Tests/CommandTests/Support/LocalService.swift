import Foundation
import Globus
import GlobusCLILogin
import Rehearsal
import TestSupport
import Testing

/// The stand-in of Globus, within the tests' process, for a program that runs outside of it.
struct LocalService: Sendable {
    let standIn: StandIn
    private let desk: Desk
    private let arrivals: AsyncStream<StandInRequest>
    private let arrival: AsyncStream<StandInRequest>.Continuation

    /// ARCHER2 shows this machine's files, read only; JASMIN's lie in the desk's `jasmin`.
    ///
    /// - Parameter rate: bytes per second and task.
    static func with(
        _ desk: Desk, rate: Int64? = nil, consent: Bool = false, configure: (inout StandInConfiguration) -> Void = { _ in },
        _ body: (LocalService) async throws -> Void
    ) async throws {
        let jasmin = desk.path("jasmin")
        try FileManager.default.createDirectory(atPath: jasmin, withIntermediateDirectories: true)
        var archive = StandInCollection(
            id: try #require(CollectionID(Desk.jasmin)), displayName: "JASMIN Default Collection", root: jasmin)
        archive.requiresConsent = consent
        var configuration = StandInConfiguration(collections: [
            StandInCollection(
                id: try #require(CollectionID(Desk.archer2)), displayName: "Archer2 file systems",
                mounts: [StandInCollection.Mount("/", isWritable: false)]), archive,
        ])
        configuration.rate = rate
        configure(&configuration)
        let (arrivals, arrival) = AsyncStream<StandInRequest>.makeStream()
        configuration.onRequest = { arrival.yield($0) }
        try await Turns.standIns.pass {
            let standIn = try await StandIn.start(configuration)
            do {
                try await body(LocalService(standIn: standIn, desk: desk, arrivals: arrivals, arrival: arrival))
            } catch {
                await standIn.stop()
                throw error
            }
            await standIn.stop()
        }
    }

    /// What points the program at the stand-in.
    var environment: [String: String] { Dictionary(standIn.environment.map { ($0.name, $0.value) }) { _, last in last } }

    /// Waits for a request whose path begins so; also ends when `program` does.
    func request(for path: String, of program: Program, sourceLocation: SourceLocation = #_sourceLocation) async {
        let end = Task {
            _ = await program.completed()
            arrival.finish()
        }
        for await request in arrivals where request.path.hasPrefix(path) { return end.cancel() }
        Issue.record("the program ended without asking for \(path): \(program.errorsSoFar)", sourceLocation: sourceLocation)
    }

    private func session() throws -> GlobusSession {
        try GlobusSession(
            environment: GlobusEnvironment(environment), variables: environment, client: ClientInfo(known: "test", version: "1"),
            names: .pptransfer)
    }

    /// An access token, as somebody else obtained it.
    func token() async throws -> String { try await session().login.tokens.token().withSecret { $0 } }

    /// Every transfer that was ever accepted.
    func tasks() async throws -> [TransferTask] { try await session().transfer.tasks(matching: "type:TRANSFER") }

    /// Waits until a task has ended, as its owner would see it.
    func end(of task: TaskID) async throws -> TransferTask {
        let session = try session()
        while true {
            let document = try await session.transfer.task(task)
            if document.status.hasEnded { return document }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

/// Asks until `condition` holds; gives up with `program`.
func until(_ program: Program, _ condition: () -> Bool) async throws {
    while !condition(), !program.hasEnded { try await Task.sleep(for: .milliseconds(10)) }
}

extension LoopbackServer {
    /// A service that knows of no task, has an empty destination and gives submission ids; the submission itself gets this answer.
    static func refusing(_ answer: Action) throws -> LoopbackServer {
        try LoopbackServer(answer) { request in
            if request.line.hasPrefix("GET /v0.10/task_list") {
                return .respond(200, body: #"{"DATA_TYPE":"task_list","DATA":[],"total":0,"offset":0,"limit":1000}"#)
            }
            // Nothing is at the destination yet.
            if request.line.contains(Desk.jasmin + "/ls?") {
                return .respond(404, body: #"{"code":"ClientError.NotFound","message":"No such directory"}"#)
            }
            guard request.line.hasPrefix("GET /v0.10/submission_id ") else { return nil }
            return .respond(200, body: #"{"DATA_TYPE":"submission_id","value":"c8e2b9d4-0000-4000-8000-000000000000"}"#)
        }
    }

    var submissions: [Request] { requests.filter { $0.line == "POST /v0.10/transfer HTTP/1.1" } }
}

import Foundation
import Globus
import GlobusTesting
import Logging
import Synchronization
import TestSupport
import Testing

@testable import PPTransfer
@testable import PositionedYAML

/// A facility's collection and this machine's Globus Connect Personal, played by the simulator within the process: files really move.
struct DownloadWorld {
    let place: TemporaryDirectory
    let globus: GlobusSimulator
    let journal: Journal
    private let meddling: MeddlingTransport
    private let service: TransferClient

    /// - Parameter files: of the facility, below its directory `/run`.
    init(_ files: [String: String]) throws {
        place = try TemporaryDirectory()
        for (name, text) in files { try Self.write(text, to: place.path + "/facility/run/" + name) }
        try FileManager.default.createDirectory(atPath: place.path + "/laptop/data", withIntermediateDirectories: true)
        globus = GlobusSimulator([
            .init(.facility, "facility", root: place.path + "/facility"), .init(.laptop, "laptop", root: place.path + "/laptop"),
        ])
        journal = Journal(directory: place.path + "/journal")
        meddling = MeddlingTransport(wrapped: globus.transport)
        service =
            GlobusClient(
                login: .serviceAccount(id: globus.account.id, secret: globus.account.secret), configuration: .init(), transport: meddling,
                clock: SystemTimekeeper()
            ).transfer
    }

    var here: String { place.path + "/laptop/data" }

    static func write(_ text: String, to path: String) throws {
        try FileManager.default.createDirectory(atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
        // Older than any task, so that no time is that of a write during one.
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: path)
    }

    /// Called once, when Globus's list of what was sent is asked for: the task has ended by then.
    func whenArrived(_ meddle: @escaping @Sendable () -> Void) { meddling.meddle.withLock { $0 = meddle } }

    func plan(cycle: Bool = false, _ configure: (inout TaskDescription) -> Void = { _ in }) throws -> TransferPlan {
        let position = SourcePosition(file: "task.yaml", line: 1, column: 1)
        func end(_ id: CollectionID, _ path: String) -> TaskDescription.End {
            TaskDescription.End(collection: Positioned(.id(id), at: position), path: Positioned(path, at: position))
        }
        var description = TaskDescription(
            position: position, workflow: Positioned("beamtime", at: position), from: end(.facility, "/run"), to: end(.laptop, "/data"))
        if cycle { description.cycle = Positioned(try #require(.init("19880901T0000Z")), at: position) }
        configure(&description)
        func resolved(_ id: CollectionID, _ name: String, _ path: String) throws -> ResolvedEnd {
            ResolvedEnd(collection: id, name: name, path: try CollectionPath(path), site: nil)
        }
        return TransferPlan(
            description: description, source: try resolved(.facility, "facility", "/run"),
            destination: try resolved(.laptop, "laptop", "/data"), localDestination: LocalDestination(path: here),
            label: TransferLabel(workflow: "beamtime", cycle: description.cycle?.value.description, name: nil))
    }

    /// - Parameter later: how much later than now it is.
    func run(
        _ plan: TransferPlan, later: Duration = .zero, configure: (inout TransferRun) -> Void = { _ in }
    ) async -> FinishedTransfer {
        var run = TransferRun(service: service, journal: journal, time: HurriedTimekeeper(ahead: later), log: Self.log)
        configure(&run)
        return await run.run([plan])[0]
    }

    static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func record(cycle: String? = nil) throws -> JournalRecord {
        try #require(try journal.record(workflow: "beamtime", cycle: cycle, name: nil)).record
    }
}

extension CollectionID {
    static let facility = CollectionID("3e90d018-0d05-461a-bbaf-aab605283d21") ?? .null
    static let laptop = CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0") ?? .null
}

/// Real time, in which nobody waits for long.
private struct HurriedTimekeeper: Timekeeper {
    let ahead: Duration
    private let system = SystemTimekeeper()

    init(ahead: Duration) { self.ahead = ahead }

    var now: Timestamp { system.now + ahead }
    var elapsed: Duration { system.elapsed }
    func sleep(for duration: Duration) async { await system.sleep(for: min(duration, .milliseconds(5))) }
}

/// Lets somebody work at the files once a task has ended.
private final class MeddlingTransport: HTTPTransport {
    let meddle = Mutex<(@Sendable () -> Void)?>(nil)
    private let wrapped: any HTTPTransport

    init(wrapped: some HTTPTransport) { self.wrapped = wrapped }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        if request.name.hasSuffix("/successful_transfers") {
            let now = meddle.withLock { meddle in
                defer { meddle = nil }
                return meddle
            }
            now?()
        }
        return try await wrapped.send(request)
    }
}

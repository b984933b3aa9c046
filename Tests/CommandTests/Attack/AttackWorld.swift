import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// A desk, two collections, two logins, and Globus over TLS under an address that is not loopback: what protects a rehearsal is not in force
/// here, and what the program is told to delete it deletes.
///
/// Every end of the program goes before the judge.
struct AttackWorld: Sendable {
    enum Login: Sendable { case account, person }

    static let cycle = "19880901T0000Z"
    static let archive = "jasmin/gws/canari/" + cycle
    /// Of all that is staged, so that sizes and times tell nothing.
    static let time: Int64 = 1_700_000_000

    let desk: Desk
    let service: LocalService
    private let secure: [String: String]

    static func with(
        _ desk: Desk, rate: Int64? = nil, configure: (inout StandInConfiguration) -> Void = { _ in },
        _ body: (AttackWorld) async throws -> Void
    ) async throws {
        try await LocalService.with(desk, rate: rate, configure: configure) { service in
            let front = try await TLSFront(to: service.standIn.port)
            defer { front.stop() }
            try await body(AttackWorld(desk: desk, service: service, secure: front.environment(path: service.standIn.path)))
        }
    }

    /// What the program finds under a login.
    func environment(as login: Login = .account) -> [String: String] {
        (login == .account ? service.environment : service.addresses).merging(secure) { $1 }
    }

    /// Of a cycle in the journal that `name` says; the program's own place without it.
    func record(_ ending: String, in name: String = "home/.local/state/pptransfer") -> String { "\(name)/u-ab123/\(Self.cycle).\(ending)" }

    // MARK: running

    /// Runs the program to its end, and judges it.
    ///
    /// - Parameters:
    ///   - journal: its name, where it is not the program's own.
    ///   - guarded: directories of the desk in which nothing may change.
    ///   - source: the directory of the desk that the description names.
    ///   - replaces: older versions at the destination, which this journal has sent, may go.
    @discardableResult
    func run(
        _ arguments: String..., as login: Login = .account, with extra: [String: String] = [:], wrapper: [String] = [],
        journal: String? = nil, guarded: [String] = [], source: String = "data", replaces: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation,
        meanwhile: (Program) async throws -> Void = { _ in }
    ) async throws -> Completed {
        let scene = try Scene(desk, guarded: guarded, source: source)
        let place = journal.map { ["--journal", desk.path("journals/" + $0)] } ?? []
        let end = try await Turns.programs.pass {
            let program = try desk.start(arguments + place, environment(as: login).merging(extra) { $1 }, wrapper: wrapper)
            do {
                try await meanwhile(program)
            } catch {
                program.signal(SIGKILL)
                throw error
            }
            return await program.completed(sourceLocation: sourceLocation)
        }
        try await judge(end, arguments, scene, replaces: replaces, sourceLocation)
        return end
    }

    /// Judges an end that the test has seen by itself.
    func judge(
        _ end: Completed, _ arguments: [String], _ scene: Scene, replaces: Bool = false, _ sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let claims = end.status == 0 && ["run", "rerun"].contains(arguments.first ?? "")
        var complaints = try scene.complaints(claimsArchive: claims, replaces: replaces)
        complaints += Scene.complaints(of: await service.standIn.tasks)
        if end.everything.contains("REHEARSAL") { complaints.append("this is a rehearsal") }
        for complaint in complaints { Issue.record("\(complaint)\n\(end.status): \(end.everything)", sourceLocation: sourceLocation) }
    }

    // MARK: Globus

    /// From now on each task stands still once it has sent so much of its bytes, until `release`.
    func hold(at part: Double = 0) async {
        await service.standIn.setFaults(StandInFaults(tasks: [.label("*", at: part, .pause(message: "until the attack is done"))]))
    }

    func release() async {
        await service.standIn.setFaults(.none)
        for task in await service.standIn.tasks { await service.standIn.resume(task.id) }
    }

    /// Waits until a task stands still that `program` waits for.
    func standstill(_ program: Program) async throws {
        try await until(program) { program.errorsSoFar.contains("until the attack is done") }
        #expect(!program.hasEnded, "\(program.errorsSoFar)")
    }

    var accepted: Int { get async { await service.standIn.tasks.count } }

    /// Submissions that arrived, whatever became of them.
    var submissions: Int { service.standIn.requests.count { $0.method == "POST" && $0.path == "/v0.10/transfer" } }

    /// Everybody but the service account.
    func logIn() async throws { try await service.logIn(desk) }
}

// MARK: files

extension Desk {
    /// Writes files that differ in their bytes alone: sizes and times are everywhere the same.
    func stage(_ mark: Character, in folder: String, _ names: [String] = ["a.pp", "sub/b.nc"]) throws {
        for name in names {
            try write(folder + "/" + name, "\(mark) \(name)")
            try setTime(folder + "/" + name)
        }
    }

    func setTime(_ name: String, _ seconds: Int64 = AttackWorld.time) throws {
        let time = timespec(tv_sec: Int(seconds), tv_nsec: 0)
        let done = [time, time].withUnsafeBufferPointer { utimensat(AT_FDCWD, path(name), $0.baseAddress, 0) }
        try #require(done == 0)
    }

    func move(_ name: String, to other: String) throws {
        try FileManager.default.createDirectory(
            atPath: (path(other) as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: path(name), toPath: path(other))
    }

    func link(_ name: String, to other: String) throws {
        try FileManager.default.createDirectory(
            atPath: (path(name) as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: path(other))
    }

    func copy(_ name: String, to other: String) throws { try FileManager.default.copyItem(atPath: path(name), toPath: path(other)) }
    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }
}

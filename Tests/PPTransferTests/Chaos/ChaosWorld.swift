import Foundation
import Globus
import Logging
import Synchronization
import TestSupport

@testable import PPTransfer
@testable import Rehearsal

/// The two disks, the service between them, and what every client has said: all that outlives a run.
struct ChaosWorld: Sendable {
    let plan: ChaosPlan
    let standIn: StandIn
    let diary = Diary()
    private let place: TemporaryDirectory
    /// What each file of the source last was, by its path.
    private let written: Written
    private let secrets: Secrets
    private let clock: SteppedTimekeeper

    init(_ plan: ChaosPlan) async throws {
        (self.plan, place) = (plan, try TemporaryDirectory())
        let sample = try TransferPlan.example()
        for directory in ["archer2/work/cycle", "jasmin/gws"] {
            try FileManager.default.createDirectory(atPath: place.path + "/" + directory, withIntermediateDirectories: true)
        }
        var configuration = StandInConfiguration(collections: [
            StandInCollection(id: sample.source.collection, displayName: "archer2", root: place.path + "/archer2"),
            StandInCollection(id: sample.destination.collection, displayName: "jasmin", root: place.path + "/jasmin"),
        ])
        configuration.backOff = StandInBackOff(first: .milliseconds(2), limit: .milliseconds(20))
        configuration.faults = plan.faults
        let secrets = Secrets(configuration.clientSecret.withSecret { $0 })
        configuration.interceptors = [secrets]
        (self.secrets, clock) = (secrets, SteppedTimekeeper(from: SystemTimekeeper().now))
        for file in plan.files {
            let path = place.path + "/archer2/work/cycle/" + file.path
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try file.bytes.write(to: URL(fileURLWithPath: path))
        }
        written = Written(plan.files)
        standIn = try await StandIn.start(configuration)
    }

    private func journal(_ number: Int) -> String { "\(place.path)/journal-\(number)" }

    // MARK: runs

    struct Run: Sendable {
        /// What the program would have said; of a killed run nobody heard it.
        var report: TransferReport
        var end: Life.End?
        var requests: Int
        var simulated: Duration
    }

    /// One run of the client, with the journal that the one before has left.
    /// - Parameter number: of the run; its journal is its own directory, left to the next one by a kill as it is at that moment.
    func run(journal number: Int, stop: ChaosPlan.Stop?, rewrite: ChaosPlan.Rewrite?) async throws -> Run {
        let life = Life(clock, stop, journal: journal(number), next: journal(number + 1))
        var variables = Dictionary(standIn.environment.map { ($0.name, $0.value) }) { _, last in last }
        variables["GLOBUS_SDK_HTTP_TIMEOUT"] = "0.5"
        let transfer = try transferPlan()
        let log = diary.logger
        let session = try GlobusSession(
            environment: GlobusEnvironment(variables), variables: variables, client: ClientInfo(product: "chaos", version: "1"),
            policy: RetryPolicy(budget: transfer.description.wait.outage), time: life
        ) { log.warning("\($0.sentence)") }
        var client = TransferRun(
            service: MortalService(service: session.transfer, life: life), journal: Journal(directory: journal(number)), time: life,
            log: log)
        client.login = session.login
        client.mostFiles = plan.mostFiles
        let isFirst = Mutex(true)
        client.beforeDeletion = { [self] in
            life.step()
            guard let rewrite, rewrite.isAtDeletion, !life.isDead else { return }
            let isFirst = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            if isFirst { try? self.rewrite(rewrite.file, number) }
        }
        let run = client
        let before = (requests: secrets.requests, time: clock.elapsed)
        let report = Mutex<TransferReport?>(nil)
        await life.live {
            let last = await run.run([transfer]).first
            report.withLock { $0 = last }
        }
        if life.isDead {
            // The dead process's lock names this one, which lives.
            for file in (try? FileManager.default.subpathsOfDirectory(atPath: journal(number + 1))) ?? [] where file.contains(".lock") {
                try FileManager.default.removeItem(atPath: journal(number + 1) + "/" + file)
            }
        } else {
            report.withLock { $0.map { diary.add(([$0.resultLine] + $0.failureLines).joined(separator: "\n")) } }
            if FileManager.default.fileExists(atPath: journal(number)) {
                try FileManager.default.moveItem(atPath: journal(number), toPath: journal(number + 1))
            }
        }
        return Run(
            report: report.withLock { $0 } ?? TransferReport(plan: transfer, outcome: .nothing(allowed: false)), end: life.end,
            requests: secrets.requests - before.requests, simulated: clock.elapsed - before.time)
    }

    private func transferPlan() throws -> TransferPlan {
        try .example(local: plan.isMounted ? place.path + "/archer2/work/cycle" : nil, source: "/work/cycle") { description in
            (description.transfer, description.wait) = (plan.transfer, plan.wait)
            if plan.leavesTemporaryFiles { description.select = .example(exclude: ["*.tmp"]) }
            description.clean.source = plan.deletes ? .delete : .keep
            description.clean.directories = plan.deletesDirectories
        }
    }

    private func source(_ path: String) -> String { place.path + "/archer2/work/cycle/" + path }

    /// Somebody writes a file anew, whether or not it is still there; its time is another.
    func rewrite(_ file: ChaosPlan.File, _ number: Int) throws {
        let url = URL(fileURLWithPath: source(file.path))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try file.bytes.write(to: url, options: .atomic)
        let time = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 + Double(number * 100 + 100)).rounded())
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: url.path)
        written.note(file)
    }

    /// How many of the selected files are gone at the source.
    var deleted: Int { plan.selected.count { !FileManager.default.fileExists(atPath: source($0.path)) } }

    /// I3: files that are gone at the source, and are not at the destination byte for byte. Nobody else deletes at the source.
    func destroyed() -> [String] {
        let written = written.files
        return plan.files.compactMap { file in
            guard !FileManager.default.fileExists(atPath: source(file.path)) else { return nil }
            guard file.isSelected else { return "\(file.path), which is not selected, is deleted" }
            return arrived(file) == written[file.path] ? nil : "\(file.path) is deleted, and not at the destination as it was"
        }
    }

    /// What people do in the end: nothing goes wrong any more, and whatever waits for someone is let go.
    func mend() async {
        await standIn.setFaults(.none)
        for task in await standIn.tasks where !task.status.hasEnded {
            if plan.faults.hideTasks { _ = await standIn.service.board.cancel(task.id) }
            await standIn.resume(task.id)
        }
    }

    // MARK: what the disks say

    /// The selected files that are not at the destination with their size.
    func lost() -> [String] {
        let written = written.files
        return plan.selected.compactMap { file in
            guard let bytes = arrived(file) else { return "\(file.path) is missing" }
            let size = written[file.path]?.count ?? 0
            return bytes.count == size ? nil : "\(file.path) has \(bytes.count) bytes instead of \(size)"
        }
    }

    /// The selected files that have their size at the destination, but other bytes.
    func changed() -> [String] {
        let written = written.files
        return plan.selected.compactMap { file in
            guard let bytes = arrived(file), let expected = written[file.path], bytes.count == expected.count, bytes != expected else {
                return nil
            }
            return "\(file.path) has other bytes"
        }
    }

    private func arrived(_ file: ChaosPlan.File) -> Data? {
        FileManager.default.contents(atPath: place.path + "/jasmin/gws/archive/" + file.path)
    }

    /// Everything that was logged or written down, and a secret of the client in it.
    func leaks() -> [String] {
        var texts = [("the log", diary.text)]
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: place.path)) ?? []
        for name in names where name.hasPrefix("journal-") {
            guard let data = FileManager.default.contents(atPath: place.path + "/" + name) else { continue }
            texts.append((name, String(decoding: data, as: UTF8.self)))
        }
        return texts.filter { text in secrets.known.contains { text.1.contains($0) } }.map { "a secret stands in \($0.0)" }
    }

    func receipt(journal number: Int) -> JournalRecord.Receipt? {
        Journal(directory: journal(number)).records().records.first?.receipt
    }
}

/// The source's files as they were last written.
private final class Written: Sendable {
    private let state: Mutex<[String: Data]>

    init(_ files: [ChaosPlan.File]) { state = Mutex(Dictionary(files.map { ($0.path, $0.bytes) }) { first, _ in first }) }

    var files: [String: Data] { state.withLock { $0 } }
    func note(_ file: ChaosPlan.File) { state.withLock { $0[file.path] = file.bytes } }
}

/// What a service account must keep to itself: its secret, and every token that was given out.
private final class Secrets: Interceptor {
    private let state: Mutex<(secrets: Set<String>, requests: Int)>

    init(_ secret: String) { state = Mutex(([secret], 0)) }

    var known: Set<String> { state.withLock { $0.secrets } }
    var requests: Int { state.withLock { $0.requests } }

    func answer(_ request: Request, next: @Sendable (Request) async -> Reply) async -> Reply {
        let reply = await next(request)
        let token = (try? JSONDecoder().decode([String: JSONValue].self, from: reply.body))?["access_token"]?.string
        state.withLock { state in
            state.requests += 1
            if let token { state.secrets.insert(token) }
        }
        return reply
    }
}

/// Everything that clients have logged.
final class Diary: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }

    var logger: Logger { Logger(label: "chaos") { _ in Page(diary: self) } }

    private struct Page: LogHandler {
        let diary: Diary
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { diary.add("\(event.level) \(event.message)") }
    }
}

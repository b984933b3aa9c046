import Foundation
import Globus
import GlobusCLILogin
import GlobusTesting
import Logging
import Synchronization
import TestSupport
import Testing

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
    let word = PersonsWord()
    /// TLS before the stand-in, where the plan has it.
    private let front: TLSFront?
    /// Of a person who is not the service account.
    private let strangersToken: String
    /// Below `/gws`: where each transfer sends the files.
    private let destinations: [String]

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
        configuration.refusesTwinsOfOthers = false
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
        destinations = plan.surroundings.isDoubled ? ["archive", "copy"] : ["archive"]
        for (name, bytes) in plan.surroundings.existing {
            let path = place.path + "/jasmin/gws/archive/" + name
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try bytes.write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 600_000_000)], ofItemAtPath: path)
        }
        standIn = try await StandIn.start(configuration)
        let tokens = await standIn.service.tokens.issue(
            to: .person("someone@else.example"), client: nil, ScopeList(ScopeList.transfer), withRefreshTokens: false)
        strangersToken = try #require(tokens).first.accessToken.withSecret { $0 }
        secrets.add(strangersToken)
        let handshakes = plan.surroundings.handshakes
        front = handshakes.isEmpty ? nil : try await TLSFront(to: standIn.port, handshakes: handshakes)
    }

    func stop() async {
        front?.stop()
        await standIn.stop()
    }

    private func journal(_ number: Int) -> String { "\(place.path)/journal-\(number)" }

    // MARK: runs

    struct Run: Sendable {
        /// What the program would have said; of a killed run nobody heard it.
        var report: FinishedTransfer
        var end: Life.End?
        var requests: Int
        var simulated: Duration
    }

    /// One run of the client, with the journal that the one before has left.
    /// - Parameter number: of the run; its journal is its own directory, left to the next one by a kill as it is at that moment.
    /// - Parameter isMended: nobody and nothing interferes any more.
    func run(journal number: Int, stop: ChaosPlan.Stop?, rewrite: ChaosPlan.Rewrite?, isMended: Bool) async throws -> Run {
        if !isMended, plan.surroundings.lostJournals.contains(number), FileManager.default.fileExists(atPath: journal(number)) {
            try FileManager.default.moveItem(atPath: journal(number), toPath: "\(place.path)/lost-\(number)")
        }
        let life = Life(
            clock, stop, isMended ? nil : plan.surroundings.jumps[number], journal: journal(number), next: journal(number + 1))
        let variables = variables(isStranger: !isMended && plan.surroundings.strangers.contains(number))
        let transfers = try destinations.map { try transferPlan(to: $0) }
        let log = diary.logger
        let session = try GlobusSession(
            environment: GlobusEnvironment(variables), variables: variables, client: ClientInfo(product: "chaos", version: "1"),
            names: .pptransfer, policy: RetryPolicy(budget: plan.wait.outage), time: life
        ) { log.warning("\($0.sentence)") }
        var client = TransferRun(
            service: MortalService(service: session.transfer, life: life), journal: Journal(directory: journal(number)), time: life,
            log: log)
        client.login = session.login
        client.mostFiles = plan.mostFiles
        client.forgetsTask = word.forgets
        let isFirst = Mutex(true)
        client.beforeDeletion = { [self] in
            life.step()
            guard let rewrite, rewrite.isAtDeletion, !life.isDead else { return }
            let isFirst = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            if isFirst { try? self.rewrite(rewrite, number) }
        }
        let run = client
        let before = (requests: secrets.requests, time: clock.elapsed)
        let reports = Mutex<[FinishedTransfer]>([])
        await life.live {
            let last = await run.run(transfers)
            reports.withLock { $0 = last }
        }
        if life.isDead {
            // The dead process's lock names this one, which lives.
            for file in (try? FileManager.default.subpathsOfDirectory(atPath: journal(number + 1))) ?? [] where file.contains(".lock") {
                try FileManager.default.removeItem(atPath: journal(number + 1) + "/" + file)
            }
        } else {
            reports.withLock { $0.forEach { diary.add(([$0.resultLine] + $0.failureLines(in: .library)).joined(separator: "\n")) } }
            if FileManager.default.fileExists(atPath: journal(number)) {
                try FileManager.default.moveItem(atPath: journal(number), toPath: journal(number + 1))
            }
        }
        let worst = reports.withLock { reports in reports.first { $0.status != .ok } ?? reports.first }
        return Run(
            report: worst ?? FinishedTransfer(plan: transfers[0], outcome: .nothing(allowed: false)), end: life.end,
            requests: secrets.requests - before.requests, simulated: clock.elapsed - before.time)
    }

    private func variables(isStranger: Bool) -> [String: String] {
        var variables = Dictionary(standIn.environment.map { ($0.name, $0.value) }) { _, last in last }
        variables["GLOBUS_SDK_HTTP_TIMEOUT"] = "0.5"
        if let front { variables.merge(front.environment(path: standIn.path)) { $1 } }
        guard isStranger else { return variables }
        for name in variables.keys where name.hasPrefix("GLOBUS_CLI_CLIENT_") { variables[name] = nil }
        variables["PPTRANSFER_ACCESS_TOKEN"] = strangersToken
        return variables
    }

    private func transferPlan(to destination: String) throws -> TransferPlan {
        let local = plan.isMounted ? place.path + "/archer2/work/cycle" : nil
        let name = destination == "archive" ? "atmos" : destination
        return try .example(local: local, source: "/work/cycle", name: name, destination: "/gws/" + destination) { description in
            (description.transfer, description.wait) = (plan.transfer, plan.wait)
            description.existing = word.replaces ? .replace : plan.surroundings.policy
            if plan.leavesTemporaryFiles { description.select = .example(exclude: ["*.tmp"]) }
            description.clean.source = plan.deletes ? .delete : .keep
            description.clean.directories = plan.deletesDirectories
        }
    }

    private func source(_ path: String) -> String { place.path + "/archer2/work/cycle/" + path }

    /// Somebody writes a file anew, whether or not it is still there.
    func rewrite(_ rewrite: ChaosPlan.Rewrite, _ number: Int) throws {
        let file = rewrite.file
        let url = URL(fileURLWithPath: source(file.path))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        let old = try? FileManager.default.attributesOfItem(atPath: url.path)[.modificationDate] as? Date
        try file.bytes.write(to: url, options: rewrite.isInPlace ? [] : .atomic)
        let other = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 + Double(number * 100 + 100)).rounded())
        let time = rewrite.keepsTime ? old ?? other : other
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
            let isEverywhere = destinations.allSatisfy { arrived(file, $0) == written[file.path] }
            return isEverywhere ? nil : "\(file.path) is deleted, and not at the destination as it was"
        }
    }

    /// Files that lay at the destination before the first run, and have been replaced although nobody allowed it.
    func replaced() -> [String] {
        guard [nil, .fail].contains(plan.surroundings.policy), !word.replaces, !plan.faults.denyWhatExists else { return [] }
        return plan.surroundings.existing.compactMap { path, bytes in
            let now = FileManager.default.contents(atPath: place.path + "/jasmin/gws/archive/" + path)
            return now == bytes ? nil : "\(path) of the destination was replaced"
        }
    }

    /// Until no task is at work.
    ///
    /// - Parameter cancels: whether a person cancels those that do not end by themselves, as one whose file is gone.
    func settle(cancels: Bool = false) async throws {
        for step in 0..<20_000 {
            let live = await standIn.tasks.filter { !$0.status.hasEnded }
            if live.isEmpty { return }
            if cancels, step == 500 { for task in live { _ = await standIn.service.board.cancel(task.id) } }
            try await Task.sleep(for: .milliseconds(1))
        }
        Issue.record("a task of the stand-in does not end")
    }

    /// Until the clock of the disks shows another second.
    func nextSecond() async throws {
        let now = Date().timeIntervalSince1970
        try await Task.sleep(for: .seconds(now.rounded(.down) + 1.01 - now))
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
        return everywhere { file, destination in
            guard let bytes = arrived(file, destination) else { return "\(file.path) is missing in \(destination)" }
            let size = written[file.path]?.count ?? 0
            return bytes.count == size ? nil : "\(file.path) has \(bytes.count) bytes instead of \(size) in \(destination)"
        }
    }

    /// The selected files that have their size at the destination, but other bytes.
    func changed() -> [String] {
        let written = written.files
        return everywhere { file, destination in
            guard let bytes = arrived(file, destination), let expected = written[file.path], bytes.count == expected.count,
                bytes != expected
            else {
                return nil
            }
            return "\(file.path) has other bytes in \(destination)"
        }
    }

    private func everywhere(_ finding: (ChaosPlan.File, String) -> String?) -> [String] {
        destinations.flatMap { destination in plan.selected.compactMap { finding($0, destination) } }
    }

    private func arrived(_ file: ChaosPlan.File, _ destination: String) -> Data? {
        FileManager.default.contents(atPath: "\(place.path)/jasmin/gws/\(destination)/\(file.path)")
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

    /// Whether the journal asks for a comparison of files before they are deleted.
    func isDisputed(journal number: Int) -> Bool {
        Journal(directory: journal(number)).storedRecords().records.contains { $0.receipt?.disputed != nil }
    }

    /// Whether the journal has a proof of all files for each transfer.
    func isProven(journal number: Int) -> Bool {
        let records = Journal(directory: journal(number)).storedRecords().records
        return records.count == destinations.count && records.allSatisfy { $0.receipt?.files == plan.selected.count }
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
    func add(_ secret: String) { state.withLock { _ = $0.secrets.insert(secret) } }
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

import Foundation
import Globus
import GlobusCLILogin
import GlobusTesting
import Logging
import Rehearsal
import TestSupport

@testable import PPTransfer

/// A small tree that is archived over storage which may lie meanwhile and may decay afterwards; then it is read back, and mended.
///
/// The judge compares the bytes of the two directories, and asks nothing of the client but what it said.
struct LieWorld: Sendable {
    struct Verdict: Sendable {
        var seed: UInt64
        var plan: String
        var foundByRun = false
        var foundAtFarEnd = 0
        var complaints: [String] = []
    }

    private let place: TemporaryDirectory
    private let clock = SteppedTimekeeper(from: SystemTimekeeper().now)
    private let log = Logger(label: "lies") { _ in SwiftLogNoOpLogHandler() }
    private let standIn: StandIn
    private let plan: TransferPlan
    private let files: [String: Data]

    private var journal: Journal { Journal(directory: place.path + "/journal") }

    static func verdict(seed: UInt64) async throws -> Verdict {
        var random = SplitMix(seed: seed)
        let files = Self.files(&random)
        let lie = Self.lie(&random, files)
        let decay = Self.decay(&random)
        var options = (level: TaskDescription.VerifyOptions.Level.digest, sync: TaskDescription.TransferOptions().sync)
        options.level = random.one(of: [.digest, .size])
        options.sync = random.one(of: [.checksum, .size, .mtime, .exists])
        let world = try await LieWorld(files, options.level, options.sync, lie)
        var verdict = Verdict(
            seed: seed,
            plan:
                "\(files.mapValues(\.count)), level \(options.level), sync \(options.sync), lie \(lie.map { "\($0)" } ?? "none"), decay \(decay)"
        )
        do {
            try await world.play(decay, &random, &verdict)
        } catch {
            verdict.complaints.append("\(error)")
        }
        await world.standIn.stop()
        return verdict
    }

    private init(
        _ files: [String: Data], _ level: TaskDescription.VerifyOptions.Level, _ sync: SyncLevel, _ lie: StorageFault?
    ) async throws {
        (self.files, place) = (files, try TemporaryDirectory())
        let root = place.path
        for directory in ["source", "jasmin/gws"] {
            try FileManager.default.createDirectory(atPath: root + "/" + directory, withIntermediateDirectories: true)
        }
        for (path, bytes) in files {
            let url = URL(fileURLWithPath: root + "/source/" + path)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try bytes.write(to: url)
        }
        plan = try .example(local: root + "/source", source: root + "/source") { description in
            (description.verify.level, description.transfer.sync) = (level, sync)
        }
        var configuration = StandInConfiguration(collections: [
            StandInCollection(id: plan.source.collection, displayName: "archer2", mounts: [.init("/", isWritable: false)]),
            StandInCollection(id: plan.destination.collection, displayName: "jasmin", root: root + "/jasmin"),
        ])
        configuration.backOff = StandInBackOff(first: .milliseconds(2), limit: .milliseconds(20))
        configuration.faults = StandInFaults(storage: lie.map { [$0] } ?? [])
        standIn = try await StandIn.start(configuration)
    }

    // MARK: what is drawn

    private static func files(_ random: inout SplitMix) -> [String: Data] {
        let sizes = [1, 100, 100, 100, 2_000]
        return Dictionary(
            uniqueKeysWithValues: (0..<Int.random(in: 1...6, using: &random)).map { number in
                let odd = random.happens(0.2) ? random.one(of: [" a b", "\nline", "back\\slash", "'quoted'", "caf\u{E9}"]) : ""
                let size = random.one(of: sizes)
                return (
                    random.one(of: ["", "", "sub/"]) + "f\(number)" + odd,
                    Data((0..<size).map { _ in UInt8.random(in: 0...255, using: &random) })
                )
            })
    }

    /// While it is sent, once Globus has looked at it.
    private static func lie(_ random: inout SplitMix, _ files: [String: Data]) -> StorageFault? {
        guard random.happens(0.6), let victim = files.keys.sorted().randomElement(using: &random) else { return nil }
        let beside = files.keys.sorted().filter {
            ($0 as NSString).deletingLastPathComponent == (victim as NSString).deletingLastPathComponent
        }
        let effect: StorageFault.Effect = random.one(of: [
            .flip, .stale, .exchange(with: (random.one(of: beside) as NSString).lastPathComponent), .drop, .truncate(bytes: 1),
            .grow(bytes: 3),
        ])
        // A pattern, in which a backslash would stand for itself only before another.
        return StorageFault("*" + victim.suffix(2).replacing("\\", with: "?"), effect, .once)
    }

    enum Decay: String, CaseIterable { case none, flip, exchange, zero, remove, cut, touch }

    private static func decay(_ random: inout SplitMix) -> Decay { random.happens(0.3) ? .none : random.one(of: Decay.allCases) }

    /// Once it is archived; the files' times stay. `touch` changes nothing else.
    private func decay(_ decay: Decay, _ random: inout SplitMix) throws {
        let names = files.keys.sorted()
        let url = URL(fileURLWithPath: destination + "/" + random.one(of: names))
        let other = URL(fileURLWithPath: destination + "/" + random.one(of: names))
        var bytes = try Data(contentsOf: url)
        let time = try FileManager.default.attributesOfItem(atPath: url.path)[.modificationDate]
        switch decay {
        case .none: return
        case .flip: bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case .exchange:
            let others = try Data(contentsOf: other)
            try bytes.write(to: other)
            bytes = others
        case .zero: bytes = Data(count: bytes.count)
        case .cut: bytes = bytes.dropLast()
        case .touch: try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: url.path)
        case .remove: return try FileManager.default.removeItem(at: url)
        }
        if decay == .touch { return }
        try bytes.write(to: url)
        if let time { try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: url.path) }
    }

    // MARK: what happens

    private var destination: String { place.path + "/jasmin/gws/archive" }

    /// Files whose bytes at the destination are not those of the source.
    private var different: Set<String> {
        Set(files.filter { FileManager.default.contents(atPath: destination + "/" + $0.key) != $0.value }.keys)
    }

    private func play(_ decay: Decay, _ random: inout SplitMix, _ verdict: inout Verdict) async throws {
        var end = try await run()
        if end.status == .mismatch {
            verdict.foundByRun = true
            let named = end.named
            if named.isEmpty || !named.isSubset(of: different) { verdict.complaints.append("the run named \(named), \(different) differ") }
            await standIn.setFaults(.none)
            end = try await run()
            // With 'exists', what stands there with another size is left to a person.
            if end.status == .mismatch, plan.description.transfer.sync == .exists { return }
        }
        guard end.status == .ok else { return verdict.complaints.append("not archived: \(end.resultLine)") }
        await standIn.setFaults(.none)
        if different.isEmpty { try self.decay(decay, &random) }

        try await readBack(&verdict)
        guard verdict.foundAtFarEnd > 0 else { return }
        let lost = different
        let before = await standIn.tasks.count
        end = try await run()
        if end.status != .ok || !different.isEmpty { verdict.complaints.append("\(different) are not mended: \(end.resultLine)") }
        let tasks = await standIn.tasks.dropFirst(before)
        if tasks.count != 1 { verdict.complaints.append("\(tasks.count) tasks to mend \(lost)") }
        if end.document?.filesTransferred != Int64(lost.count) {
            verdict.complaints.append("\(end.document?.filesTransferred ?? -1) files were sent to mend \(lost)")
        }
        let found = verdict.foundAtFarEnd
        try await readBack(&verdict)
        if verdict.foundAtFarEnd != found { verdict.complaints.append("what was mended is found to differ") }
    }

    /// Asks, lets the job run, takes its report; judges what is said.
    private func readBack(_ verdict: inout Verdict) async throws {
        let farEnd = FarEndVerification(journal: journal, time: clock)
        let asked = await farEnd.ask([plan], into: place.path + "/asked")[0]
        guard case .rechecked(.asked(let request)) = asked.outcome else {
            return verdict.complaints.append("not asked: \(asked.resultLine)")
        }
        let script = try Child(
            ["/bin/sh", place.path + "/asked/" + request.script, destination], environment: ["PATH": "/usr/bin:/bin"])
        let status = await script.ended()
        let taken = await farEnd.accept(place.path + "/asked/" + request.report, [plan])[0]
        let expected: Status = different.isEmpty ? .ok : .mismatch
        if taken.status != expected { verdict.complaints.append("\(different) differ, and: \(taken.resultLine)") }
        if status != expected.number { verdict.complaints.append("the job left with \(status)") }
        if taken.named != different { verdict.complaints.append("named \(taken.named), \(different) differ") }
        if case .rechecked(.readBack(let receipt)) = taken.outcome, receipt.level != "digest" || receipt.byReport != files.count {
            verdict.complaints.append("the receipt says \(receipt)")
        }
        verdict.foundAtFarEnd += different.count
    }

    private func run() async throws -> FinishedTransfer {
        let variables = Dictionary(standIn.environment.map { ($0.name, $0.value) }) { _, last in last }
        let life = Life(clock, nil, journal: "", next: "")
        let session = try GlobusSession(
            environment: GlobusEnvironment(variables), variables: variables, client: ClientInfo(known: "lies", version: "1"),
            names: .pptransfer,
            time: life)
        return await TransferRun(service: session.transfer, journal: journal, time: life, log: log).run([plan])[0]
    }
}

extension FinishedTransfer {
    /// The files that it says are not as they were sent.
    fileprivate var named: Set<String> {
        switch outcome {
        case .mismatch(let differences), .rechecked(.lost(let differences, _)): Set(differences.map(\.path))
        default: []
        }
    }
}

import Globus
import Rehearsal

@testable import PPTransfer

/// One seed from its first run to the end: runs under faults and kills, as a workflow engine would repeat them, then runs in a world
/// that is whole again, the last of which must end well. Judged by what the service and the disks have, not by what the client says.
struct ChaosCampaign {
    struct Verdict: Sendable {
        var seed: UInt64
        var plan: String
        var runs = 0
        var kills = 0
        var signals = 0
        var tasks = 0
        var requests = 0
        var outcomes: [String: Int] = [:]
        var silentLosses: [String] = []
        var secondTasks: [String] = []
        var hangs: [String] = []
        /// Files that were deleted at the source without being proven.
        var destroyed: [String] = []
        /// How many files are gone at the source in the end.
        var deleted = 0
        /// Runs that ended when some were deleted, and others not yet.
        var cutOff = 0
        /// What else is wrong.
        var others: [String] = []
        /// One line a run.
        var story: [String] = []

        var violations: [String] { silentLosses + secondTasks + hangs + destroyed + others }
    }

    /// More than any run may take.
    private static let mostRequests = 5_000

    private let plan: ChaosPlan
    private let world: ChaosWorld
    private var verdict: Verdict
    private var number = 0
    /// Nobody and nothing interferes any more.
    private var isMended = false
    /// A task has succeeded, and another was to compare what an interrupted one had left.
    private var isCompared = false

    static func verdict(seed: UInt64, deletes: Bool = false) async throws -> Verdict {
        let plan = ChaosPlan(seed: seed, deletes: deletes)
        var campaign = ChaosCampaign(plan, try await ChaosWorld(plan))
        do {
            try await campaign.go()
        } catch {
            campaign.verdict.others.append("\(error)")
        }
        await campaign.world.stop()
        return campaign.verdict
    }

    private init(_ plan: ChaosPlan, _ world: ChaosWorld) {
        (self.plan, self.world) = (plan, world)
        verdict = Verdict(seed: plan.seed, plan: plan.description)
    }

    private mutating func go() async throws {
        for (index, stop) in plan.stops.enumerated() {
            if let rewrite = plan.rewrites[index], !rewrite.isAtDeletion { try world.rewrite(rewrite, index) }
            let run = try await self.run(stop)
            // Somebody triggers the job again without having read what it said.
            if run.report.outcome.isOfAnotherLogin || run.report.status == .exists { continue }
            if run.end != .killed, Self.helpsNotAgain(run.report.status) { break }
        }
        await world.mend()
        isMended = true
        try await end()
        await judgeTasks()
        verdict.others += world.leaks()
        verdict.deleted = world.deleted
        // What stays at the end of a run that deletes has not been proven; what is proven must not stay.
        if plan.deletes, verdict.deleted != plan.selected.count, verdict.outcomes["(left to a person)"] == nil, verdict.violations.isEmpty {
            verdict.others.append("\(plan.selected.count - verdict.deleted) proven files were not deleted")
        }
    }

    /// Whether a workflow engine that repeats would stop here.
    private static func helpsNotAgain(_ status: Status) -> Bool {
        switch status.again {
        case .needless, .no, .act: true
        case .later, .resumes, .laterResumes, .actThenResumes: false
        }
    }

    private mutating func run(_ stop: ChaosPlan.Stop?) async throws -> ChaosWorld.Run {
        let run = try await world.run(
            journal: number, stop: stop, rewrite: isMended ? nil : plan.rewrites[number], isMended: isMended)
        number += 1
        verdict.runs += 1
        verdict.requests += run.requests
        let status = run.end == .killed ? "killed" : run.report.status.name
        verdict.outcomes[status, default: 0] += 1
        verdict.story.append("run \(number): \(run.end == .killed ? "killed" : run.report.resultLine)")
        isCompared = isCompared || world.isDisputed(journal: number)
        switch run.end {
        case .killed: verdict.kills += 1
        case .signalled: verdict.signals += 1
        case .hung: verdict.hangs.append("run \(number) took \(Life.mostSteps) steps")
        case nil: break
        }
        if run.end != nil, (1..<max(1, plan.selected.count)).contains(world.deleted) { verdict.cutOff += 1 }
        verdict.destroyed += (world.destroyed() + world.replaced()).map { "run \(number): \($0)" }
        // The limit, then what the last question may cost; before it, a few requests with an outage each.
        let most = plan.wait.limit + plan.wait.outage * 20
        if run.simulated > most { verdict.hangs.append("run \(number) took \(run.simulated), at most \(most) is expected") }
        if run.requests > Self.mostRequests { verdict.hangs.append("run \(number) sent \(run.requests) requests") }
        if run.end != .killed {
            if run.report.status == .ok { judgeSuccess() }
            if run.report.status == .internal, !mayBeRefused { verdict.others.append("run \(number): \(run.report.resultLine)") }
        }
        return run
    }

    /// A 400 that the service does not mean is rightly taken for a defect of the client.
    private var mayBeRefused: Bool {
        plan.faults.http.contains { if case .refusal(let answer) = $0.effect { answer.status == 400 } else { false } }
    }

    /// Whoever says that all is well must be right at that moment.
    private mutating func judgeSuccess() {
        verdict.silentLosses += world.lost().map { "run \(number) said ok, and \($0)" }
        // A changed bit does not show in a size, which is the proof that was asked for; nor does another file of the same size, where
        // sizes are compared, or names.
        let isBlind = !plan.surroundings.existing.isEmpty && [.size, .exists].contains(plan.transfer.sync)
        if !plan.faults.flipBits, !isBlind { verdict.silentLosses += world.changed().map { "run \(number) said ok, and \($0)" } }
    }

    /// Whether all that stays at the source is archived, and stays because the destination has another time for it.
    private static func isKeptForItsTime(_ outcome: Outcome) -> Bool {
        let kept: [String]
        switch outcome {
        case .archived(let archive): kept = archive.cleaned?.kept ?? []
        case .already(_, _, let cleaned): kept = cleaned?.kept ?? []
        default: return false
        }
        return !kept.isEmpty && kept.allSatisfy { $0.contains(": its modification time at the destination differs") }
    }

    /// In a world without faults: what earlier tasks still do may be bad news once each, then a run must succeed.
    private mutating func end() async throws {
        let old = Set(await world.standIn.tasks.map(\.id))
        var news: Set<TaskID> = []
        var hasSettled = false
        var looks = 0
        while true {
            let run = try await self.run(nil)
            if run.report.status == .ok { break }
            if run.report.outcome.isOfAnotherLogin, mayBeOthers, !world.word.forgets {
                // Whose the task is was never told, or it is another's: until it is a month old only a person may decide.
                verdict.outcomes["(forgotten on a person's word)", default: 0] += 1
                try await world.settle(cancels: true)
                world.word.forgets = true
                continue
            }
            if run.report.status == .conflict, !plan.surroundings.lostJournals.isEmpty, !hasSettled {
                // A task in a state of which nobody has heard is in no list, and without the journal nobody knows of it.
                try await world.settle()
                hasSettled = true
                continue
            }
            if run.report.status == .exists, mayExist, !world.word.replaces {
                verdict.outcomes["(replaced on a person's word)", default: 0] += 1
                world.word.replaces = true
                continue
            }
            if plan.transfer.sync == .exists, run.report.status == .mismatch, !world.lost().isEmpty {
                // What stands there, short, is not sent again: a person chose that, and the status sends for a person.
                verdict.outcomes["(left to a person)", default: 0] += 1
                return
            }
            if Self.isKeptForItsTime(run.report.outcome), looks < 2 {
                // Of a file that an interrupted task has left whole, with a time of its own, a later run asks for a comparison; a file counts
                // as older than that from the next second on.
                verdict.outcomes["(kept for its time)", default: 0] += 1
                looks += 1
                try await world.nextSecond()
                continue
            }
            // A submission that is only now repeated may speak of a file as it was before somebody wrote it anew.
            let isOld = !plan.rewrites.isEmpty && run.report.status == .sourceChanged
            guard let task = run.report.task, old.contains(task) || isOld, news.insert(task).inserted else {
                return verdict.others.append("without faults, run \(number) ends with \(run.report.resultLine)")
            }
            await world.mend()
        }
        let tasks = await world.standIn.tasks.count
        let again = try await run(nil)
        if again.report.status != .ok { verdict.others.append("after success, run \(number) ends with \(again.report.resultLine)") }
        if await world.standIn.tasks.count != tasks { verdict.secondTasks.append("run \(number) sent again what was proven") }
        // An empty journal knows of what it met alone, and after a deletion that is not all.
        let knowsAll = !plan.deletes || plan.surroundings.lostJournals.isEmpty
        if knowsAll, !world.isProven(journal: number) { verdict.others.append("the journal holds no proof of the cycle") }
    }

    /// Whether a run may meet a task that is not its login's.
    private var mayBeOthers: Bool { plan.faults.hideTasks || !plan.surroundings.strangers.isEmpty }

    /// Whether a run may find files at the destination of which its journal does not know.
    private var mayExist: Bool { !plan.surroundings.existing.isEmpty || !plan.surroundings.lostJournals.isEmpty }

    private mutating func judgeTasks() async {
        let tasks = await world.standIn.tasks
        verdict.tasks = tasks.count
        for task in tasks {
            if task.hadLiveTwin { verdict.secondTasks.append("task \(task.id) was accepted while another of its label was at work") }
            // With `exists` a task succeeds although a part of a file stands where an earlier one was stopped.
            let isOneOfSeveral = plan.selected.count > plan.mostFiles
            if !isOneOfSeveral, !plan.faults.disguiseSuccess, plan.rewrites.isEmpty, plan.transfer.sync != .exists,
                !mayBeOthers, !mayExist, !isCompared, task.earlier.values.contains(.succeeded)
            {
                verdict.secondTasks.append("task \(task.id) was accepted although another of its label had succeeded")
            }
        }
    }
}

public import Globus
public import Logging

/// The way through, for all transfers of a description: look at the source, submit once, wait, prove, record.
///
/// A transfer that fails does not keep the others from being tried; each has its own outcome.
public struct TransferRun: Sendable {
    private let service: any TransferService
    private let journal: Journal?
    private let time: any Timekeeper
    private let log: Logger
    /// When the surroundings end us (a batch job's time limit): waiting stops before.
    public var leaveBy: Timestamp?
    /// Instead of the descriptions' `wait.limit`; zero does not wait at all.
    public var limit: Duration?

    /// How many transfers are begun before the first of them must end; the others wait for their turn.
    public var together = Int.max

    /// What the end of a batch job must leave for the last look, the record and the message.
    static let margin = Duration.seconds(60)

    /// - Parameter journal: what is known of earlier runs; `nil` remembers nothing, so that every run starts afresh.
    public init(service: any TransferService, journal: Journal?, time: any Timekeeper = SystemTimekeeper(), log: Logger) {
        (self.service, self.journal, self.time, self.log) = (service, journal, time, log)
    }

    private struct Live {
        var index: Int
        var task: TaskID
        var manifest: Manifest
    }

    /// - Returns: a report for each plan, in their order.
    public func run(_ plans: [TransferPlan]) async -> [TransferReport] {
        var reports: [TransferReport] = []
        while reports.count < plans.count {
            let rest = plans[reports.count...]
            if Task.isCancelled {
                reports += rest.map { TransferReport(plan: $0, outcome: .interrupted(signal: 15)) }
            } else {
                reports += await runTogether(Array(rest.prefix(together)))
            }
        }
        return reports
    }

    private func runTogether(_ plans: [TransferPlan]) async -> [TransferReport] {
        var reports = plans.map { plan in
            var report = TransferReport(plan: plan, outcome: .nothing(allowed: true))
            report.log = log
            report.log[metadataKey: "transfer"] = "\(plan.title)"
            return report
        }
        var journals: [Int: CycleJournal] = [:]
        var live: [Live] = []
        for (index, plan) in plans.enumerated() {
            do throws(JournalProblem) {
                if let journal { journals[index] = try await CycleJournal(journal, plan, time: time) }
            } catch {
                reports[index].outcome = .journal(error)
                continue
            }
            let submitter = Submitter(plan: plan, journal: journals[index], service: service, time: time, log: reports[index].log)
            switch await submitter.begin() {
            case .done(let outcome): reports[index].outcome = outcome
            case .submitted(let task, let requestID, let manifest):
                (reports[index].task, reports[index].requestID) = (task, requestID)
                live.append(Live(index: index, task: task, manifest: manifest))
            }
        }

        let ends = await Waiter(service: service, time: time).wait(for: live.map { watch($0, plans[$0.index], reports[$0.index].log) })
        for (item, end) in zip(live, ends) {
            switch end {
            case .left(let outcome, let document):
                (reports[item.index].outcome, reports[item.index].document) = (outcome, document)
            case .ended(let document):
                reports[item.index].document = document
                reports[item.index].outcome = await conclude(document, item, plans[item.index])
            }
        }
        for (index, journal) in journals {
            record(&reports[index], live.first { $0.index == index }?.manifest, journal)
        }
        return reports
    }

    private func watch(_ item: Live, _ plan: TransferPlan, _ log: Logger) -> Waiter.Watch {
        var options = plan.description.wait
        if let limit { options.limit = limit }
        if let leaveBy { options.limit = min(options.limit, max(.zero, leaveBy - time.now - Self.margin)) }
        return Waiter.Watch(task: item.task, options: options) { narrate($0, log) }
    }

    // MARK: once it has ended

    private func conclude(_ document: TaskDocument, _ item: Live, _ plan: TransferPlan) async -> Outcome {
        let manifest = item.manifest
        guard document.status == .succeeded else { return failure(document) }
        if document.skippedErrors > 0 {
            let skipped = try? await service.skippedErrors(of: item.task, from: nil)
            return .partial(skipped?.items ?? [], count: document.skippedErrors)
        }
        let level = plan.description.verify.level
        if level != .none {
            do throws(GlobusError) {
                let differences = try await Proof(service: service).differences(of: manifest, at: plan.destination)
                guard differences.isEmpty else { return .mismatch(differences) }
            } catch {
                return error == .cancelled ? .interrupted(signal: 15) : .unverified(error)
            }
        }
        return .archived(Archive(files: manifest.entries.count, bytes: manifest.bytes, figures: TaskFigures(document), level: level))
    }

    private func failure(_ document: TaskDocument) -> Outcome {
        let error = document.fatalError ?? (code: "", description: "Globus gives no reason")
        switch error.code {
        case "EXPIRED": return .expired(TaskFigures(document))
        case "CANCELED": return .cancelled(by: document.canceledByAdmin, message: document.canceledByAdminMessage)
        default: return .failed(code: error.code, description: error.description)
        }
    }

    /// Writes down how it ended. A proof that cannot be recorded is no success: nobody would know of it.
    private func record(_ report: inout TransferReport, _ manifest: Manifest?, _ journal: CycleJournal) {
        do throws(JournalProblem) {
            if case .archived(let archive) = report.outcome, let manifest { try journal.proven(archive, manifest) }
        } catch {
            report.outcome = .journal(error)
        }
        let ending = JournalRecord.Ending(
            status: report.status.name, exitStatus: report.status.number, message: report.outcome.whatHappened(report.plan),
            time: time.now.description)
        do throws(JournalProblem) {
            try journal.ended(ending, taskHasFailed: report.outcome.taskHasFailed)
        } catch {
            report.log.warning("\(error)")
        }
        journal.release()
    }

    private func narrate(_ progress: Waiter.Progress, _ log: Logger) {
        let text = progress.sentence
        switch progress.condition.kind {
        case .faulting, .paused, .inactive, .unrecognised: log.warning("\(text)")
        case .queued, .moving: log.info("\(text)")
        }
    }
}

public import Globus
public import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The way through, for all transfers of a description: look at the source, submit, wait, prove.
///
/// A transfer that fails does not keep the others from being tried; each has its own outcome.
public struct TransferRun: Sendable {
    private let service: any TransferService
    private let time: any Timekeeper
    private let log: Logger

    public init(service: any TransferService, time: any Timekeeper = SystemTimekeeper(), log: Logger) {
        (self.service, self.time, self.log) = (service, time, log)
    }

    /// - Returns: a report for each plan, in their order.
    public func run(_ plans: [TransferPlan]) async -> [TransferReport] {
        var reports = plans.map { TransferReport(plan: $0, outcome: .nothing(allowed: true)) }
        var live: [(index: Int, task: TaskID, manifest: Manifest)] = []
        for (index, plan) in plans.enumerated() {
            var log = log
            log[metadataKey: "transfer"] = "\(plan.title)"
            switch await begin(plan, log) {
            case .done(let outcome):
                reports[index].outcome = outcome
            case .submitted(let task, let requestID, let manifest):
                (reports[index].task, reports[index].requestID) = (task, requestID)
                live.append((index, task, manifest))
            }
            reports[index].log = log
        }

        let watches = live.map { item in
            let log = reports[item.index].log
            return Waiter.Watch(task: item.task, options: plans[item.index].description.wait) { narrate($0, log) }
        }
        let ends = await Waiter(service: service, time: time).wait(for: watches)
        for (item, end) in zip(live, ends) {
            switch end {
            case .left(let outcome, let document):
                (reports[item.index].outcome, reports[item.index].document) = (outcome, document)
            case .ended(let document):
                reports[item.index].document = document
                reports[item.index].outcome = await conclude(document, item.manifest, plans[item.index], reports[item.index].log)
            }
        }
        return reports
    }

    // MARK: until it is submitted

    private enum Beginning {
        case done(Outcome)
        case submitted(TaskID, requestID: String?, Manifest)
    }

    private func begin(_ plan: TransferPlan, _ log: Logger) async -> Beginning {
        let scan: SourceScan
        let contents: SubmissionContents
        if let local = plan.localSource {
            scan = SourceScanner(plan.description.select, links: plan.description.symlinks).scan(local.path)
            contents = .files(scan.manifest)
        } else {
            do {
                (scan, contents) = try await RemoteSource(plan, service).scan()
            } catch {
                return .done(.service(error, during: .source))
            }
        }
        guard scan.problems.isEmpty else { return .done(.source(scan.problems)) }
        log.info("\(scan.summary(of: plan))")
        guard !scan.manifest.entries.isEmpty else { return .done(.nothing(allowed: plan.description.empty == .succeed)) }

        do throws(GlobusError) {
            let id = try await service.newSubmissionID()
            let result = try await service.submit(plan.document(contents, now: time.now), as: id)
            guard let task = result.taskID else {
                throw GlobusError.unreadableReply(request: "POST /v0.10/transfer", detail: "task_id is missing")
            }
            log.info("submitted as Globus task \(task) (\(task.webPage))")
            return .submitted(task, requestID: result.requestID, scan.manifest)
        } catch {
            return .done(.service(error, during: .submission))
        }
    }

    // MARK: once it has ended

    private func conclude(_ document: TaskDocument, _ manifest: Manifest, _ plan: TransferPlan, _ log: Logger) async -> Outcome {
        guard document.status == .succeeded else { return failure(document) }
        if document.skippedErrors > 0 {
            let skipped = document.id == nil ? nil : try? await service.skippedErrors(of: document.id ?? "", from: nil)
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

    private func narrate(_ progress: Waiter.Progress, _ log: Logger) {
        let text = progress.sentence
        switch progress.condition.kind {
        case .faulting, .paused, .inactive, .unrecognised: log.warning("\(text)")
        case .queued, .moving: log.info("\(text)")
        }
    }
}

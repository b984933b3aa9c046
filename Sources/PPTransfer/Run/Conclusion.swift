import Globus

/// What the end of a task comes to: a proof, a failure with its cause, or more to do.
struct Conclusion {
    let submitter: Submitter
    let begun: Submitter.Begun

    private var plan: TransferPlan { submitter.plan }
    private var service: any TransferService { submitter.service }
    private var time: any Timekeeper { submitter.time }

    func outcome(of end: WaitEnd) async -> (Outcome, TaskDocument?) {
        switch end {
        case .left(.stuck(let condition, let events, let cancelled), let document, _)
        where SourceChange.causes.contains(condition.code ?? ""):
            let changes = await sourceChanges()
            if !changes.isEmpty { return (.sourceChanged(changes, taskHasEnded: cancelled), document) }
            return (.stuck(condition, events: events, cancelled: cancelled), document)
        case .left(let outcome, let document, _):
            return (outcome, document)
        case .ended(let document) where document.status == .succeeded:
            return (await proof(document), document)
        case .ended(let document):
            return (await failure(document), document)
        }
    }

    /// A task that this run did not submit itself may have left out what was staged since.
    func goOn(after outcome: Outcome) async -> Submitter.Beginning? {
        switch (begun.origin, outcome) {
        case (.takenUp, .archived), (.found, .archived):
            return await submitter.goOn(after: begun.manifest)
        case (.found, .mismatch):
            // Nobody wrote down what that task was to bring: send what it did not. What is there already is not sent again.
            submitter.log.info("the task that was found did not bring all of it; submitting the rest")
            return await submitter.goOn(after: Manifest([]))
        default:
            return nil
        }
    }

    // MARK: proof

    private func proof(_ document: TaskDocument) async -> Outcome {
        if document.skippedErrors > 0 {
            let skipped = try? await service.skippedErrors(of: begun.task, from: nil)
            return .partial(skipped?.items ?? [], count: document.skippedErrors)
        }
        let level = plan.description.verify.level
        guard level != .none else { return archived(document, extra: []) }
        let sent = try? await SentFiles(of: begun.task, begun.manifest, at: plan.destination, through: service)
        var finding: Proof.Finding
        do throws(GlobusError) {
            finding = try await Proof(service: service, time: time).finding(of: begun.manifest, at: plan.destination)
        } catch {
            return error == .cancelled
                ? .interrupted(signal: 15)
                : .unverified(error, sent: sent?.confirmed(begun.manifest), of: begun.manifest.entries.count)
        }
        if finding.differences.isEmpty, let sent {
            let before = try? submitter.journal?.proven(atLeast: level)
            finding.differences = sent.unaccounted(begun.manifest, document, before: before).map { .unsent($0) }
        }
        if !finding.extra.isEmpty {
            if plan.description.verify.extra == .fail { finding.differences += finding.extra.map { .extra($0) } }
            let names = Quantity.list(finding.extra, most: 5).joined(separator: ", ")
            submitter.log.warning("other files lie at \(plan.destination.text), which this transfer did not send: \(names)")
        }
        guard finding.differences.isEmpty else { return await mismatch(finding.differences) }
        return archived(document, extra: finding.extra)
    }

    /// A proof that cannot be recorded is no success: nobody would know of it.
    private func archived(_ document: TaskDocument, extra: [String]) -> Outcome {
        let archive = Archive(
            files: begun.manifest.entries.count, bytes: begun.manifest.bytes, figures: TaskFigures(document),
            level: plan.description.verify.level, extra: extra)
        do throws(JournalProblem) {
            try submitter.journal?.proven(archive, begun.manifest)
            return .archived(archive)
        } catch {
            return .journal(error)
        }
    }

    /// If every difference is there because the source is no longer what it was, then it is the source that is at fault.
    private func mismatch(_ differences: [Difference]) async -> Outcome {
        let changes = await sourceChanges()
        let changed = Set(changes.map { FileName($0.path) })
        let isExplained = differences.allSatisfy { changed.contains(FileName($0.path)) }
        return isExplained ? .sourceChanged(changes, taskHasEnded: true) : .mismatch(differences)
    }

    // MARK: failure

    private func failure(_ document: TaskDocument) async -> Outcome {
        let error = document.fatalError ?? (code: "", description: "Globus gives no reason")
        switch error.code {
        case "EXPIRED": return .expired(TaskFigures(document))
        case "CANCELED": return .cancelled(by: document.canceledByAdmin, message: document.canceledByAdminMessage)
        default: break
        }
        if SourceChange.causes.contains(error.code) {
            let changes = await sourceChanges()
            if !changes.isEmpty { return .sourceChanged(changes, taskHasEnded: true) }
        }
        return .failed(code: error.code, description: error.description, events: await service.latestErrors(of: begun.task))
    }

    /// What at the source is no longer as it was listed; empty if the source cannot be looked at.
    private func sourceChanges() async -> [SourceChange] {
        guard let (scan, _) = try? await plan.scan(through: service, time: time) else { return [] }
        return SourceChange.all(since: begun.manifest, now: scan.manifest)
    }
}

import Globus
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Brings one transfer to the point where a Globus task works on it, exactly once: adopts what is under way, repeats what may have been
/// lost, submits only what nobody has.
struct Submitter {
    enum Beginning {
        case done(Outcome)
        /// A task is at work, and `manifest` is what should arrive.
        case submitted(TaskID, requestID: String?, Manifest)
    }

    let plan: TransferPlan
    /// `nil`: nothing is remembered, so nothing can be taken up.
    let journal: CycleJournal?
    let service: any TransferService
    let time: any Timekeeper
    let log: Logger

    /// Why there is no task: an answer, not a defect.
    private struct Stop: Error {
        var outcome: Outcome

        init(_ outcome: Outcome) { self.outcome = outcome }
        init(_ problem: JournalProblem) { outcome = .journal(problem) }
        init(_ error: GlobusError, _ phase: Outcome.Phase) {
            outcome = error == .cancelled ? .interrupted(signal: 15) : .service(error, during: phase)
        }
    }

    func begin() async -> Beginning {
        do throws(Stop) {
            if journal?.isPrevious == true { log.warning("the journal record was damaged; the one before it is used") }
            if let submission = journal?.record.submission, let taken = try await takeUp(submission) { return taken }
            return try await submitAfresh()
        } catch {
            return .done(error.outcome)
        }
    }

    // MARK: what is under way

    /// - Returns: `nil` if nothing of it is left to take up.
    private func takeUp(_ submission: JournalRecord.Submission) async throws(Stop) -> Beginning? {
        switch submission.state {
        case .succeeded, .failed: return nil
        case .accepted:
            guard let task = submission.task else { return nil }
            return try await adopt(task, submission)
        case .intended:
            guard let body = try recorded({ () throws(JournalProblem) in try journal?.intendedDocument() }) else { return nil }
            return try await repeatSubmission(body)
        }
    }

    private func adopt(_ task: TaskID, _ submission: JournalRecord.Submission) async throws(Stop) -> Beginning? {
        let document: TaskDocument
        do throws(GlobusError) {
            document = try await service.task(task)
        } catch {
            if case .refused(let refusal) = error, refusal.kind == .notFound {
                log.warning("Globus no longer knows task \(task) of an earlier run")
                return nil
            }
            throw Stop(error, .waiting)
        }
        if document.status == .failed {
            let reason = document.fatalError?.description ?? "no reason given"
            log.warning("task \(task) of an earlier run failed (\(reason)); submitting what is left")
            return nil
        }
        log.info("takes up Globus task \(task) of an earlier run")
        return .submitted(task, requestID: submission.requestID, try await expected())
    }

    /// Whether Globus has the submission is not known: the same bytes under the same id start nothing twice.
    private func repeatSubmission(_ body: Data) async throws(Stop) -> Beginning? {
        log.info("repeats a submission of an earlier run whose answer was lost")
        let manifest = try await expected()
        do throws(GlobusError) {
            return try await accept(service.submit(body), manifest)
        } catch {
            guard case .refused(let refusal) = error else { throw Stop(error, .submission) }
            switch refusal.kind {
            // The id is no longer known: then it never became a task.
            case .invalid: return nil
            case .conflict: return try await resolve(error, manifest)
            default: throw Stop(error, .submission)
            }
        }
    }

    /// What the submission under way should bring: as it was recorded, else as the source is now.
    private func expected() async throws(Stop) -> Manifest {
        if let manifest = try recorded({ () throws(JournalProblem) in try journal?.expected() }) { return manifest }
        return try await scan().scan.manifest
    }

    // MARK: a new submission

    private func submitAfresh() async throws(Stop) -> Beginning {
        let (scan, found) = try await scan()
        guard scan.problems.isEmpty else { throw Stop(.source(scan.problems)) }
        log.info("\(scan.summary(of: plan))")
        guard !scan.manifest.entries.isEmpty else { throw Stop(.nothing(allowed: plan.description.empty == .succeed)) }
        let contents = try difference(scan.manifest, found)

        // Without a record there may still be a task: of a journal that was lost.
        if journal?.record.submission == nil, let task = try await liveTask() {
            log.warning("finds Globus task \(task) at work on this transfer, which the journal does not know")
            try recorded { () throws(JournalProblem) in try journal?.adopt(task, expecting: scan.manifest) }
            return .submitted(task, requestID: nil, scan.manifest)
        }

        do throws(GlobusError) {
            let id = try await service.newSubmissionID()
            var document = plan.document(contents, now: time.now)
            document.submissionID = id
            let body = document.encoded()
            do throws(JournalProblem) {
                try journal?.intend(id, document: body, expecting: scan.manifest)
            } catch {
                return .done(.journal(error))
            }
            return try await accept(service.submit(body), scan.manifest)
        } catch {
            guard case .refused(let refusal) = error, refusal.kind == .conflict else { throw Stop(error, .submission) }
            return try await resolve(error, scan.manifest)
        }
    }

    private func scan() async throws(Stop) -> (scan: SourceScan, contents: SubmissionContents) {
        if let local = plan.localSource {
            let scan = SourceScanner(plan.description.select, links: plan.description.symlinks).scan(local.path)
            return (scan, .files(scan.manifest))
        }
        do throws(GlobusError) {
            return try await RemoteSource(plan, service).scan()
        } catch {
            throw Stop(error, .source)
        }
    }

    /// What an earlier run has proven need not be sent again. Without a cycle every run compares afresh.
    private func difference(_ manifest: Manifest, _ contents: SubmissionContents) throws(Stop) -> SubmissionContents {
        guard plan.cycle != nil, let receipt = journal?.record.receipt,
            let proven = try recorded({ () throws(JournalProblem) in try journal?.proven(atLeast: plan.description.verify.level) })
        else { return contents }
        let known = Set(proven.entries)
        let changed = manifest.entries.filter { !known.contains($0) }
        guard !changed.isEmpty else { throw Stop(.already(receipt)) }
        log.info(
            "\(Quantity.count(manifest.entries.count - changed.count, "file")) proven by an earlier run, \(changed.count) new or changed")
        return if case .files = contents { .files(Manifest(changed)) } else { contents }
    }

    private func accept(_ result: TransferResult, _ manifest: Manifest) throws(GlobusError) -> Beginning {
        guard let task = result.taskID else {
            throw .unreadableReply(request: "POST /v0.10/transfer", detail: "task_id is missing")
        }
        if result.isDuplicate {
            log.info("Globus has this submission already, as task \(task)")
        } else {
            log.info("submitted as Globus task \(task)")
        }
        do throws(JournalProblem) {
            try journal?.accepted(task, requestID: result.requestID)
        } catch {
            // The submission id is on disk: a later run finds the task by it.
            log.warning("\(error); the wait goes on")
        }
        return .submitted(task, requestID: result.requestID, manifest)
    }

    // MARK: others

    /// Globus refuses to work twice on the same paths: is the other task ours?
    private func resolve(_ conflict: GlobusError, _ manifest: Manifest) async throws(Stop) -> Beginning {
        if let task = try await liveTask() {
            log.warning("Globus task \(task) works on this transfer already")
            try recorded { () throws(JournalProblem) in try journal?.adopt(task, expecting: manifest) }
            return .submitted(task, requestID: nil, manifest)
        }
        let others = (try? await service.tasks(matching: "status:ACTIVE,INACTIVE/type:TRANSFER")) ?? []
        throw Stop(.conflict(conflict, blocking: others.filter(isBetweenTheSame).compactMap(\.id)))
    }

    /// A live task with our label between our two collections.
    private func liveTask() async throws(Stop) -> TaskID? {
        do throws(GlobusError) {
            let tasks = try await service.tasks(matching: "status:ACTIVE,INACTIVE/type:TRANSFER/label:=\(plan.label)")
            return tasks.first { $0.label == plan.label.description && isBetweenTheSame($0) }?.id
        } catch {
            throw Stop(error, .submission)
        }
    }

    private func isBetweenTheSame(_ task: TaskDocument) -> Bool {
        task.sourceCollection == plan.source.collection && task.destinationCollection == plan.destination.collection
    }

    private func recorded<Value>(_ body: () throws(JournalProblem) -> Value) throws(Stop) -> Value {
        do throws(JournalProblem) { return try body() } catch { throw Stop(error) }
    }
}

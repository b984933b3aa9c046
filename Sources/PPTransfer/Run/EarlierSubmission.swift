import Globus
import PositionedYAML

/// What a run does with a submission that an earlier run left in the journal.
extension Submitter {
    /// How long Globus keeps a task at least, so that one which it does not show before belongs to somebody else.
    static let history = Duration.seconds(30 * 86_400)

    /// - Returns: `nil` if nothing of it is left to take up.
    func takeUp(_ submission: JournalRecord.Submission) async throws(Stop) -> Begun? {
        switch submission.state {
        case .succeeded, .failed: return nil
        case .accepted:
            guard let task = submission.task else { return nil }
            return try await adopt(task, submission)
        case .intended:
            guard try await mayRepeat(submission),
                let body = try recorded({ () throws(JournalProblem) in try journal?.intendedDocument() })
            else { return nil }
            return try await repeatSubmission(body, refused: submission.refusal)
        }
    }

    /// What is, or may be, at work for the transfer when it is called off.
    ///
    /// - Parameter known: how the transfer's life ended, for the case that no journal knows more.
    func underWay(_ known: FinishedTransfer) async throws(Stop) -> Begun? {
        guard let journal else {
            guard let task = known.task else { return nil }
            return try await begun(task, known.requestID)
        }
        guard let submission = journal.record.submission else { return nil }
        switch submission.state {
        case .succeeded, .failed: return nil
        case .accepted:
            guard let task = submission.task else { return nil }
            return try await begun(task, submission.requestID, pathsUnknown: submission.pathsUnknown ?? false)
        case .intended: return try await takeUp(submission)
        }
    }

    private func adopt(_ task: TaskID, _ submission: JournalRecord.Submission) async throws(Stop) -> Begun? {
        guard let document = try await document(of: task, submission) else { return nil }
        if document.status == .failed {
            let reason = document.fatalError?.description ?? "no reason given"
            log.warning("task \(task) of an earlier run failed (\(reason)); submitting the remaining files")
            return nil
        }
        if let id = document.ownerID {
            // Whoever sees a task is its owner.
            let owner = caller.remember(TaskOwner(id: id))
            try recorded { () throws(JournalProblem) in try journal?.isOwned(by: owner) }
        }
        log.info("resumes Globus task \(task) of an earlier run", metadata: .event(.adopted, task: task))
        return try await begun(task, submission.requestID, pathsUnknown: submission.pathsUnknown ?? false)
    }

    /// - Returns: `nil` if Globus does not know it, for more than a minute, and would show it to this login if it did: one such answer may
    ///   come from a part of the service that has not heard of the task, or from somebody who answers in Globus's place.
    private func document(of task: TaskID, _ submission: JournalRecord.Submission) async throws(Stop) -> TransferTask? {
        for pause in Self.pauses.map(Optional.some) + [nil] {
            do throws(GlobusError) {
                return try await service.task(task)
            } catch {
                guard case .refused(let refusal) = error.cause, refusal.kind == .notFound else { throw Stop(error, .waiting) }
                if refusal.isOfGlobus {
                    // A person's word needs no second answer.
                    if forgetsTask { break }
                    try await requireNoOther(submission)
                } else if pause == nil {
                    throw Stop(
                        .unreadableReply(request: refusal.request, detail: "HTTP \(refusal.status) without a message from Globus"), .waiting
                    )
                }
            }
            if let pause { await time.sleep(for: pause) }
            if Task.isCancelled { throw Stop(.interrupted()) }
        }
        try await requireForgotten(submission)
        log.warning("Globus no longer knows task \(task) of an earlier run")
        return nil
    }

    // MARK: other logins

    /// Whether a submission whose answer was lost may be sent once more: only as the one who sent it first. For somebody else the same id
    /// may be new.
    private func mayRepeat(_ submission: JournalRecord.Submission) async throws(Stop) -> Bool {
        guard let owner = submission.owner, await !caller.isSame(as: owner, through: service) else { return true }
        // Globus itself has said that it takes nothing of the kind from that login.
        if submission.refused == true { return false }
        try await requireForgotten(submission)
        return false
    }

    /// - Throws: if it is certain that another login has submitted it, so that this one cannot know what became of it.
    private func requireNoOther(_ submission: JournalRecord.Submission) async throws(Stop) {
        guard let owner = submission.owner, await !caller.isSame(as: owner, through: service) else { return }
        let asking = await caller.identified(through: service)
        guard asking != nil || owner.isUnknown else { return }
        try await requireForgotten(submission)
    }

    /// - Throws: if what Globus does not show may yet be at work under another login. It is not, once Globus keeps tasks no longer; and
    ///   whoever says `forgetsTask` knows.
    private func requireForgotten(_ submission: JournalRecord.Submission) async throws(Stop) {
        if forgetsTask {
            log.warning("forgets the \(submission.name) of an earlier run (\(words[.forgettingTask]))")
            return
        }
        // By this machine's clock and by the service's: one of them may be wrong.
        let now = min(time.now, service.now(time))
        if let begun = Timestamp(wire: submission.begun), now - begun > Self.history { return }
        if let owner = submission.owner, !owner.isUnknown, await caller.isSame(as: owner, through: service) { return }
        throw Stop(.otherLogin(submission, asking: await caller.named()))
    }

    // MARK: lost answers

    /// Whether Globus has the submission is not known: the same bytes under the same id start nothing twice.
    ///
    /// - Parameter refusal: with what Globus refused it then; `nil` if its answer was lost.
    private func repeatSubmission(_ body: RequestBody, refused refusal: String?) async throws(Stop) -> Begun? {
        if let refusal {
            log.info("repeats a submission of an earlier run that Globus refused (\(refusal))")
        } else {
            log.info("repeats a submission of an earlier run whose answer was lost")
        }
        try recorded { () throws(JournalProblem) in try journal?.refused(false, with: nil) }
        let answer: (task: TaskID, requestID: String?)
        do throws(GlobusError) {
            answer = try await accepted(body)
        } catch {
            guard case .refused(let refusal) = error.cause else { throw Stop(error, .submission) }
            try refused(refusal)
            switch refusal.kind {
            // The id is no longer known: then it never became a task. Only Globus itself can say that.
            case .invalid where refusal.isOfGlobus: return nil
            case .conflict: return try await resolve(error, bringing: try await scan().scan.manifest)
            default: throw Stop(error, .submission)
            }
        }
        try await note(answer.task, answer.requestID)
        return try await begun(answer.task, answer.requestID)
    }

    /// Sends a submission until Globus says which task it is. An answer that is not Globus's own says nothing of it.
    func accepted(_ body: RequestBody) async throws(GlobusError) -> (task: TaskID, requestID: String?) {
        for pause in Self.pauses.map(Optional.some) + [nil] {
            let problem: GlobusError
            do throws(GlobusError) {
                let result = try await submitted(body)
                if let task = result.taskID {
                    let text =
                        result.isDuplicate ? "Globus has this submission already, as task \(task)" : "submitted as Globus task \(task)"
                    log.info("\(text)", metadata: .event(.submitted, task: task))
                    return (task, result.requestID)
                }
                problem = .unreadableReply(request: "POST /v0.10/transfer", detail: "task_id is missing")
                if let pause { log.warning("Globus's answer to the submission names no task; asking again in \(Quantity.time(pause))") }
            } catch {
                guard case .refused(let refusal) = error.cause, !refusal.isOfGlobus,
                    [.invalid, .permission, .notFound, .conflict].contains(refusal.kind)
                else { throw error }
                problem = .unreadableReply(request: refusal.request, detail: "HTTP \(refusal.status) without a message from Globus")
                if let pause { log.warning("\(problem); submitting the same again in \(Quantity.time(pause))") }
            }
            guard let pause else { throw problem }
            await time.sleep(for: pause)
            if Task.isCancelled { throw .cancelled }
        }
        throw .cancelled
    }

    /// A collection's own server that fails may do better in a minute, as when it is listed; the id keeps a repetition from starting
    /// anything twice.
    private func submitted(_ body: RequestBody) async throws(GlobusError) -> TransferResult {
        for pause in CollectionListing.pauses {
            do {
                return try await service.submit(body)
            } catch let error where error.refusal?.mayPass == true {
                log.warning("\(error); submitting again in \(Quantity.time(pause))")
                await time.sleep(for: pause)
                if Task.isCancelled { throw .cancelled }
            }
        }
        return try await service.submit(body)
    }

    /// Writes down that Globus has refused a submission for good, so that no task can have come of it: another login may try.
    func refused(_ refusal: Refusal) throws(Stop) {
        let isFinal: Bool =
            switch refusal.kind {
            case .authentication, .consent, .session, .permission, .accountMissing, .collectionMissing, .tooManyPending, .invalid:
                refusal.isOfGlobus
            case .notFound, .conflict, .rateLimit, .notADirectory, .collectionFault, .unavailable: false
            }
        // A part of the service that is out of order may have passed the submission on before it said so.
        let isAnswer = isFinal || refusal.isOfGlobus && [.notFound, .conflict, .rateLimit, .notADirectory].contains(refusal.kind)
        guard isAnswer else { return }
        let answer = [String(refusal.status), refusal.code].compactMap { $0 }.joined(separator: " ")
        try recorded { () throws(JournalProblem) in try journal?.refused(isFinal, with: answer) }
    }

    /// Writes down which task it became, and whose.
    func note(_ task: TaskID, _ requestID: String?) async throws(Stop) {
        if journal != nil, caller.isWorthATask, let id = try? await service.task(task).ownerID { caller.remember(TaskOwner(id: id)) }
        do throws(JournalProblem) {
            try journal?.accepted(task, requestID: requestID, by: caller.known)
        } catch {
            if error.isLoss { throw Stop(error) }
            // The submission id is on disk: a later run finds the task by it.
            log.warning("\(error); still waiting")
        }
    }

    /// An earlier run's task, and what it should bring: as it was recorded, else as the source is now.
    private func begun(_ task: TaskID, _ requestID: String?, pathsUnknown: Bool = false) async throws(Stop) -> Begun {
        if !pathsUnknown, var manifest = try recorded({ () throws(JournalProblem) in try journal?.expected() }) {
            // Digests that were to be proven then, and are not asked for now.
            if plan.description.verify.level != .digest {
                manifest = Attestation(manifest, nil, try usableProof() ?? Manifest([])).manifest
            }
            let remaining = journal?.record.submission?.remaining ?? 0
            // Without an id it is a task that was found: another journal has written down what it sends.
            let isOurs = journal?.record.submission?.id != nil
            return Begun(
                task: task, requestID: requestID, manifest: isOurs ? manifest : manifest.unstamped, origin: isOurs ? .takenUp : .found,
                rest: Rest(files: remaining, unsent: remaining))
        }
        // When the task read the files, they may have been others.
        return Begun(
            task: task, requestID: requestID, manifest: try await scan().scan.manifest.unstamped, origin: .found, pathsUnknown: pathsUnknown
        )
    }

    /// The description was changed while an earlier submission was under way, so that it is not what should be taken up: but as long as
    /// its task is alive there must be no second one.
    func standBack(from submission: JournalRecord.Submission) async throws(Stop) {
        var live: TaskID?
        switch submission.state {
        case .succeeded, .failed: return
        case .accepted:
            if let task = submission.task, let document = try await document(of: task, submission), !document.status.hasEnded {
                live = task
            }
        case .intended:
            guard try await mayRepeat(submission) else { return }
            live = try await tasksOfOurs().first?.id
        }
        if let live, let end = submission.destination { throw Stop(.elsewhere(live, end)) }
    }
}

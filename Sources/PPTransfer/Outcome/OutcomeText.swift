package import Globus
import PositionedYAML
import SystemFiles

/// The words for outcomes: what happened, what to do. One place, pinned by tests.
extension Outcome {
    /// One sentence without a full stop.
    package func whatHappened(_ plan: TransferPlan) -> String {
        switch self {
        case .archived(let archive): archive.sentence(plan)
        case .already(let receipt, _, let cleaned) where plan.cycle == nil:
            "nothing new: \(Quantity.count(receipt.files, "file")), \(Quantity.bytes(receipt.bytes)) at \(plan.destination.text), "
                + "verified at \(receipt.proven)" + (cleaned?.sentence ?? "")
        case .already(let receipt, let sourceIsGone, let cleaned):
            "already archived: \(Quantity.count(receipt.files, "file")), \(Quantity.bytes(receipt.bytes)) at \(plan.destination.text), "
                + "verified at \(receipt.proven); "
                + (sourceIsGone ? "the source is empty or no longer exists" : "the source has not changed since")
                + (cleaned?.sentence ?? "")
        case .nothing(allowed: true): "nothing to send; the description allows that (empty: succeed)"
        case .unsettled(let left): "nothing was sent from \(plan.source.text): \(left.sentence)"
        case .nothing(allowed: false): "nothing to send from \(plan.source.text)"
        case .source(let problems):
            problems.count == 1
                ? problems[0].description : "\(problems.count) problems at the source \(plan.source.text); nothing was submitted"
        case .service(let error, .waiting) where error.refusal?.kind == .notFound:
            "Globus no longer knows the task (\(error.sentence)); it is not known whether it continues"
        case .service(let error, .waiting): "\(error.sentence); the Globus task continues"
        case .service(let error, _): error.sentence
        case .conflict(let error, let blocking):
            "another Globus task uses the same paths"
                + (blocking.isEmpty ? "" : ", probably \(blocking.map(\.description).joined(separator: ", "))") + ": \(error.sentence)"
        case .sameLabel(let task, let what?, _):
            "Globus task \(task) has this transfer's label, but \(what): it is not this transfer's"
        case .sameLabel(let task, nil, _):
            "Globus task \(task) has this transfer's label, and Globus does not report which files it sent"
        case .otherLogin(let submission, let asking):
            "\(submission.name) of an earlier run (\(submission.begun)) was submitted by \(submission.owner?.description ?? "an unknown login"); "
                + "the login in use, \(asking?.description ?? "whose identity is not known"), cannot see its result"
        case .exists(let existing):
            "\(Quantity.count(existing.count, "file")) at \(plan.destination.text) that this journal did not send would be replaced; "
                + "nothing was submitted"
        case .surplus(let surplus):
            "most files at \(plan.destination.text) would be deleted: \(surplus.extra.files) of \(surplus.there), which the source does not "
                + "have; nothing was submitted"
        case .shared(let files): files.sentence(plan) + "; nothing was submitted"
        case .journal(let problem): problem.description
        case .unusable(let fault): fault
        case .localDisk(let problem): problem.description
        case .running(let condition, let waited) where waited < .seconds(1):
            "submitted, without waiting: the Globus task is \(condition.participle)"
        case .running(let condition, let waited):
            "the Globus task is still \(condition.participle) after \(Quantity.time(waited)), the wait limit; the Globus task continues"
        case .paused(let messages, let waited):
            "the Globus task is paused" + (messages.isEmpty ? "" : " (\(messages.joined(separator: "; ")))")
                + "for \(Quantity.time(waited)), the wait limit"
        case .inactive(let condition):
            "the Globus task needs a login" + (condition.text.map { " (\($0))" } ?? "") + ": it is INACTIVE, and continues after the login"
        case .stuck(let condition, _, let cancelled):
            "the Globus task made no progress because of \(condition.cause)"
                + (cancelled ? "; it was cancelled; files that arrived stay at the destination" : "; it is still running")
        case .cancelling(let condition, _):
            "the Globus task made no progress because of \(condition.cause); Globus accepted its cancellation, but it has not ended yet"
        case .elsewhere(let task, let end):
            "Globus task \(task) of an earlier run of this cycle is still sending to \(end.name):\(end.path), which the description no "
                + "longer says"
        case .sourceChanged(let changes, _):
            "\(Quantity.count(changes.count, "file")) changed at the source while being sent"
        case .failed(let code, let description, _): "the Globus task failed: \(description)\(code.isEmpty ? "" : " (\(code))")"
        case .cancelled(let by, let message):
            "the Globus task was cancelled" + (by.map { " by an administrator of the \($0.lowercased())" } ?? "")
                + (message.map { ": \($0)" } ?? "")
        case .expired(let figures):
            "the Globus task's deadline (\(plan.description.transfer.deadline.written)) passed with "
                + "\(Quantity.count(figures.filesTransferred, "file")) and \(Quantity.bytes(figures.bytesTransferred)) sent"
        case .partial(_, let count):
            "the Globus task finished, but skipped \(Quantity.count(count, "path")) because of errors at the source"
        case .skipped(let unread, let there?):
            "\(unread.sentence); the other \(Quantity.count(there.files, "file")), \(Quantity.bytes(there.bytes)) are verified at "
                + plan.destination.text
        case .skipped(let unread, there: nil): "\(unread.sentence), and there is nothing else to send from \(plan.source.text)"
        case .mismatch(let differences):
            "the Globus task succeeded, but \(Quantity.count(differences.count, "file")) at \(plan.destination.text) "
                + "\(differences.count == 1 ? "is" : "are") not as they were sent"
        case .permissions(let rights): "every file is verified, but \(rights.sentence(plan))"
        case .rechecked(let recheck): recheck.whatHappened(plan)
        case .undigested(let archive, let isLate):
            "\(Quantity.count(archive.files, "file")), \(Quantity.bytes(archive.bytes)) at \(plan.destination.text): \(archive.tally)"
                + (isLate ? "; Globus's list of sent files is not available yet" : "")
        case .samePlace(let reason): "\(reason); nothing was deleted, and nothing was sent without a comparison"
        case .unverified(let error, let sent, let all):
            "the Globus task succeeded, but what arrived could not be listed: \(error.sentence)"
                + (sent.map { "; Globus reports that it sent \($0) of \(Quantity.count(all, "file"))" } ?? "")
        case .unreached(let waited):
            "Globus could not be reached until the wait limit, \(Quantity.time(waited)), had passed; the Globus task continues"
        case .jobEnds(.some): "the batch job is about to end; the Globus task continues"
        case .jobEnds(nil): "the batch job is about to end; this run submitted nothing for the transfer"
        case .stopped(.some): "the calling program stopped waiting; the Globus task continues"
        case .stopped(nil): "the calling program stopped the transfer before Globus had confirmed a submission"
        case .calledOff(let task?): "the calling program cancelled Globus task \(task); files that arrived stay at the destination"
        case .calledOff(nil): "the calling program cancelled the transfer before anything was submitted"
        case .callingOff(let task): "Globus accepted the cancellation of task \(task), which has not ended yet"
        case .invalid(let problems):
            problems.errors.count == 1
                ? "\(problems.errors[0])" : "\(problems.errors.count) errors in the plan; nothing was submitted"
        case .interrupted(let signal):
            "ended by a signal (\(Signal.name(signal ?? Signal.assumed))); a submitted Globus task continues"
        }
    }

    /// The same, with what a success, or a run with nothing to send, does not speak of.
    package func whatHappened(_ plan: TransferPlan, leaving unsettled: Unsettled?, _ unread: Unread?) -> String {
        guard status == .ok || self == .nothing(allowed: false) else { return whatHappened(plan) }
        let left = [isOfUnsettled ? nil : unsettled?.sentence, unread?.sentence].compactMap(\.self)
        return ([whatHappened(plan)] + left).joined(separator: "; ")
    }

    private var isOfUnsettled: Bool { if case .unsettled = self { true } else { false } }

    /// What a person should do; `nil` where nothing is.
    package func whatToDo(_ plan: TransferPlan, in words: RemedyWording) -> Remedy? {
        switch self {
        case .samePlace: "give a to.path that is not the source under another name"
        case .archived(let archive) where archive.cleaned?.refusal != nil: Self.remedyOfRefusal(in: words)
        case .already(_, _, let cleaned) where cleaned?.refusal != nil: Self.remedyOfRefusal(in: words)
        case .archived, .already: status == .ok ? nil : "check the files that stay; a later run sends files that have changed since"
        case .nothing(allowed: true), .unsettled: nil
        case .permissions(let rights) where rights.problem != nil: nil
        case .permissions: "\(words[.mendRights]); the next run sends nothing, and compares them again"
        case .rechecked(let recheck): recheck.whatToDo(plan, in: words)
        case .undigested(_, isLate: true): nil
        case .undigested(let archive, _) where archive.isReadHere:
            "write 'transfer: {sync: checksum}' and run again: Globus then compares the content of files that are there already; or write "
                + "'verify: {level: size}' if that is enough"
        case .undigested: "the next run re-sends files that are verified by size only; write 'verify: {level: size}' if that is enough"
        case .nothing(allowed: false) where plan.cycle == nil:
            "check the path of the source, and the patterns; write 'empty: succeed' if there may be nothing"
        case .nothing(allowed: false):
            "check that post-processing staged this cycle; write 'empty: succeed' if a cycle may have no output"
        case .source(let problems): Remedy(SourceProblem.remedy(of: problems, hasCycle: plan.cycle != nil))
        case .service(let error, let phase): error.remedy(during: phase, of: plan, in: words)
        case .conflict: "find that task at https://app.globus.org/activity; wait until it has ended, or cancel it"
        case .sameLabel(_, _, hasEnded: false): "find that task at https://app.globus.org/activity; wait until it has ended, or cancel it"
        case .sameLabel(_, _, hasEnded: true): "run again: that task has ended, so this transfer is submitted"
        case .otherLogin(let submission, _):
            "log in as \(submission.owner?.description ?? "the login that submitted it") and run again; if you know that the task has ended, "
                + "run again with \(words[.forgettingTask])"
        case .exists:
            "\(words[.list(place: plan.destination.text)]); give this transfer a 'to.path' of its own, or "
                + "write 'existing: replace' in 'to' if they may be replaced"
        case .surplus:
            "check that source and destination are the right ones; if these files may be deleted, run with \(words[.deletingMost])"
        case .shared(let files): Remedy(files.remedy)
        case .journal(let problem): problem.remedy(in: words)
        case .unusable: nil
        case .localDisk(let problem): problem.remedy
        case .running, .jobEnds, .stopped, .calledOff, .callingOff: nil
        case .invalid(let problems): problems.errors.count == 1 ? problems.errors[0].remedy.map { Remedy($0) } : nil
        case .unreached: "check whether Globus is up (status.globus.org) and this machine can reach it"
        case .paused: "ask the collection's administrators, or wait until they lift the pause"
        case .inactive:
            "\(plan.renewal); the Globus task then continues by itself"
        case .stuck(let condition, _, _), .cancelling(let condition, _):
            ExitStatus(taskError: condition.code ?? "").remedy(ofTask: plan)
        case .elsewhere: "wait until it has ended, or \(words[.cancelTask]), then run again"
        case .sourceChanged: "run after everything that writes to \(plan.source.text) has finished"
        case .failed(let code, _, _): ExitStatus(taskError: code).remedy(ofTask: plan)
        case .cancelled(nil, _): "find out who cancelled it, and why"
        case .cancelled(.some, _): "ask the collection's administrators"
        case .expired: "allow more time (transfer: {deadline: …}); files that arrived are not sent again"
        case .partial: "check the skipped paths"
        case .skipped: "make them readable for this user, or write 'partial: succeed' if the other files are enough"
        case .mismatch: "find out what else writes to the destination; the source is untouched"
        case .unverified(let error, _, _): error.remedy(during: .waiting, of: plan, in: words)
        case .interrupted: nil
        }
    }

    private static func remedyOfRefusal(in words: RemedyWording) -> Remedy {
        "the files are archived; once that is mended, \(words[.deleteSource])"
    }

    /// The particulars, one a line.
    package var details: [String] {
        switch self {
        case .source(let problems) where problems.count > 1: Quantity.list(problems.map(\.description))
        case .source(let problems): problems.compactMap { if case .missing(_, let near?) = $0 { near.sentence } else { nil } }
        case .stuck(_, let events, _), .failed(_, _, let events), .cancelling(_, let events): Quantity.list(events)
        case .archived(let archive): Quantity.list((archive.cleaned?.kept ?? []) + (archive.cleaned?.held ?? []))
        case .already(_, _, let cleaned): Quantity.list((cleaned?.kept ?? []) + (cleaned?.held ?? []))
        case .sourceChanged(let changes, _): Quantity.list(changes.map(\.description))
        case .partial(let skipped, _):
            Quantity.list(skipped.map { "\($0.sourcePath ?? "?"): \($0.errorCode ?? "?")" })
        case .skipped(let unread, _): Quantity.list(unread.names, of: unread.count)
        case .mismatch(let differences): Quantity.list(differences.map(\.description))
        case .permissions(let rights): Quantity.list(rights.different.lines, of: rights.different.count)
        case .undigested(let archive, _): Quantity.list(archive.sizeOnly.map { "by size only: \($0)" })
        case .exists(let existing):
            Quantity.list(existing.files.map(\.description), of: existing.count)
        case .surplus(let surplus): Quantity.list(surplus.extra.paths, of: surplus.extra.files)
        case .shared(let files): Quantity.list(files.paths, of: files.count)
        case .rechecked(let recheck): recheck.details
        case .localDisk(let problem): problem.details
        case .invalid(let problems) where problems.errors.count > 1: Quantity.list(problems.errors.map(\.description))
        default: []
        }
    }

    /// The refusal of Globus that ended it.
    package var refusal: Refusal? {
        switch self {
        case .service(let error, _), .unverified(let error, _, _), .conflict(let error, _): error.refusal
        default: nil
        }
    }

    /// The id of the request that was refused.
    package var requestID: String? { refusal?.requestID }
}

extension TransferPlan {
    /// The commands that renew the logins of both ends.
    var renewal: Remedy {
        var needs = LoginNeeds()
        for domain in domains { needs.add(session: domain) }
        return needs.renewal
    }

    /// The identity domains that the two collections want.
    var domains: [String] {
        let domains = [source.site?.identity, destination.site?.identity].compactMap { $0 }
        return domains.count == 2 && domains[0] == domains[1] ? [domains[0]] : domains
    }
}

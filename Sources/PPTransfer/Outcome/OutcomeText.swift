public import Globus
import PositionedYAML
import SystemFiles

/// The words for outcomes: what happened, what to do. One place, pinned by tests.
extension Outcome {
    /// One sentence without a full stop.
    public func whatHappened(_ plan: TransferPlan) -> String {
        switch self {
        case .archived(let archive): archive.sentence(plan)
        case .already(let receipt, let sourceIsGone, let cleaned):
            "already archived: \(Quantity.count(receipt.files, "file")), \(Quantity.bytes(receipt.bytes)) at \(plan.destination.text), "
                + "proven at \(receipt.proven); "
                + (sourceIsGone ? "the source is empty or gone by now" : "the source has not changed since") + (cleaned?.sentence ?? "")
        case .nothing(allowed: true): "nothing to send, which the description allows (empty: succeed)"
        case .nothing(allowed: false): "nothing to send from \(plan.source.text)"
        case .source(let problems):
            problems.count == 1
                ? problems[0].description : "\(problems.count) problems at the source \(plan.source.text); nothing was submitted"
        case .service(.refused(let refusal), .waiting) where refusal.kind == .notFound:
            "Globus no longer knows the task (\(GlobusError.refused(refusal))); whether it goes on cannot be seen from here"
        case .service(let error, .waiting): "\(error); the Globus task goes on without us"
        case .service(let error, _): error.description
        case .conflict(let error, let blocking):
            "another Globus task holds the same paths"
                + (blocking.isEmpty ? "" : ", most likely \(blocking.map(\.description).joined(separator: ", "))") + ": \(error)"
        case .sameLabel(let task, let what?, _):
            "Globus task \(task) has this transfer's label, but \(what): it is not this transfer's"
        case .sameLabel(let task, nil, _):
            "Globus task \(task) has this transfer's label, and Globus does not tell which files it sent"
        case .otherLogin(let submission, let asking):
            "\(submission.name) of an earlier run (\(submission.begun)) was submitted by \(submission.owner?.description ?? "an unknown login"); "
                + "the login in use, \(asking?.description ?? "whose identity is not known"), cannot see what became of it"
        case .exists(let existing):
            "\(Quantity.count(existing.count, "file")) at \(plan.destination.text) would be replaced, which this journal did not send; "
                + "nothing was submitted"
        case .shared(let files): files.sentence(plan) + "; nothing was submitted"
        case .journal(let problem): problem.description
        case .unusable(let fault): fault
        case .running(let condition, let waited) where waited < .seconds(1):
            "submitted and not waited for: the Globus task is \(condition.participle)"
        case .running(let condition, let waited):
            "the Globus task is still \(condition.participle) after \(Quantity.time(waited)), the limit of waiting; it goes on without us"
        case .paused(let messages, let waited):
            "the Globus task is paused" + (messages.isEmpty ? "" : " (\(messages.joined(separator: "; ")))")
                + ", and has been waited for \(Quantity.time(waited)), the limit"
        case .inactive(let condition):
            "the Globus task waits for a login" + (condition.text.map { " (\($0))" } ?? "") + ": it is INACTIVE, not lost"
        case .stuck(let condition, _, let cancelled):
            "the Globus task made no progress because of \(condition.cause)"
                + (cancelled ? "; it was cancelled, what had arrived stays there" : "; it was left running")
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
            "the Globus task finished, but gave up \(Quantity.count(count, "path")) because of errors at the source"
        case .mismatch(let differences):
            "the Globus task succeeded, but \(Quantity.count(differences.count, "file")) at \(plan.destination.text) "
                + "\(differences.count == 1 ? "is" : "are") not as sent"
        case .verified(let receipt):
            "\(Quantity.count(receipt.files, "file")), \(Quantity.bytes(receipt.bytes)) at \(plan.destination.text): each is still there with "
                + "its size, as proven at \(receipt.proven)"
        case .lost(let differences, let receipt):
            "\(differences.count) of \(Quantity.count(receipt.files, "file")) at \(plan.destination.text) "
                + "\(differences.count == 1 ? "is" : "are") no longer as proven at \(receipt.proven)"
        case .undigested(let archive, let isLate):
            "\(Quantity.count(archive.files, "file")), \(Quantity.bytes(archive.bytes)) at \(plan.destination.text): \(archive.tally)"
                + (isLate ? "; Globus's own list of what it sent is not to be had yet" : "")
        case .asked(let request): request.sentence
        case .readBack(let receipt):
            "\(Quantity.count(receipt.files, "file")), \(Quantity.bytes(receipt.bytes)) at \(plan.destination.text): "
                + (receipt.readBack.map { "read back by \($0.user) on \($0.host), \($0.begun) to \($0.ended): " } ?? "")
                + "\(receipt.tally)"
        case .unreported(let problem): problem.description
        case .samePlace(let reason): "\(reason); nothing was deleted, and nothing was sent without a comparison"
        case .notArchived: "not archived, so that there is nothing to verify"
        case .unverified(let error, let sent, let all):
            "the Globus task succeeded, but what arrived could not be listed: \(error)"
                + (sent.map { "; Globus itself says that it sent \($0) of \(Quantity.count(all, "file")) whole" } ?? "")
        case .unreached(let waited):
            "Globus could not be reached when the limit of waiting, \(Quantity.time(waited)), was over; the Globus task continues"
        case .jobEnds(.some): "the batch job is about to end; the Globus task continues"
        case .jobEnds(nil): "the batch job is about to end; this run submitted nothing for the transfer"
        case .interrupted(let signal):
            "ended by a signal (\(Signal.name(signal))); a Globus task that was submitted goes on without us"
        }
    }

    /// What a person should do; `nil` where nothing is.
    public func whatToDo(_ plan: TransferPlan) -> String? {
        switch self {
        case .samePlace: "name a directory as to.path that is not the source under another name"
        case .archived(let archive) where archive.cleaned?.refusal != nil: Self.remedyOfRefusal
        case .already(_, _, let cleaned) where cleaned?.refusal != nil: Self.remedyOfRefusal
        case .archived, .already: status == .ok ? nil : "look at what stays; a later run sends what was written to since"
        case .verified, .nothing(allowed: true): nil
        case .undigested(_, isLate: true): nil
        case .asked(let request): request.remedy(plan)
        case .readBack: nil
        case .unreported(let problem): problem.remedy
        case .undigested: "the next run sends again what is proven by size only; write 'verify: {level: size}' if that is enough"
        case .notArchived: "look at 'pptransfer status'"
        case .lost: "find out what removed or changed them, then send them again with 'pptransfer rerun' if the source still has them"
        case .nothing(allowed: false):
            "look whether post-processing staged this cycle; write 'empty: succeed' if a cycle may have no output"
        case .source(let problems): Self.remedy(problems, plan)
        case .service(let error, let phase): Self.remedy(error, phase, plan)
        case .conflict: "find that task at https://app.globus.org/activity; let it end, or cancel it"
        case .sameLabel(_, _, hasEnded: false): "find that task at https://app.globus.org/activity; let it end, or cancel it"
        case .sameLabel(_, _, hasEnded: true): "run again: that task has ended, so that this transfer is submitted by itself"
        case .otherLogin(let submission, _):
            "log in as \(submission.owner?.description ?? "whoever submitted it") and run again; if you know that the task has ended, "
                + "run again with --forget-task"
        case .exists:
            "look at these files with 'pptransfer collections ls \(plan.destination.text)'; give this transfer a 'to.path' of its own, or "
                + "write 'existing: replace' in 'to' if they may be replaced"
        case .shared(let files): files.remedy
        case .journal(let problem): problem.remedy
        case .unusable: nil
        case .running, .jobEnds: nil
        case .unreached: "check whether Globus is up (status.globus.org) and this machine can reach it"
        case .paused: "ask the collection's administrators, or wait until they lift the pause"
        case .inactive:
            "log in again: globus session update \(plan.domains.map(ShellWord.plainOrQuoted).joined(separator: " ")); the task then goes on by itself"
        case .stuck(let condition, _, _), .cancelling(let condition, _):
            Self.remedy(ExitStatus(taskError: condition.code ?? ""), plan)
        case .elsewhere: "let it end, or cancel it (pptransfer cancel), then run again"
        case .sourceChanged: "run after everything that writes to \(plan.source.text) has finished"
        case .failed(let code, _, _): Self.remedy(ExitStatus(taskError: code), plan)
        case .cancelled(nil, _): "find out who cancelled it, and why"
        case .cancelled(.some, _): "ask the collection's administrators"
        case .expired: "give it longer (transfer: {deadline: …}); what has arrived is not sent again"
        case .partial: "look at the paths that were given up"
        case .mismatch: "find out what else writes to the destination; the source is untouched"
        case .unverified(let error, _, _): Self.remedy(error, .waiting, plan)
        case .interrupted: nil
        }
    }

    private static let remedyOfRefusal = "the files are archived; once that is mended, delete them with 'pptransfer clean --delete'"

    /// The particulars, one a line.
    public var details: [String] {
        switch self {
        case .source(let problems) where problems.count > 1: Quantity.list(problems.map(\.description))
        case .stuck(_, let events, _), .failed(_, _, let events), .cancelling(_, let events): events
        case .archived(let archive): Quantity.list((archive.cleaned?.kept ?? []) + (archive.cleaned?.held ?? []))
        case .already(_, _, let cleaned): Quantity.list((cleaned?.kept ?? []) + (cleaned?.held ?? []))
        case .sourceChanged(let changes, _): Quantity.list(changes.map(\.description))
        case .partial(let skipped, _):
            Quantity.list(skipped.map { "\($0.sourcePath ?? "?"): \($0.errorCode ?? "?")" })
        case .mismatch(let differences), .lost(let differences, _): Quantity.list(differences.map(\.description))
        case .exists(let existing):
            Quantity.list(existing.files.map(\.description), of: existing.count)
        case .shared(let files): Quantity.list(files.paths, of: files.count)
        case .asked(let request): request.details
        case .unreported(.unread(let paths, _)): Quantity.list(paths)
        default: []
        }
    }

    /// The id of the request that was refused.
    public var requestID: String? {
        switch self {
        case .service(.refused(let refusal), _), .unverified(.refused(let refusal), _, _), .conflict(.refused(let refusal), _):
            refusal.requestID
        default: nil
        }
    }

    private static func remedy(_ problems: [SourceProblem], _ plan: TransferPlan) -> String {
        // Of several, the one that decides the status.
        let status = ExitStatus.mostSerious(of: problems.map(\.status))
        return switch problems.first(where: { $0.status == status }) ?? problems[0] {
        case .missing: "look whether post-processing has run, and whether from.path is right"
        case .notADirectory: "give a directory or a file as from.path"
        case .denied: "make it readable, or run as a user who may read it"
        case .unreadable: "look at the file system; nothing was submitted"
        case .link, .danglingLink, .linkLoop: "write 'symlinks: skip' or 'symlinks: follow', or exclude it"
        case .special, .tooDeep: "exclude it (select: {exclude: […]}) or remove it"
        case .unsendableName: "rename it, or exclude it"
        case .vanished, .changed: "run after everything that writes there has finished"
        case .notMounted(_, _, let key): "run where the source is mounted, or leave out '\(key)'"
        case .linked: "put the files themselves there, or send to another directory"
        case .unchecked: "make the directory writable, or write 'verify: {level: size}'"
        case .requiredUnmet: "look whether post-processing finished; the pattern stands in select.required"
        }
    }

    private static func remedy(_ error: GlobusError, _ phase: Phase, _ plan: TransferPlan) -> String? {
        switch error {
        case .unreachable(_, let reason) where reason.concernsClock:
            "set this machine's clock if it is wrong; if it is right, the service's certificate has lapsed"
        case .endless: "ask the collection's administrators; look for links that lead to a directory above them"
        case .unreachable(_, .insecure): "find out who answers in the service's place, or what this machine's list of authorities lacks"
        case .unreachable(_, .proxyRefused): "ask whoever runs the proxy to let this machine reach Globus"
        case .unreachable, .unreadableReply: "look whether Globus is up (status.globus.org) and this machine may reach it"
        case .notLoggedIn(let problem): problem.remedy
        case .cancelled: nil
        case .refused(let refusal):
            switch refusal.kind {
            case .authentication: "log in again"
            case .consent:
                "give the consent: globus session consent "
                    + (refusal.authorization?.requiredScopes ?? []).map { "'\($0)'" }.joined(separator: " ")
            case .session:
                "log in again: globus session update \(domains(refusal, plan).map(ShellWord.plainOrQuoted).joined(separator: " "))"
            case .permission where refusal.message?.contains("No effective ACL rules") == true:
                "link the identity that the owners of the collection know (their mail went to it) at "
                    + "https://app.globus.org/settings/account/identities, or ask them for access to this path"
            case .permission: "ask the owners of \(plan.source.name) and \(plan.destination.name) for access to these paths"
            case .collectionMissing: "look up the collection's id; sites change (PPTRANSFER_SITES)"
            case .collectionFault: "see whether the collection's own server is up and connected; its administrators know"
            case .notFound: phase == .source ? "look at from.path" : nil
            case .notADirectory: "look at the path: a file stands where a directory should"
            case .conflict: nil
            case .tooManyPending: "wait until some of your queued tasks have ended (100 may wait)"
            case .rateLimit, .unavailable: nil
            case .invalid where refusal.status == 413:
                "the request is too large: send the files in several transfers, each with its own 'select: {include: […]}'"
            case .invalid where refusal.file != nil:
                "rename the file '\(refusal.file ?? "")', or leave it out with 'select: {exclude: […]}'"
            case .invalid: "report this as a defect of pptransfer, with the request id"
            }
        }
    }

    private static func domains(_ refusal: Refusal, _ plan: TransferPlan) -> [String] {
        let asked = refusal.authorization.map { $0.requiredDomains + $0.requiredIdentities } ?? []
        return asked.isEmpty ? plan.domains : asked
    }

    /// By what a task's own error comes to.
    private static func remedy(_ status: ExitStatus, _ plan: TransferPlan) -> String? {
        switch status {
        case .sourceMissing: "look whether the files are still at \(plan.source.text)"
        case .denied: "check the permissions at \(plan.source.text) and \(plan.destination.text)"
        case .noSpace: "make room at \(plan.destination.name): a quota or the disk is full there"
        case .path: "look at \(plan.destination.text): a file stands where a directory should, or the reverse"
        case .sourceChanged: "run after everything that writes to \(plan.source.text) has finished"
        case .mismatch: "a file no longer has the checksum that it was made with; find out on which side before sending again"
        default: nil
        }
    }
}

extension SourceChange: CustomStringConvertible {
    public var description: String {
        switch now {
        case nil: "gone: \(path)"
        case listed: "changed: \(path) was written to after it was listed"
        case let size?: "changed: \(path) had \(listed) bytes when it was listed, has \(size)"
        }
    }
}

extension SourceScan {
    package func summary(of plan: TransferPlan) -> String {
        var parts = ["\(Quantity.count(manifest.entries.count, "file")), \(Quantity.bytes(manifest.bytes)) at \(plan.source.text)"]
        if let largest = manifest.largest, manifest.entries.count > 1 {
            parts.append("largest \(largest.path) (\(Quantity.bytes(largest.size)))")
        }
        if unselected > 0 { parts.append("\(Quantity.count(unselected, "file")) not selected") }
        if !skippedLinks.isEmpty { parts.append("\(Quantity.count(skippedLinks.count, "symbolic link")) skipped") }
        let odd = manifest.entries.count { $0.path.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } }
        if odd > 0 { parts.append("\(Quantity.count(odd, "name")) with control characters") }
        return parts.joined(separator: ", ")
    }
}

extension TransferPlan {
    /// The identity domains that the two collections want.
    fileprivate var domains: [String] {
        let domains = [source.site?.identity, destination.site?.identity].compactMap { $0 }
        return domains.count == 2 && domains[0] == domains[1] ? [domains[0]] : domains
    }
}

extension RetryNotice {
    /// What a log says before a pause.
    public var sentence: String {
        outage < .seconds(1)
            ? "\(request): \(cause); trying again in \(Quantity.time(delay)), for up to \(budget.written)"
            : "\(request): \(cause); \(Quantity.time(outage)) without success, trying again in \(Quantity.time(delay))"
    }
}

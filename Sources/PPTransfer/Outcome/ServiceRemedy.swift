import Globus
import PositionedYAML
import SystemFiles

extension GlobusError {
    /// What a person should do; `nil` where nothing is.
    func remedy(during phase: Phase, of plan: TransferPlan, in words: RemedyWording) -> Remedy? {
        switch cause {
        case .unreachable(_, let reason) where reason.concernsClock:
            "set this machine's clock if it is wrong; if it is right, Globus's certificate has expired"
        case .endless: "ask the administrators of the collection; look for links to a directory above them"
        case .unreachable(_, let reason) where reason.kind == .insecure:
            "find out which server answers in place of Globus, or which certificate authority this machine does not know"
        case .unreachable(_, let reason) where reason.kind == .proxyRefused:
            "ask the operators of the proxy to let this machine reach Globus"
        case .unreachable(_, let reason) where reason.concernsProxy:
            "check the address of the proxy, and whether this machine needs one; without one, unset the variable"
        case .unreachable, .unreadableReply: "check whether Globus is up (status.globus.org) and this machine can reach it"
        case .notLoggedIn(let problem): problem.remedy
        case .invalid: "report this as a defect of pptransfer"
        case .cancelled: nil
        case .refused(let refusal):
            switch refusal.kind {
            case .authentication: "log in again"
            case .consent:
                "give the consent: \(command: "globus session consent " + (refusal.authorization?.requiredScopes ?? []).map { "'\($0)'" }.joined(separator: " "))"
            case .session:
                refusal.renewal(plan)
            case .permission where refusal.lacksRule:
                "link the identity that the owners of the collection know (the one they wrote to) at "
                    + "https://app.globus.org/settings/account/identities, or ask them for access to this path"
            case .accountMissing where !plan.localUsers.isEmpty:
                "check the name in 'local_user': it must be an account that the collection knows as yours"
            case .accountMissing:
                "ask the help desk of the collection's machine about your account (of a guest collection: about its owner's); logging in "
                    + "again does not help"
            case .permission: "ask the owners of \(plan.source.name) and \(plan.destination.name) for access to these paths"
            case .collectionMissing: "look up the collection's id; \(words[.nameSites])"
            case .collectionFault where refusal.isDisconnected:
                "start Globus Connect Personal on its machine"
                    + (plan.personalAccess.first.map { " (here: \($0.personal.start))" } ?? "")
            case .collectionFault: "check that the collection's own server is up and connected, or ask its administrators"
            case .notFound: phase == .source ? "check from.path" : nil
            case .notADirectory: "check the path: there is a file where a directory should be"
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
}

extension Refusal {
    /// The commands that renew what is asked for; of both ends, where the service does not say which.
    fileprivate func renewal(_ plan: TransferPlan) -> Remedy {
        var needs = LoginNeeds()
        needs.add(self, domain: nil)
        return needs.hasSessions ? needs.renewal : plan.renewal
    }
}

extension ExitStatus {
    /// What a person should do about a task whose own error comes to this.
    func remedy(ofTask plan: TransferPlan) -> Remedy? {
        switch self {
        case .sourceMissing: "check that the files are still at \(plan.source.text)"
        case .denied: "check the permissions at \(plan.source.text) and \(plan.destination.text)"
        case .noSpace: "free some space at \(plan.destination.name): a quota or the disk is full there"
        case .path: "look at \(plan.destination.text): there is a file where a directory should be, or the reverse"
        case .collection: "look up the collections of \(plan.source.name) and \(plan.destination.name): one of them was deleted"
        case .sourceChanged: "run after everything that writes to \(plan.source.text) has finished"
        case .mismatch: "a file no longer has its original checksum; find out on which side before you send it again"
        default: nil
        }
    }
}

import Globus
import PositionedYAML
import SystemFiles

extension GlobusError {
    /// What a person should do; `nil` where nothing is.
    func remedy(during phase: Phase, of plan: TransferPlan, in words: RemedyWording) -> String? {
        switch cause {
        case .unreachable(_, let reason) where reason.concernsClock:
            "set this machine's clock if it is wrong; if it is right, the service's certificate has lapsed"
        case .endless: "ask the collection's administrators; look for links that lead to a directory above them"
        case .unreachable(_, let reason) where reason.kind == .insecure:
            "find out who answers in the service's place, or what this machine's list of authorities lacks"
        case .unreachable(_, let reason) where reason.kind == .proxyRefused: "ask whoever runs the proxy to let this machine reach Globus"
        case .unreachable, .unreadableReply: "look whether Globus is up (status.globus.org) and this machine may reach it"
        case .notLoggedIn(let problem): problem.remedy
        case .invalid: "report this as a defect of pptransfer"
        case .cancelled: nil
        case .refused(let refusal):
            switch refusal.kind {
            case .authentication: "log in again"
            case .consent:
                "give the consent: globus session consent "
                    + (refusal.authorization?.requiredScopes ?? []).map { "'\($0)'" }.joined(separator: " ")
            case .session:
                "log in again: globus session update \(refusal.domains(plan).map(ShellWord.plainOrQuoted).joined(separator: " "))"
            case .permission where refusal.message?.contains("No effective ACL rules") == true:
                "link the identity that the owners of the collection know (their mail went to it) at "
                    + "https://app.globus.org/settings/account/identities, or ask them for access to this path"
            case .permission: "ask the owners of \(plan.source.name) and \(plan.destination.name) for access to these paths"
            case .collectionMissing: "look up the collection's id; \(words[.nameSites])"
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
}

extension Refusal {
    /// Whose login is asked for.
    fileprivate func domains(_ plan: TransferPlan) -> [String] {
        let asked = authorization.map { $0.requiredDomains + $0.requiredIdentities } ?? []
        return asked.isEmpty ? plan.domains : asked
    }
}

extension ExitStatus {
    /// What a person should do about a task whose own error comes to this.
    func remedy(ofTask plan: TransferPlan) -> String? {
        switch self {
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

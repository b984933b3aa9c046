package import Globus

extension ExitStatus {
    /// What a refusal or a silence of the service comes to.
    package init(_ error: GlobusError, during phase: Phase) {
        switch error.cause {
        case .unreachable, .unreadableReply: self = .unavailable
        case .endless: self = .unverified
        case .notLoggedIn: self = .auth
        case .invalid: self = .internal
        case .cancelled: self = .signal(15)
        case .refused(let refusal):
            switch refusal.kind {
            case .authentication: self = .auth
            case .consent: self = .consent
            case .session: self = .session
            case .permission, .accountMissing: self = .denied
            case .collectionMissing, .collectionFault: self = .collection
            case .notADirectory: self = .path
            case .notFound: self = phase == .source ? .sourceMissing : .failed
            case .conflict: self = .conflict
            case .tooManyPending, .rateLimit: self = .limit
            case .unavailable: self = .unavailable
            case .invalid: self = refusal.file != nil || refusal.status == 413 ? .description : .internal
            }
        }
    }

    /// What keeps us from an answer about collections and paths: there is no task yet.
    package init(lookingUp error: GlobusError) {
        let status = ExitStatus(error, during: .submission)
        if case .refused(let refusal) = error.cause, refusal.kind == .notFound { self = .path } else { self = status }
    }

    /// What keeps a proof from being made: a person's login, a collection that is gone, or anything else.
    init(unproven error: GlobusError) {
        let cause = ExitStatus(error, during: .waiting)
        let isGone = error.refusal?.kind == .collectionMissing
        self = isGone || [.auth, .consent, .session].contains(cause) ? cause : .unverified
    }

    /// What the code of a task's error comes to. The set is open: an unknown one is a failure like others.
    package init(taskError code: String) {
        switch code {
        case "FILE_NOT_FOUND", "PATH_NOT_FOUND": self = .sourceMissing
        case "PERMISSION_DENIED", "LOGIN_DENIED": self = .denied
        case "NO_SPACE_LEFT", "NO_SPACE", "QUOTA_EXCEEDED", "DISK_FULL": self = .noSpace
        case "NOT_A_DIRECTORY", "IS_A_DIRECTORY", "PATH_EXISTS": self = .path
        case "FILE_SIZE_CHANGED": self = .sourceChanged
        case "EXTERNAL_CHECKSUM_MISMATCH": self = .mismatch
        case "EndpointDeleted", "ENDPOINT_DELETED", "EndpointNotFound", "ENDPOINT_NOT_FOUND": self = .collection
        case "EXPIRED": self = .expired
        case "CANCELED": self = .cancelled
        default: self = .failed
        }
    }
}

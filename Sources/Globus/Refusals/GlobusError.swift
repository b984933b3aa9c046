/// The error of every call to Globus: what keeps the client from an answer.
///
/// Decide by `code`. The texts are for people.
public struct GlobusError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of an error. Later versions may add kinds.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the kind, as its constant is called.
        public let description: String

        private init(_ name: String) { description = name }

        /// There is no login, or none that can be used.
        public static let notLoggedIn = Code("notLoggedIn")
        /// The login lacks a consent: `requiredScopes`.
        public static let consent = Code("consent")
        /// The collection requires a newer login, or one with another identity.
        public static let session = Code("session")
        /// The login may not do this.
        public static let permission = Code("permission")
        /// There is no such task, collection, file or directory.
        public static let notFound = Code("notFound")
        /// A file is where a directory should be.
        public static let notADirectory = Code("notADirectory")
        /// Another task holds the same paths, or what should be made is there already.
        public static let conflict = Code("conflict")
        /// Too many requests: try again after `retryAfter`.
        public static let rateLimit = Code("rateLimit")
        /// As many tasks are queued as the service allows one user.
        public static let tooManyPending = Code("tooManyPending")
        /// The collection's own server failed or is not connected.
        public static let collectionFault = Code("collectionFault")
        /// Globus, or something between, answered that the service is not available.
        public static let unavailable = Code("unavailable")
        /// No answer arrived, for as long as `RetryPolicy` allowed. `underlying` is the `TransportError`.
        public static let unreachable = Code("unreachable")
        /// An answer arrived that cannot be read, or lacks what is needed.
        public static let unreadable = Code("unreadable")
        /// A list has no end, or is shorter than the service says.
        public static let endless = Code("endless")
        /// The calling task was cancelled.
        public static let cancelled = Code("cancelled")
        /// The request is wrong: it was not sent, or Globus refused it.
        public static let invalid = Code("invalid")
    }

    package enum Cause: Hashable, Sendable {
        /// No answer arrived, for as long as the policy allowed.
        case unreachable(request: String, TransportError)
        /// Globus answered, and refused.
        case refused(Refusal)
        /// A success whose body could not be read.
        case unreadableReply(request: String, detail: String)
        /// Globus answers, but what it tells of a directory has no end, or is less than it says that there is.
        case endless(directory: String, reason: String)
        /// There is nothing to log in with.
        case notLoggedIn(LoginProblem)
        /// What the caller asks for cannot be sent as it is. Nothing was sent.
        case invalid(request: String?, detail: String)
        case cancelled
    }

    package let cause: Cause

    private init(_ cause: Cause) { self.cause = cause }

    package static func unreachable(request: String, _ error: TransportError) -> Self { Self(.unreachable(request: request, error)) }
    package static func refused(_ refusal: Refusal) -> Self { Self(.refused(refusal)) }
    package static func unreadableReply(request: String, detail: String) -> Self {
        Self(.unreadableReply(request: request, detail: detail))
    }
    package static func endless(directory: String, reason: String) -> Self { Self(.endless(directory: directory, reason: reason)) }
    package static func notLoggedIn(_ problem: LoginProblem) -> Self { Self(.notLoggedIn(problem)) }
    package static func invalid(request: String? = nil, detail: String) -> Self { Self(.invalid(request: request, detail: detail)) }
    package static let cancelled = Self(.cancelled)

    /// The service's refusal, if it is one.
    package var refusal: Refusal? { if case .refused(let refusal) = cause { refusal } else { nil } }

    /// What happened, in one sentence without a full stop, with the request id. No token is in it.
    public var description: String { sentence + (requestID.map { " (request id \($0))" } ?? "") }

    /// The same without the request id.
    package var sentence: String {
        switch cause {
        case .unreachable(let request, let error): "\(request): \(error)"
        case .refused(let refusal) where refusal.isStrange:
            "\(refusal.request) got the answer \(refusal.status), but not from Globus: a proxy, a portal or another server is in between"
        case .refused(let refusal): refusal.sentence
        case .unreadableReply(let request, let detail): "\(request): the answer cannot be read: \(detail)"
        case .endless(let directory, let reason): "the listing of \(directory) \(reason)"
        case .notLoggedIn(let problem): problem.description
        case .invalid(let request, let detail): (request.map { "\($0): " } ?? "") + detail
        case .cancelled: "cancelled"
        }
    }
}

/// What happened, as facts.
extension GlobusError {
    /// The kind.
    public var code: Code {
        switch cause {
        case .unreachable: .unreachable
        case .unreadableReply: .unreadable
        case .endless: .endless
        case .notLoggedIn: .notLoggedIn
        case .invalid: .invalid
        case .cancelled: .cancelled
        case .refused(let refusal):
            switch refusal.kind {
            case .authentication: .notLoggedIn
            case .consent: .consent
            case .session: .session
            case .permission, .accountMissing: .permission
            case .notFound, .collectionMissing: .notFound
            case .notADirectory: .notADirectory
            case .conflict: .conflict
            case .tooManyPending: .tooManyPending
            case .rateLimit: .rateLimit
            // A collection's server says so of a directory that should be made and is there.
            case .collectionFault where refusal.code?.hasSuffix("Exists") == true: .conflict
            case .collectionFault: .collectionFault
            case .unavailable: .unavailable
            case .invalid: .invalid
            }
        }
    }

    /// The method and path of the request, as `GET /v0.10/task/<id>`; `nil` where no single request is meant.
    public var request: String? {
        switch cause {
        case .unreachable(let request, _), .unreadableReply(let request, _): request
        case .invalid(let request, _): request
        case .refused(let refusal): refusal.request
        case .endless, .notLoggedIn, .cancelled: nil
        }
    }

    /// The service's id of the request: the first thing that Globus support asks for.
    public var requestID: String? {
        switch cause {
        case .refused(let refusal): refusal.requestID
        case .notLoggedIn(.tokenRefused(_, let id)): id
        case .unreachable, .unreadableReply, .endless, .notLoggedIn, .invalid, .cancelled: nil
        }
    }

    /// The service's own words on one line, if it refused; what is wrong, if nothing was sent.
    public var message: String? { if case .invalid(_, let detail) = cause { detail } else { refusal?.oneLineMessage } }

    /// The scopes that the login must consent to; empty unless the code is `consent` or `session`.
    public var requiredScopes: [String] { refusal?.authorization?.requiredScopes ?? [] }

    /// How long the service asks to wait before the next request, if it says so.
    public var retryAfter: Duration? { refusal?.retryAfter }

    /// Whether the service may have done what was asked although this is an error. Never of a request that only reads.
    public var mayHaveActed: Bool {
        if let request, request.hasPrefix("GET ") { return false }
        return switch cause {
        case .unreachable(_, let error): error.mayHaveActed
        case .refused(let refusal): refusal.kind == .unavailable
        case .unreadableReply, .cancelled: true
        case .endless, .notLoggedIn, .invalid: false
        }
    }

    /// What to do about it, if somebody must do something.
    public var remedy: String? {
        switch cause {
        case .notLoggedIn(let problem): problem.remedy.oneLine
        case .refused(let refusal):
            switch refusal.kind {
            case .authentication: "log in again"
            case .consent: "log in again with consent to \(requiredScopes.joined(separator: " "))"
            case .session: "log in again with an identity that the collection accepts"
            case .permission: "ask the owners of the collection for access"
            case .accountMissing: "ask the administrators of the collection's machine for an account; logging in again does not help"
            case .collectionMissing: "look up the collection's id"
            case .collectionFault: "check that the collection's own server is running and connected"
            case .tooManyPending: "wait until some of the queued tasks have ended"
            case .notFound, .notADirectory, .conflict, .rateLimit, .unavailable, .invalid: nil
            }
        case .unreachable, .unreadableReply, .endless, .invalid, .cancelled: nil
        }
    }

    /// The transport's error, if no answer arrived.
    public var underlying: (any Error)? { if case .unreachable(_, let error) = cause { error } else { nil } }
}

extension Refusal {
    /// What Globus said; where its own words hide what it means, that before them.
    fileprivate var sentence: String {
        let answer = "refused by Globus (\(status)\(code.flatMap { $0.isEmpty ? nil : " \($0)" } ?? ""))"
        if kind == .accountMissing { return "your account on that machine is missing or closed: \(answer): invalid_user" }
        if lacksRule { return "no permission for this path, or it has ended: \(answer): No effective ACL rules" }
        if kind == .session, authorization?.requiresMFA == true { return "a login with a second factor is required: \(answer)" }
        return answer + (cause.map { ": \($0)" } ?? "")
    }
}

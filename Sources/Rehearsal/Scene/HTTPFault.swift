public import Globus

/// Something that goes wrong with requests to a route.
public struct HTTPFault: Sendable, Hashable {
    public var route: Route
    public var effect: Effect
    public var count: FaultCount

    public init(_ route: Route, _ effect: Effect, _ count: FaultCount = .once) {
        (self.route, self.effect, self.count) = (route, effect, count)
    }

    /// What becomes of the request.
    public enum Effect: Sendable, Hashable {
        /// It is carried out, then the connection is closed without an answer.
        case loseAnswer
        /// The connection is closed before anything is done.
        case refuse
        /// It is carried out, and the connection is closed after so many bytes of the answer's body; half of it if `nil`.
        case cut(bytes: Int?)
        /// It is carried out, and the answer's body ends early, with a length that agrees; half of it if `nil`.
        case truncate(bytes: Int?)
        /// It is carried out; the answer has no body.
        case empty
        /// It is carried out; the answer's body is no JSON.
        case notJSON
        /// A proxy's page instead of an answer.
        case html(status: Int)
        /// It is not carried out, and no answer comes until the client goes.
        case stall
        /// It is carried out, and the answer waits.
        case slow(Duration)
        /// The connection is closed before anything is done, and nobody listens for so long.
        case outage(Duration)
        case refusal(RefusedAnswer)
        /// 403, with the scopes that are missing for the collection the request is about.
        case consentRequired
        /// The login is too old for the collection: 502 or 403 with `authorization_parameters` that ask for an identity of `domain`.
        case sessionExpired(domain: String)
        /// All access tokens given out so far expire, then it is carried out. Refresh tokens go on working.
        case expireTokens
        /// All tokens given out so far are revoked, then it is carried out.
        case revokeTokens
        /// The token service says that the login or the refresh token is no good.
        case invalidGrant
        /// It is carried out, and the answer is changed.
        case edit(AnswerEdit)

        public static func status(
            _ status: Int, code: String? = nil, message: String? = nil, retryAfter: RetryDelay? = nil, isCarriedOut: Bool = false
        ) -> Effect {
            .refusal(RefusedAnswer(status: status, code: code, message: message, retryAfter: retryAfter, isCarriedOut: isCarriedOut))
        }

        public static let unauthorized = status(401)
        public static let conflict = status(409, code: "Conflict", message: "A transfer with identical paths has not yet completed")
        public static let tooManyTasks = status(
            409, code: "ClientError.Conflict.TooManyPendingJobs", message: "Too many pending jobs for user")
    }

    /// An answer that refuses.
    public struct RefusedAnswer: Sendable, Hashable {
        public var status: Int
        /// What usually goes with the status if `nil`.
        public var code: String?
        public var message: String?
        public var retryAfter: RetryDelay?
        /// Whether the request is carried out all the same, as behind a gateway that lost patience.
        public var isCarriedOut: Bool
    }

    /// `Retry-After`, in either form.
    public enum RetryDelay: Sendable, Hashable {
        case seconds(Int)
        /// As a date, by the service's clock.
        case date(in: Duration)
    }

    /// Changes to the fields of an answer.
    public struct AnswerEdit: Sendable, Hashable {
        public var set: [String: JSONValue]
        /// Set in each entry of `DATA`.
        public var setInEach: [String: JSONValue]
        /// Entries of `DATA` of which a text matches one of these patterns are left out; lengths and totals stay as they were.
        public var omit: [String]

        public init(set: [String: JSONValue] = [:], setInEach: [String: JSONValue] = [:], omit: [String] = []) {
            (self.set, self.setInEach, self.omit) = (set, setInEach, omit)
        }
    }
}

public import Globus
import Rehearsal

extension GlobusSimulator {
    /// Something that goes wrong in the simulator. Faults count requests, tasks and files: the same calls in the same order meet the same faults.
    public struct Fault: Sendable {
        enum Rule {
            case http(HTTPFault)
            case task(TaskFault)
        }

        let rule: Rule

        private init(_ route: Route, _ effect: HTTPFault.Effect, times: Int?) {
            rule = .http(HTTPFault(route.route, effect, FaultCount(times: times)))
        }

        private init(_ label: String, at progress: Double, _ effect: TaskFault.Effect) {
            rule = .task(.label(label, at: progress, effect))
        }

        /// Requests are refused and not carried out.
        /// - Parameters:
        ///   - code: of the error document, such as `ServiceUnavailable`; the usual one of `status` if `nil`.
        ///   - times: how many requests; `nil` for all.
        public static func refusal(of route: Route, status: Int, code: String? = nil, message: String? = nil, times: Int? = 1) -> Fault {
            Fault(route, .status(status, code: code, message: message), times: times)
        }

        /// Requests are carried out, but the connection is closed without an answer.
        public static func lostAnswer(to route: Route, times: Int? = 1) -> Fault { Fault(route, .loseAnswer, times: times) }

        /// The connection is closed before anything is done.
        public static func noConnection(for route: Route, times: Int? = 1) -> Fault { Fault(route, .refuse, times: times) }

        /// Requests are carried out, and fields of the answer changed: `["status": "PURRING"]`.
        public static func edited(answerTo route: Route, set fields: [String: JSONValue], times: Int? = 1) -> Fault {
            Fault(route, .edit(HTTPFault.AnswerEdit(set: fields)), times: times)
        }

        /// The login is too old for the collection: an identity of `domain` is required anew.
        public static func expiredSession(on route: Route, domain: String, times: Int? = 1) -> Fault {
            Fault(route, .sessionExpired(domain: domain), times: times)
        }

        /// Tasks end as FAILED, with `code` as their fatal error.
        /// - Parameters:
        ///   - label: a pattern for the tasks' labels; `*` means all.
        ///   - progress: how much of the bytes has been sent when it happens, from 0 to 1.
        public static func failure(ofTasks label: String = "*", at progress: Double = 0, code: String) -> Fault {
            Fault(label, at: progress, .fail(code: code))
        }

        /// An administrator pauses tasks: for `duration`, or until `resume`.
        public static func pause(ofTasks label: String = "*", message: String, for duration: Duration? = nil) -> Fault {
            Fault(label, at: 0, .pause(message: message, for: duration))
        }

        /// Tasks become INACTIVE, which means that they need a login, until `resume`.
        public static func inactive(ofTasks label: String = "*") -> Fault { Fault(label, at: 0, .deactivate()) }

        /// Files of tasks meet an error that Globus retries: `PERMISSION_DENIED`, `FILE_NOT_FOUND`, `ENDPOINT_TOO_BUSY`.
        /// - Parameters:
        ///   - files: patterns for names; all files if empty.
        ///   - times: how many attempts fail; `nil` for all, so that the task never ends.
        public static func fileError(inTasks label: String = "*", files: [String] = [], code: String, times: Int? = 1) -> Fault {
            Fault(label, at: 0, .fault(code, files: files, times: times))
        }
    }

    /// A kind of request.
    public struct Route: Sendable {
        let route: HTTPFault.Route

        /// - Parameters:
        ///   - method: `nil` for any.
        ///   - path: such as `/v0.10/task/*`; `**` at the end stands for any number of components.
        public init(_ method: String?, _ path: String) { route = HTTPFault.Route(method, path) }

        /// Requests for a new submission id.
        public static let submissionID = Route("GET", "/v0.10/submission_id")
        /// Submissions of transfers.
        public static let submit = Route("POST", "/v0.10/transfer")
        /// Requests for one task.
        public static let task = Route("GET", "/v0.10/task/*")
        /// Requests to cancel a task.
        public static let cancel = Route("POST", "/v0.10/task/*/cancel")
        /// Listings of directories.
        public static let list = Route("GET", "/v0.10/operation/endpoint/*/ls")
        /// Requests for one file or directory.
        public static let stat = Route("GET", "/v0.10/operation/endpoint/*/stat")
        /// Requests for tokens.
        public static let token = Route("POST", "/v2/oauth2/token")
        /// Every request.
        public static let any = Route(nil, "/**")
    }
}

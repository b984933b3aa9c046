import SystemFiles

extension HTTPFault {
    /// Which requests a rule means.
    public struct Route: Sendable, Hashable {
        /// `nil` for any.
        public let method: String?
        /// Patterns for the components of the path; `**` at the end stands for any number of them.
        public let path: String

        public init(_ method: String?, _ path: String) { (self.method, self.path) = (method, path) }

        public static let any = Route(nil, "/**")
        public static let submissionID = Route("GET", "/v0.10/submission_id")
        public static let submit = Route("POST", "/v0.10/transfer")
        public static let delete = Route("POST", "/v0.10/delete")
        public static let task = Route("GET", "/v0.10/task/*")
        public static let taskList = Route("GET", "/v0.10/task_list")
        /// Both ways to ask for the state of tasks.
        public static let poll = Route("GET", "/v0.10/{task/*,task_list}")
        public static let update = Route("PUT", "/v0.10/task/*")
        public static let cancel = Route("POST", "/v0.10/task/*/cancel")
        public static let events = Route("GET", "/v0.10/task/*/event_list")
        public static let successful = Route("GET", "/v0.10/task/*/successful_transfers")
        public static let skipped = Route("GET", "/v0.10/task/*/skipped_errors")
        public static let pauseInfo = Route("GET", "/v0.10/task/*/pause_info")
        public static let endpoint = Route("GET", "/v0.10/endpoint/*")
        public static let endpointSearch = Route("GET", "/v0.10/endpoint_search")
        public static let list = Route("GET", "/v0.10/operation/endpoint/*/ls")
        public static let stat = Route("GET", "/v0.10/operation/endpoint/*/stat")
        public static let makeDirectory = Route("POST", "/v0.10/operation/endpoint/*/mkdir")
        public static let rename = Route("POST", "/v0.10/operation/endpoint/*/rename")
        public static let token = Route("POST", "/v2/oauth2/token")
        public static let auth = Route(nil, "/v2/**")

        /// The short names that files use.
        public static let named: [(name: String, route: Route)] = [
            ("any", .any), ("submission_id", .submissionID), ("submit", .submit), ("delete", .delete), ("task", .task),
            ("task_list", .taskList), ("poll", .poll), ("update", .update), ("cancel", .cancel), ("events", .events),
            ("successful", .successful), ("skipped", .skipped), ("pause_info", .pauseInfo), ("endpoint", .endpoint),
            ("endpoint_search", .endpointSearch), ("ls", .list), ("stat", .stat), ("mkdir", .makeDirectory), ("rename", .rename),
            ("token", .token), ("auth", .auth),
        ]

        /// Reads a short name, a path, or a method and a path.
        /// - Returns: `nil` for anything else.
        public init?(writtenAs text: String) {
            if let known = Route.named.first(where: { $0.name == text }) {
                self = known.route
                return
            }
            let words = text.split(separator: " ")
            guard let path = words.last, path.begins(with: "/"), words.count <= 2 else { return nil }
            guard words.count == 1 || words[0].allSatisfy({ $0.isASCII && $0.isUppercase }) else { return nil }
            self.init(words.count == 2 ? String(words[0]) : nil, String(path))
        }
    }
}

/// A route's pattern, ready to be asked.
struct FaultRoutePattern: Sendable {
    private let method: String?
    /// One list of components for each alternative.
    private let alternatives: [[Glob?]]

    init(_ route: HTTPFault.Route) {
        method = route.method
        alternatives = FaultRoutePattern.alternatives(route.path).map { path in
            path.parts(at: "/").map { $0 == "**" ? nil : Glob($0) }
        }
    }

    func matches(_ request: Request) -> Bool {
        guard method == nil || method == request.method else { return false }
        return alternatives.contains { FaultRoutePattern.matches($0[...], request.components[...]) }
    }

    private static func matches(_ pattern: ArraySlice<Glob?>, _ components: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return components.isEmpty }
        guard let glob = first else {
            return (0...components.count).contains { matches(pattern.dropFirst(), components.dropFirst($0)) }
        }
        guard let component = components.first, glob.matches(component) else { return false }
        return matches(pattern.dropFirst(), components.dropFirst())
    }

    /// `a/{b,c}` means `a/b` and `a/c`; one pair of braces is enough for routes.
    private static func alternatives(_ path: String) -> [String] {
        guard let open = path.firstIndex(of: "{"), let close = path[open...].firstIndex(of: "}") else { return [path] }
        let choices = path[path.index(after: open)..<close].split(separator: ",", omittingEmptySubsequences: false)
        return choices.map { path[..<open] + $0 + path[path.index(after: close)...] }.map { String($0) }
    }
}

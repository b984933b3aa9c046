import FoundationEssentials
import Synchronization

/// Stands before the routes: may look at a request, change it, answer it itself, or change the answer.
protocol Interceptor: Sendable {
    func answer(_ request: Request, next: @Sendable (Request) async -> Reply) async -> Reply
}

/// A method and a path; a component that begins with `:` takes any text.
struct Route: Sendable {
    typealias Handler = @Sendable (Request, [String]) async throws -> Reply

    let method: String
    let pattern: [Substring]
    let handler: Handler

    init(_ method: String, _ path: String, _ handler: @escaping Handler) {
        (self.method, pattern, self.handler) = (method, path.split(separator: "/"), handler)
    }

    /// The texts that stand for the pattern's names; `nil` if the path is another.
    func parameters(of components: [String]) -> [String]? {
        guard components.count == pattern.count else { return nil }
        var parameters: [String] = []
        for (expected, given) in zip(pattern, components) {
            if expected.hasPrefix(":") { parameters.append(given) } else if expected != given { return nil }
        }
        return parameters
    }
}

/// Finds the route of each request, turns refusals into replies, and keeps the log.
final class Router: Sendable {
    let log: RequestLog
    private let routes: [Route]
    private let interceptors: [any Interceptor]
    private let clock: ServiceClock

    init(clock: ServiceClock, onRequest: (@Sendable (StandInRequest) -> Void)?, interceptors: [any Interceptor], routes: [Route]) {
        (self.clock, self.interceptors, self.routes) = (clock, interceptors, routes)
        log = RequestLog(onRequest: onRequest)
    }

    func answer(_ request: Request) async -> Reply {
        var reply = await answer(request, through: interceptors[...])
        reply.headers["Date"] = WireTime.header(clock.now)
        log.record(
            StandInRequest(
                method: request.method, path: request.path, query: request.query.text,
                status: [.none, .stalled].contains(reply.delivery) ? 0 : reply.status))
        return reply
    }

    private func answer(_ request: Request, through interceptors: ArraySlice<any Interceptor>) async -> Reply {
        guard let interceptor = interceptors.first else { return await routed(request) }
        return await interceptor.answer(request) { await self.answer($0, through: interceptors.dropFirst()) }
    }

    private func routed(_ request: Request) async -> Reply {
        do {
            var allowed: Set<String> = []
            for route in routes {
                guard let parameters = route.parameters(of: request.components) else { continue }
                if route.method == request.method { return try await route.handler(request, parameters) }
                allowed.insert(route.method)
            }
            let isAuth = request.components.first == "v2"
            guard allowed.isEmpty else {
                let text = "Method \(request.method) is not allowed for \(request.path)"
                let refusal = isAuth ? Refusal.auth(405, "method_not_allowed", text) : .transfer(405, "ClientError.MethodNotAllowed", text)
                var reply = refusal.reply(to: request)
                reply.headers["Allow"] = allowed.sorted().joined(separator: ", ")
                return reply
            }
            throw isAuth ? Refusal.auth(404, "not_found", "Not found") : .transfer(404, "ClientError.NotFound", "No such resource")
        } catch let refusal as Refusal {
            return refusal.reply(to: request)
        } catch {
            return Refusal.transfer(500, "InternalError", "\(error)").reply(to: request)
        }
    }
}

/// The latest requests, for tests and for people who watch.
final class RequestLog: Sendable {
    private let entries = Mutex<[StandInRequest]>([])
    private let onRequest: (@Sendable (StandInRequest) -> Void)?
    private static let limit = 20_000

    init(onRequest: (@Sendable (StandInRequest) -> Void)?) { self.onRequest = onRequest }

    var requests: [StandInRequest] { entries.withLock { $0 } }

    func record(_ request: StandInRequest) {
        entries.withLock { entries in
            if entries.count >= RequestLog.limit { entries.removeFirst(RequestLog.limit / 2) }
            entries.append(request)
        }
        onRequest?(request)
    }
}

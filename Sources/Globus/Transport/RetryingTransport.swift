import FoundationEssentials

/// How long, and how patiently, a request is repeated.
public struct RetryPolicy: Hashable, Sendable {
    /// Before the second attempt, before jitter; doubles with each.
    public var firstDelay: Duration = .milliseconds(500)
    /// The limit of the doubling, before jitter. A longer `Retry-After` of the service is kept if the budget allows it.
    public var longestDelay: Duration = .seconds(60)
    /// An outage longer than this ends the attempts: counted from the first failure since the session's last answer.
    public var budget: Duration = .seconds(120)

    /// Makes a policy. The budget limits how long an outage is endured, not the number of attempts.
    public init(firstDelay: Duration = .milliseconds(500), longestDelay: Duration = .seconds(60), budget: Duration = .seconds(120)) {
        (self.firstDelay, self.longestDelay, self.budget) = (firstDelay, longestDelay, budget)
    }

    /// - Parameters:
    ///   - attempt: 1 for the first repetition.
    ///   - chance: 0 to 1; spreads clients which failed together.
    func delay(beforeAttempt attempt: Int, chance: Double) -> Duration {
        let doubled = firstDelay * Double(1 << min(attempt - 1, 20))
        return min(doubled, longestDelay) * (0.75 + 0.5 * chance)
    }
}

/// Why a request is about to be repeated, for those who watch.
package struct RetryNotice: Sendable {
    package enum Cause: Sendable, CustomStringConvertible {
        case transport(TransportError)
        case status(Int, code: String?, requestID: String?)
        case unreadable(contentType: String?)
        /// Readable, but not what was asked for: nothing that Globus says.
        case strange(status: Int, contentType: String?)

        /// Whether nobody answers. A service that asks for fewer requests does.
        var isOutage: Bool { if case .status(429, _, _) = self { false } else { true } }

        package var description: String {
            switch self {
            case .transport(let error): error.description
            case .status(429, _, let id): "Globus asks for fewer requests (429\(id.map { ", request id \($0)" } ?? ""))"
            case .status(let status, let code, let id):
                "Globus answered \(status)\(code.map { " \($0)" } ?? "")\(id.map { " (request id \($0))" } ?? "")"
            case .strange(let status, let type):
                "the answer \(status) (\(type ?? "no content type")) is not from Globus, or not what was asked for; a proxy's or a portal's"
            case .unreadable(let type): "the answer is not a JSON document (\(type ?? "no content type")); a proxy's page, or cut off"
            }
        }
    }

    package var request: String
    package var cause: Cause
    package var delay: Duration
    /// Since the first failure of this request.
    package var outage: Duration
    package var budget: Duration

    package init(request: String, cause: Cause, delay: Duration, outage: Duration, budget: Duration) {
        (self.request, self.cause, self.delay, self.outage, self.budget) = (request, cause, delay, outage, budget)
    }
}

/// Repeats what may be repeated, as long as it is worth it.
///
/// Whether a request *may* be repeated is a fact about the request; whether it is *worth* repeating, about the failure; how often,
/// about the policy. `Retry-After` is honoured in full, as seconds and as a date. Cancellation ends the loop.
package struct RetryingTransport: HTTPTransport {
    private let wrapped: any HTTPTransport
    private let policy: RetryPolicy
    private let time: any Timekeeper
    private let clock: ServiceClock?
    private let giveUp: @Sendable (RetryNotice) -> Void
    private let observe: @Sendable (RetryNotice) -> Void
    private let outage = Outage()

    /// - Parameters:
    ///   - clock: told what time each answer has.
    ///   - observe: told of every repetition, before its pause.
    ///   - giveUp: told when a request is not repeated any more although it might be.
    package init(
        _ wrapped: any HTTPTransport, policy: RetryPolicy = RetryPolicy(), time: any Timekeeper = SystemTimekeeper(),
        clock: ServiceClock? = nil,
        observe: @escaping @Sendable (RetryNotice) -> Void = { _ in },
        giveUp: @escaping @Sendable (RetryNotice) -> Void = { _ in }
    ) {
        (self.wrapped, self.policy, self.time, self.clock) = (wrapped, policy, time, clock)
        (self.giveUp, self.observe) = (giveUp, observe)
    }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        var attempt = 0
        var firstFailure: Duration?
        let budget = min(policy.budget, request.patience ?? policy.budget)
        while true {
            attempt += 1
            let result = try await result(of: request)
            guard let cause = cause(toRepeat: request, after: result), !Task.isCancelled else {
                if case .success = result { outage.answered() }
                return try result.get()
            }
            let began = min(firstFailure ?? time.elapsed, cause.isOutage ? self.outage.failed(at: time.elapsed) : time.elapsed)
            firstFailure = began
            let own = policy.delay(beforeAttempt: attempt, chance: Double.random(in: 0...1))
            let delay = max(own, askedDelay(result) ?? .zero)
            let outage = time.elapsed - began
            // The last attempt falls on the budget's end; a longer pause that the service asks for cannot be granted.
            let granted = min(delay, budget - outage)
            let notice = RetryNotice(request: request.name, cause: cause, delay: granted, outage: outage, budget: budget)
            guard outage < budget, askedDelay(result) ?? .zero <= budget - outage else {
                giveUp(notice)
                return try result.get()
            }
            // After a pause up to the deadline there would be no time for an answer.
            if let deadline = RequestDeadline.current, time.elapsed + granted >= deadline {
                giveUp(notice)
                return try result.get()
            }
            observe(notice)
            await time.sleep(for: granted)
            if Task.isCancelled { throw .cancelled }
        }
    }

    /// Of one attempt, within what the caller has left.
    private func result(of request: HTTPRequest) async throws(TransportError) -> Result<HTTPResponse, TransportError> {
        var request = request
        if let deadline = RequestDeadline.current {
            let left = deadline - time.elapsed
            guard left > .zero else { throw .outOfTime(host: request.url.host) }
            request.allowance = min(left, request.allowance ?? left)
        }
        do {
            let asked = time.elapsed
            let response = try await wrapped.attempt(request)
            clock?.note(response, time, took: time.elapsed - asked)
            return .success(response)
        } catch {
            return .failure(error)
        }
    }

    private func askedDelay(_ result: Result<HTTPResponse, TransportError>) -> Duration? {
        guard case .success(let response) = result, let text = response.headers["retry-after"] else { return nil }
        // A date is the service's; where it says what time it is there, our own clock need not be right.
        let there = response.headers["date"].flatMap { Timestamp(httpDate: $0) }
        return RetryAfter(text).map { $0.delay(from: there ?? time.now) }
    }

    private func cause(toRepeat request: HTTPRequest, after result: Result<HTTPResponse, TransportError>) -> RetryNotice.Cause? {
        switch result {
        case .failure(let error):
            guard error.mayPass, request.repetition == .harmless || !error.mayHaveActed else { return nil }
            return .transport(error)
        case .success(let response):
            return cause(toRepeat: request, after: response)
        }
    }

    private func cause(toRepeat request: HTTPRequest, after response: HTTPResponse) -> RetryNotice.Cause? {
        switch response.status {
        case 200..<300:
            guard request.repetition == .harmless else { return nil }
            guard response.looksLikeJSON else { return .unreadable(contentType: response.headers["content-type"]) }
            return request.understands?(response) ?? true ? nil : strange(response)
        case 429, 503: break
        case 408, 500, 502, 504: guard request.repetition == .harmless else { return nil }
        // Redirects, 101, and refusals in words that are not the service's: whoever answered, it was not Globus.
        default: return request.repetition == .unsafe || response.isWordOfGlobus ? nil : strange(response)
        }
        let document = try? response.readable() as ErrorDocument
        // The collection's own server failed, not the service: repeating at once finds the same.
        let code = document?.code
        if document?.isDecidedByCode == true { return nil }
        if response.status != 503, response.status != 429, let code, code.contains("ExternalError") || code.contains("EndpointError") {
            return nil
        }
        return .status(response.status, code: code, requestID: document?.requestID)
    }

    private func strange(_ response: HTTPResponse) -> RetryNotice.Cause {
        let type = response.headers["content-type"]
        return response.looksLikeJSON
            ? .strange(status: response.status, contentType: type)
            : response.isSuccess ? .unreadable(contentType: type) : .strange(status: response.status, contentType: type)
    }
}

/// `Retry-After`: a number of seconds, or a date.
enum RetryAfter: Hashable, Sendable {
    case seconds(Int64)
    case date(Timestamp)

    init?(_ text: String) {
        let text = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if let seconds = Int64(text) {
            guard seconds >= 0 else { return nil }
            self = .seconds(min(seconds, 366 * 86_400))
        } else if let date = Timestamp(httpDate: text) {
            self = .date(date)
        } else {
            return nil
        }
    }

    func delay(from now: Timestamp) -> Duration {
        switch self {
        case .seconds(let seconds): .seconds(seconds)
        case .date(let date): max(.zero, date - now)
        }
    }
}

import Foundation
import GlobusTesting
import Synchronization
import Testing

@testable import Globus

struct RetryingTransportTests {
    private let time = SteppedTimekeeper()

    private func retrying(_ script: ScriptedTransport, budget: Duration = .seconds(7200)) -> RetryingTransport {
        RetryingTransport(script, policy: RetryPolicy(budget: budget), time: time)
    }

    @Test(arguments: [
        Result<HTTPResponse, TransportError>.answer(429), .answer(500), .answer(502, "<html>"), .answer(503), .answer(504), .answer(408),
        .answer(200, "<html>captive portal</html>"), .answer(200, #"{"status": "ACT"#), .answer(200, ""), .answer(302, "moved"),
        .failure(.unresolved(host: "h")), .failure(.unconnected(host: "h", detail: "")),
        .failure(.timedOut(host: "h", after: .seconds(60))),
        .failure(.interrupted(host: "h", detail: "")), .failure(.proxyRefused(status: 502)), .failure(.proxyRefused(status: 503)),
        .failure(.tooSlow(host: "h", after: .seconds(600), received: 3)),
        .answer(101, ""), .answer(302, "<html>portal</html>"), .answer(400, "<html>"), .answer(403, "<html>"), .answer(404, "<html>"),
        .answer(405, "<html>"), .answer(413, "<html>"), .answer(431, ""), .answer(401, "<html>"), .answer(400, #"{"portal": true}"#),
    ])
    func `what may pass is tried again`(first: Result<HTTPResponse, TransportError>) async throws {
        let script = ScriptedTransport(first, .answer(200))
        #expect(try await retrying(script).send(.example()).status == 200)
        #expect(script.requests.count == 2)
        #expect(time.elapsed > .zero)
    }

    @Test(arguments: [
        Result<HTTPResponse, TransportError>.word(400), .word(401), .word(403), .word(404), .word(409),
        .answer(502, #"{"code":"ExternalError.DirListingFailed.LoginFailed"}"#), .answer(502, #"{"code":"EndpointError"}"#),
        .answer(500, #"{"code":"ExternalError.MkdirFailed.Exists"}"#),
        .answer(503, #"{"code":"ExternalError.DirListingFailed.GCDisconnected"}"#), .answer(500, #"{"code":"EndpointDeleted"}"#),
    ])
    func `what asking again cannot change is returned at once`(answer: Result<HTTPResponse, TransportError>) async throws {
        let script = ScriptedTransport(answer)
        #expect(try await retrying(script).send(.example()).status == answer.get().status)
        #expect(script.requests.count == 1)
        #expect(time.elapsed == .zero)
    }

    @Test(arguments: [
        TransportError.insecure(host: "h", detail: "self-signed"), .proxyRefused(status: 407), .tooLarge(limit: 1), .cancelled,
    ])
    func `what only a person can mend is thrown at once`(error: TransportError) async throws {
        let script = ScriptedTransport(.failure(error))
        await #expect(throws: error) { try await retrying(script).send(.example()) }
        #expect(script.requests.count == 1)
    }

    @Test func `a request that must not run twice is repeated only if it cannot have run`() async throws {
        let lost = ScriptedTransport(.failure(.interrupted(host: "h", detail: "")))
        await #expect(throws: TransportError.self) { try await retrying(lost).send(.example(.post, repetition: .unsafe)) }
        let failed = ScriptedTransport(.answer(500))
        #expect(try await retrying(failed).send(.example(.post, repetition: .unsafe)).status == 500)
        let refused = ScriptedTransport(.failure(.unconnected(host: "h", detail: "")), .answer(503), .answer(200))
        #expect(try await retrying(refused).send(.example(.post, repetition: .unsafe)).status == 200)
    }

    @Test func `Retry-After is honoured in full, beyond our own longest pause`() async throws {
        let script = ScriptedTransport(.answer(429, "{}", ["retry-after": "300"]), .answer(200))
        _ = try await retrying(script).send(.example())
        #expect(time.elapsed == .seconds(300))
    }

    @Test func `Retry-After as a date is honoured too`() async throws {
        let date = "Fri, 15 Jan 2027 08:02:00 GMT"  // two minutes after the stepped clock's start
        let script = ScriptedTransport(.answer(503, "{}", ["retry-after": date]), .answer(200))
        _ = try await retrying(script).send(.example())
        #expect(time.elapsed == .seconds(120))
    }

    @Test func `an outage longer than the budget ends with the last failure`() async throws {
        let endless = EndlessTransport(.failure(.unconnected(host: "h", detail: "refused")))
        let transport = RetryingTransport(endless, policy: RetryPolicy(budget: .seconds(600)), time: time)
        await #expect(throws: TransportError.unconnected(host: "h", detail: "refused")) { try await transport.send(.example()) }
        #expect(time.elapsed == .seconds(600))
        #expect(10...30 ~= endless.count)
    }

    @Test func `429 for ever ends with 429`() async throws {
        let endless = EndlessTransport(.answer(429, "{}", ["retry-after": "100"]))
        let transport = RetryingTransport(endless, policy: RetryPolicy(budget: .seconds(1000)), time: time)
        #expect(try await transport.send(.example()).status == 429)
        #expect(time.elapsed <= .seconds(1000))
        #expect(endless.count == 11)
    }

    @Test func `a pause that the budget cannot grant is not begun`() async throws {
        let script = ScriptedTransport(.answer(503, "{}", ["retry-after": "3600"]))
        #expect(try await retrying(script, budget: .seconds(60)).send(.example()).status == 503)
        #expect(time.elapsed == .zero)
    }

    @Test func `pauses double up to the longest, and are spread`() {
        let policy = RetryPolicy()
        #expect(policy.delay(beforeAttempt: 1, chance: 0.5) == .milliseconds(500))
        #expect(policy.delay(beforeAttempt: 4, chance: 0.5) == .seconds(4))
        #expect(policy.delay(beforeAttempt: 40, chance: 0) == .seconds(45))
        #expect(policy.delay(beforeAttempt: 40, chance: 1) == .seconds(75))
    }

    @Test func `a success of another shape than was asked for is asked for again`() async throws {
        let script = ScriptedTransport(.answer(200, #"{"hello": 1}"#), .answer(200, #"{"value": "00000000-0000-4000-b000-000000000001"}"#))
        let client = TransferClient(
            base: try ServiceURL(base: "https://transfer.api.globus.org"), transport: retrying(script),
            tokens: FixedToken(AccessToken("tok"), from: "X"))
        #expect(try await client.newSubmissionID() == .example(1))
        #expect(script.requests.count == 2)
    }

    @Test func `whoever has less time than an outage may last gets an answer, or none, in that time`() async throws {
        let endless = EndlessTransport(.failure(.unconnected(host: "h", detail: "")))
        let transport = RetryingTransport(endless, time: time)
        await time.sleep(for: .seconds(100))
        let request = try HTTPRequest.example()
        await #expect(throws: TransportError.unconnected(host: "h", detail: "")) {
            try await RequestDeadline.by(.seconds(140)) { try await transport.send(request) }
        }
        #expect(time.elapsed < .seconds(140))
        #expect(endless.allowances.allSatisfy { $0.map { $0 <= .seconds(40) } ?? false })
        let before = endless.count
        await #expect(throws: TransportError.outOfTime(host: "transfer.api.globus.org")) {
            try await RequestDeadline.by(.seconds(1)) { try await transport.send(request) }
        }
        #expect(endless.count == before)
    }

    @Test func `the narrower of two deadlines holds`() async {
        await RequestDeadline.by(.seconds(5)) {
            await RequestDeadline.by(.seconds(50)) { #expect(RequestDeadline.current == .seconds(5)) }
        }
    }

    @Test func `what time it is there is learnt from Globus's answers, not from a proxy's page`() async throws {
        // The stepped clock starts at 08:00.
        let late = ["date": "Fri, 15 Jan 2027 11:00:00 GMT"]
        let told = Mutex<[Duration]>([])
        let clock = ServiceClock { skew in told.withLock { $0.append(skew) } }
        let script = ScriptedTransport(
            .answer(502, "<html>", ["date": "Fri, 15 Jan 2021 11:00:00 GMT"]), .answer(200, "{}", late), .answer(200, "{}", late))
        let transport = RetryingTransport(script, time: time, clock: clock)
        for _ in 0..<2 { _ = try await transport.send(.example()) }
        #expect(told.withLock { $0.count } == 1)
        #expect(try #require(clock.skew) < .seconds(-10_000))
    }

    @Test func `what time it is there does not follow this machine's clock`() async throws {
        let clock = ServiceClock()
        let date = ["date": "Fri, 15 Jan 2027 11:00:00 GMT"]
        let transport = RetryingTransport(ScriptedTransport(.answer(200, "{}", date)), time: time, clock: clock)
        _ = try await transport.send(.example())
        await time.sleep(for: .seconds(60))
        let set = SetClock(elapsed: time.elapsed, now: time.now + .seconds(40 * 86_400))
        #expect(clock.now(set) == Timestamp(httpDate: "Fri, 15 Jan 2027 11:01:00 GMT"))
    }

    @Test func `half of what an answer takes is its way, and only a wrong clock is replaced`() throws {
        let clock = ServiceClock()
        // The stepped clock starts at 08:00:00.
        func answer(_ time: String) -> HTTPResponse {
            HTTPResponse(status: 200, headers: ["date": "Fri, 15 Jan 2027 \(time) GMT"], body: Data("{}".utf8))
        }
        clock.note(answer("07:53:20"), time, took: .seconds(400))
        #expect(clock.skew == nil)
        #expect(ServiceClock.Time(time, by: clock).now == time.now)
        clock.note(answer("07:53:20"), time)
        #expect(clock.skew == .seconds(400))
        #expect(ServiceClock.Time(time, by: clock).now == time.now + .seconds(-400))
    }

    /// A clock that somebody has set; what has passed is not changed by that.
    private struct SetClock: Timekeeper {
        let elapsed: Duration
        let now: Timestamp
        func sleep(for duration: Duration) async {}
    }

    @Test func `a request that may have acted is repeated only if it is a GET or says so`() async throws {
        let url = try ServiceURL(base: "https://transfer.api.globus.org/").appending("/v0.10/transfer")
        for (request, attempts) in [
            (HTTPRequest(.get, url), 2), (HTTPRequest(.post, url), 1), (HTTPRequest(.put, url), 1),
            (HTTPRequest(.post, url, repetition: .harmless), 2),
        ] {
            let script = ScriptedTransport([.failure(.interrupted(host: "h", detail: "")), .answer(200)])
            _ = try? await RetryingTransport(script, time: time).send(request)
            #expect(script.requests.count == attempts)
        }
    }

    @Test func `whoever watches is told the cause before each pause`() async throws {
        let told = Mutex<[String]>([])
        let script = ScriptedTransport(.answer(503, #"{"code":"ServiceUnavailable","request_id":"abc"}"#), .answer(200))
        let transport = RetryingTransport(script, time: time) { notice in told.withLock { $0.append("\(notice.request): \(notice.cause)") }
        }
        _ = try await transport.send(.example())
        #expect(told.withLock { $0 } == ["GET /v0.10/submission_id: Globus answered 503 ServiceUnavailable (request id abc)"])
    }

    @Test func `cancellation ends the attempts`() async throws {
        let endless = EndlessTransport(.failure(.unconnected(host: "h", detail: "")))
        let transport = RetryingTransport(endless, policy: RetryPolicy(), time: SystemTimekeeper())
        let request = try HTTPRequest.example()
        let work = Task { () -> TransportError? in
            do throws(TransportError) {
                _ = try await transport.send(request)
                return nil
            } catch {
                return error
            }
        }
        work.cancel()
        #expect(await work.value != nil)
    }

    @Test func `a request that one can do without is given up sooner`() async throws {
        let endless = EndlessTransport(.answer(503))
        var request = try HTTPRequest.example()
        request.patience = .seconds(60)
        #expect(try await RetryingTransport(endless, time: time).send(request).status == 503)
        #expect(time.elapsed == .seconds(60))
    }
}

/// Gives the same answer for ever.
private final class EndlessTransport: HTTPTransport {
    private let result: Result<HTTPResponse, TransportError>
    private let seen = Mutex<[Duration?]>([])

    init(_ result: Result<HTTPResponse, TransportError>) { self.result = result }

    var count: Int { allowances.count }
    var allowances: [Duration?] { seen.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        seen.withLock { $0.append(request.allowance) }
        return try result.get()
    }
}

extension Result where Success == HTTPResponse, Failure == TransportError {
    /// A refusal in the words of Globus.
    fileprivate static func word(_ status: Int) -> Self { .answer(status, #"{"code":"ClientError.X","message":"m"}"#) }
}

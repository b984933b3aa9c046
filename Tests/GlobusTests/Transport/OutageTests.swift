import GlobusTesting
import Synchronization
import Testing

@testable import Globus

/// An outage is the session's: it does not last longer because more requests meet it.
struct OutageTests {
    /// Never answers, or answers everything.
    private final class Silent: HTTPTransport {
        let isSilent = Mutex(true)

        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
            if isSilent.withLock({ $0 }) { throw .unconnected(host: "globus", detail: "refused") }
            return HTTPResponse(status: 200, headers: ["content-type": "application/json"], body: .init("{}".utf8))
        }
    }

    @Test func `further requests of an outage do not begin its budget anew; an answer does`() async throws {
        let (time, silent) = (SteppedTimekeeper(), Silent())
        let transport = RetryingTransport(silent, policy: RetryPolicy(budget: .seconds(600)), time: time)
        let request = HTTPRequest(.get, try ServiceURL(base: "https://globus/").appending("/x"))
        for _ in 0..<20 { await #expect(throws: TransportError.self) { try await transport.send(request) } }
        #expect(time.elapsed <= .seconds(601), "\(time.elapsed)")
        silent.isSilent.withLock { $0 = false }
        #expect(try await transport.send(request).status == 200)
        silent.isSilent.withLock { $0 = true }
        let start = time.elapsed
        await #expect(throws: TransportError.self) { try await transport.send(request) }
        #expect(time.elapsed - start >= .seconds(600))
    }

    @Test func `an outage of which nothing was heard for long is another one`() {
        let outage = Outage()
        #expect(outage.failed(at: .seconds(10)) == .seconds(10))
        #expect(outage.failed(at: .seconds(70)) == .seconds(10))
        #expect(outage.failed(at: .seconds(5000)) == .seconds(5000))
    }
}

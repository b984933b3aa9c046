import Globus
import GlobusTesting
import Synchronization
import Testing

/// A transport that another program made, with errors of its own.
struct ForeignTransportTests {
    private struct Broken: Error {}

    /// Throws what it is given, then answers.
    private final class Foreign: HTTPTransport {
        private let errors: Mutex<[any Error]>

        init(_ errors: [any Error]) { self.errors = Mutex(errors) }

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            if let error = errors.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw error }
            return HTTPResponse(status: 200)
        }
    }

    private func sent(_ errors: any Error..., as request: HTTPRequest) async throws -> Int {
        try await RetryingTransport(Foreign(errors), time: SteppedTimekeeper()).send(request).status
    }

    @Test func `an error of its own is repeated where that is harmless`() async throws {
        #expect(try await sent(Broken(), Broken(), as: .example()) == 200)
        await #expect(throws: TransportError.other(host: "transfer.api.globus.org", detail: "Broken()")) {
            try await sent(Broken(), as: .example(.post, repetition: .unsafe))
        }
    }

    @Test func `its cancellation is a cancellation`() async throws {
        await #expect(throws: TransportError.cancelled) { try await sent(CancellationError(), as: .example()) }
    }

    @Test func `it can say what happened`() async throws {
        let error = TransportError.insecure(host: "h", detail: "self-signed")
        await #expect(throws: error) { try await sent(error, as: .example()) }
        #expect(error.kind == .insecure)
        #expect(error.host == "h")
        #expect(error.detail == "self-signed")
        #expect(!error.mayPass)
    }
}

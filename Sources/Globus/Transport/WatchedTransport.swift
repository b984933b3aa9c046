import FoundationEssentials
import SystemFiles

/// One exchange, for those who watch. Neither the request's authorisation nor its query nor any body is in it.
package struct ExchangeNotice: Sendable, CustomStringConvertible {
    /// `GET /v0.10/task/…`
    package var request: String
    /// The answer's status, or why there is none.
    package var result: Result<Int, TransportError>
    /// What the service calls this request, if it says so.
    package var requestID: String?
    package var took: Duration

    package var milliseconds: Int64 { took.milliseconds }

    /// `GET /v0.10/task/…: 200 in 12 ms (request id oUAA6Sq2P)`
    package var description: String {
        let end =
            switch result {
            case .success(let status): "\(status)"
            case .failure(let error): "\(error)"
            }
        return "\(request): \(end) in \(milliseconds) ms" + (requestID.map { " (request id \($0))" } ?? "")
    }
}

/// Tells of each exchange, and changes nothing about it.
struct WatchedTransport<Wrapped: HTTPTransport>: HTTPTransport {
    private let wrapped: Wrapped
    private let time: any Timekeeper
    private let watch: (@Sendable (ExchangeNotice) -> Void)?

    init(_ wrapped: Wrapped, time: any Timekeeper, watch: (@Sendable (ExchangeNotice) -> Void)?) {
        (self.wrapped, self.time, self.watch) = (wrapped, time, watch)
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard let watch else { return try await wrapped.attempt(request) }
        let start = time.elapsed
        do throws(TransportError) {
            let response = try await wrapped.attempt(request)
            let id = Self.requestID(in: response)
            watch(ExchangeNotice(request: request.name, result: .success(response.status), requestID: id, took: time.elapsed - start))
            return response
        } catch {
            watch(ExchangeNotice(request: request.name, result: .failure(error), took: time.elapsed - start))
            throw error
        }
    }

    private struct Identified: Decodable {
        var requestID: String?

        enum CodingKeys: String, CodingKey { case requestID = "request_id" }
    }

    private static func requestID(in response: HTTPResponse) -> String? {
        // Larger answers are lists, which carry no id of their own.
        guard response.body.count <= 65_536 else { return nil }
        return (try? JSONDecoder().decode(Identified.self, from: response.body))?.requestID
    }
}

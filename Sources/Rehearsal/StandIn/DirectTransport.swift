import FoundationEssentials
package import Globus

/// Carries requests to the simulator without a socket: each is answered by the routes themselves, in the caller's own task.
package struct DirectTransport: HTTPTransport {
    let answer: @Sendable (Request) async -> Reply

    /// - Throws: `.interrupted` or `.timedOut` where a fault of the simulator keeps the answer, or a part of it, from its client; nothing
    ///   waits meanwhile.
    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard let body = request.body.map(\.data) ?? Data() else { throw .bodyLost }
        let reply = await answer(Request(request, body))
        if Task.isCancelled { throw .cancelled }
        switch reply.delivery {
        case .whole:
            let headers = reply.headers.map { ($0.key.lowercased(), $0.value) }
            return HTTPResponse(status: reply.status, headers: Dictionary(headers) { $1 }, body: reply.body)
        case .cut(let count): throw .interrupted(host: request.url.host, detail: "\(count) of \(reply.body.count) bytes arrived")
        case .none: throw .interrupted(host: request.url.host, detail: "the connection was closed without an answer")
        case .stalled: throw .timedOut(host: request.url.host, after: request.allowance ?? .seconds(60))
        }
    }
}

extension Request {
    fileprivate init(_ request: HTTPRequest, _ body: Data) {
        let authorization: String? =
            switch request.authorization {
            case .bearer(let token): token.withSecret { "Bearer \($0)" }
            case .basic(let id, let secret): secret.withSecret { "Basic " + Data("\(id):\($0)".utf8).base64EncodedString() }
            case nil: nil
            }
        self.init(
            method: request.method.rawValue, path: request.url.path, components: request.url.path.parts(at: "/").map(String.init),
            query: Query(ServiceURL.form(request.url.query)), authorization: authorization,
            contentType: request.headers.last { $0.name.lowercased() == "content-type" }?.value, body: body)
    }
}

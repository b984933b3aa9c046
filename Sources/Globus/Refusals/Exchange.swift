import FoundationEssentials

extension HTTPTransport {
    /// `send`, with the transport's errors told as the client's.
    package func exchange(_ request: HTTPRequest) async throws(GlobusError) -> HTTPResponse {
        do {
            return try await attempt(request)
        } catch {
            throw error == .cancelled ? .cancelled : .unreachable(request: request.name, error)
        }
    }
}

extension HTTPResponse {
    /// The body as a document of the service.
    func document<Document: Decodable>(of request: HTTPRequest) throws(GlobusError) -> Document {
        do {
            return try readable()
        } catch let error as DecodingError {
            throw .unreadableReply(request: request.name, detail: Secrets.inUse.redacted(error.briefly))
        } catch let error as DocumentShape.Problem {
            throw .unreadableReply(request: request.name, detail: error.description)
        } catch {
            throw .unreadableReply(request: request.name, detail: Secrets.inUse.redacted("\(error)"))
        }
    }
}

extension DecodingError {
    /// What is wrong and where, without Foundation's paragraphs.
    fileprivate var briefly: String {
        func place(_ context: Context) -> String { context.codingPath.map(\.stringValue).joined(separator: ".") }
        return switch self {
        case .typeMismatch(_, let context): "\(place(context)) is of another kind than expected"
        case .valueNotFound(_, let context): "\(place(context)) is missing"
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .dataCorrupted(let context): context.codingPath.isEmpty ? "it is not JSON" : "\(place(context)): \(context.debugDescription)"
        @unknown default: "it is not as expected"
        }
    }
}

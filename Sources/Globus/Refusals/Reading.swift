import Synchronization

/// What became of an answer when whoever repeats requests looked whether it is the document: it is read once.
final class Reading<Document: Decodable & Sendable>: Sendable {
    private let last = Mutex<Result<Document, GlobusError>?>(nil)
    private let isClean: Bool

    /// - Parameter clean: without any secret that the service sends back; not where it gives them out.
    init(clean: Bool) { isClean = clean }

    /// Larger ones are lists of files, which the service makes from what it finds, not from what it is sent.
    private static var longestEcho: Int { 1 << 24 }

    private func read(_ response: HTTPResponse, _ request: HTTPRequest) throws(GlobusError) -> Document {
        var response = response
        if isClean, response.body.count <= Self.longestEcho { response.body = Secrets.inUse.redacted(response.body) }
        return try response.document(of: request)
    }

    /// The request, so that an answer of another shape is asked for again.
    func understanding(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        let asked = request
        request.understands = { [self] response in
            let result = Result { () throws(GlobusError) in try read(response, asked) }
            last.withLock { $0 = result }
            return (try? result.get()) != nil
        }
        return request
    }

    func document(in response: HTTPResponse, of request: HTTPRequest) throws(GlobusError) -> Document {
        let known = last.withLock { last in
            defer { last = nil }
            return last
        }
        guard let known else { return try read(response, request) }
        return try known.get()
    }
}

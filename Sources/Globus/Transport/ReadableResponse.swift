import FoundationEssentials

extension HTTPResponse {
    /// The same, once it is known that reading it costs no more than a document of its size may.
    func readable<Document: Decodable>() throws -> Document {
        try DocumentShape.check(body)
        do {
            return try JSONDecoder().decode(Document.self, from: body)
        } catch {
            guard let marked = LoneSurrogate.marked(in: body) else { throw error }
            return try JSONDecoder().decode(Document.self, from: marked)
        }
    }
}

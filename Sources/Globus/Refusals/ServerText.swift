/// The text in which a collection's GridFTP server explains a failure: up to 600 characters, of which people need one line.
///
/// Its form is that of `event_list` and of refused listings: lines as `Endpoint: …`, `File: …`, `Message: …`, then `Details:` with the
/// server's reply, whose lines end with a written-out `\r\n` and begin with the number of the reply (`550-GridFTP-Error-String: …`).
package struct ServerText: Hashable, Sendable {
    /// More than this does not fit in one line of a log.
    static let longest = 120

    private let lines: [Substring]
    private let all: String

    package init(_ text: String) {
        all = text.replacing("\\r\\n", with: "\n")
        lines = all.split(whereSeparator: \.isNewline)
    }

    /// The file that it is about.
    package var file: String? { value(after: "File: ") }

    /// The cause in a few words: the server's most specific ones.
    package var cause: String {
        let specific = ["GridFTP-Message: ", "GridFTP-Error-String: ", "GridFTP-Reason: ", "Message: "]
        let words = specific.lazy.compactMap { value(after: $0) }.first ?? lines.first.map(String.init) ?? ""
        return Self.short(words.split(separator: " ").joined(separator: " "))
    }

    /// All of it on one line.
    package var oneLine: String {
        lines.map { $0.split(separator: " ").joined(separator: " ") }.joined(separator: "; ")
    }

    /// The rest of the first line that begins so, apart from the number of a reply.
    private func value(after mark: String) -> String? {
        for line in lines {
            let words = line.drop { $0.isNumber || $0 == "-" }
            if words.hasPrefix(mark), words.utf8.count > mark.utf8.count { return String(words.dropFirst(mark.count)) }
        }
        return nil
    }

    private static func short(_ words: String) -> String { words.count > longest ? words.prefix(longest - 3) + "..." : words }
}

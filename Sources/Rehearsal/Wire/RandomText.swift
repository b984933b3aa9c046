import FoundationEssentials

/// Identifiers and secrets in the shapes that Globus uses.
enum RandomText {
    static func uuid() -> String { UUID().uuidString.lowercased() }

    /// Nine letters and digits: what Globus support asks for.
    static func requestID() -> String { text(length: 9) }

    /// 256 bits and more.
    static func secret() -> String { text(length: 48) }

    private static func text(length: Int) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var generator = SystemRandomNumberGenerator()
        return String(decoding: (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }, as: UTF8.self)
    }
}

import PositionedYAML

/// HTML being written. What comes from the journal goes through `text`; markup is written as it stands.
struct HTMLText {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1 << 16) }

    /// Markup: never what others have written.
    mutating func markup(_ markup: String) { bytes += markup.utf8 }

    /// Any text, as an element's content or an attribute's value in quotation marks.
    mutating func text(_ text: String) {
        for byte in Outlet.text(text).utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "'"): bytes += "&#39;".utf8
            // No browser shows them; a parser may stumble over them.
            case 0..<0x20 where byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\t"), 0x7F: bytes += "\u{FFFD}".utf8
            default: bytes.append(byte)
            }
        }
    }

    /// An element with nothing but text in it.
    ///
    /// - Parameter name: with its attributes.
    mutating func element(_ name: String, _ content: String) {
        markup("<\(name)>")
        text(content)
        markup("</\(name.prefix { $0 != " " })>")
    }

    /// Text in which `backquotes` mark what is typed.
    mutating func prose(_ text: String) {
        for (number, part) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
            if number.isMultiple(of: 2) { self.text(String(part)) } else { element("code", String(part)) }
        }
    }
}

/// How many columns of a terminal a text takes.
package enum TextWidth {
    /// East Asian Wide and Fullwidth (Unicode 16, UAX 11), by first and last scalar; what has an emoji presentation is told by Unicode.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18D08,
        0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x3FFFD,
    ]

    /// Of a text with colours, as it is seen.
    package static func visible(_ text: String) -> Int {
        let parts = text.split(separator: "\u{1B}[", omittingEmptySubsequences: false)
        return parts.dropFirst().reduce(of(String(parts[0]))) { $0 + of(String($1.drop { $0 != "m" }.dropFirst())) }
    }

    package static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    static func of(_ character: Character) -> Int {
        var width = 0
        for scalar in character.unicodeScalars { width = max(width, of(scalar)) }
        return width
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        // U+FE0F turns what stands before it into an emoji.
        if scalar.properties.isEmojiPresentation || scalar.value == 0xFE0F { return 2 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        return wide.contains { $0 ~= scalar.value } ? 2 : 1
    }

    /// The beginning of `text` that fits into `width` columns.
    static func beginning(of text: String, _ width: Int) -> String {
        var rest = width
        return String(
            text.prefix { character in
                rest -= of(character)
                return rest >= 0
            })
    }

    /// The end of `text` that fits into `width` columns.
    static func end(of text: String, _ width: Int) -> String { String(beginning(of: String(text.reversed()), width).reversed()) }

    /// `text` in at most `width` columns: what is too long loses its middle, since names differ at their ends.
    package static func shortened(_ text: String, to width: Int, ellipsis: String) -> String {
        guard of(text) > width else { return text }
        let kept = width - of(ellipsis)
        guard kept > 1 else { return beginning(of: text, max(0, width)) }
        return beginning(of: text, kept - kept / 2) + ellipsis + end(of: text, kept / 2)
    }

    /// `text` in at most `width` columns, without its end if need be.
    package static func cut(_ text: String, to width: Int, ellipsis: String) -> String {
        guard of(text) > width else { return text }
        guard width > of(ellipsis) else { return beginning(of: text, max(0, width)) }
        return beginning(of: text, width - of(ellipsis)) + ellipsis
    }
}

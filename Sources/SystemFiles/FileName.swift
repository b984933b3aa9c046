/// A name or a path as a file system has it: bytes. Two spellings of one text (`é` as one character or as two) are the same `String`, but
/// two files, so that no path is a key or a member of a set as a `String`.
package struct FileName: Hashable, Sendable {
    private let bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
    package init(_ text: String) { bytes = Array(text.utf8) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What is before the last slash; `nil` if there is none.
    package var parent: FileName? { bytes.lastIndex(of: UInt8(ascii: "/")).map { FileName(bytes[..<$0]) } }
}

extension FileName: Comparable {
    package static func < (one: Self, other: Self) -> Bool { one.bytes.lexicographicallyPrecedes(other.bytes) }
}

/// A text that is equal to another only if its bytes are: for the paths in a type whose `==` and `hash` the compiler writes.
@propertyWrapper
public struct Bytewise: Hashable, Sendable, Codable {
    public var wrappedValue: String

    public init(wrappedValue: String) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws { wrappedValue = try decoder.singleValueContainer().decode(String.self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }

    public static func == (one: Self, other: Self) -> Bool { one.wrappedValue.isSameBytes(as: other.wrappedValue) }

    public func hash(into hasher: inout Hasher) {
        var text = wrappedValue
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}

/// What is done with paths, quotes and escapes, byte by byte. A Swift `Character` joins what follows or goes before it: `/` and a name that
/// begins with a combining mark, `'` and such a mark, CR and LF are one each, and the `String` methods do not see the first in them.
extension StringProtocol {
    package func isSameBytes(as other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }

    package func begins(with prefix: some StringProtocol) -> Bool { utf8.starts(with: prefix.utf8) }

    package func ends(with suffix: some StringProtocol) -> Bool { utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) }

    /// - Parameter scalar: of ASCII, here and below.
    package func has(_ scalar: Unicode.Scalar) -> Bool { unicodeScalars.contains(scalar) }

    package func lastPlace(of scalar: Unicode.Scalar) -> Index? { unicodeScalars.lastIndex(of: scalar) }

    package func parts(at scalar: Unicode.Scalar, omittingEmpty: Bool = true, most: Int = .max) -> [Substring] {
        Substring(self).unicodeScalars.split(separator: scalar, maxSplits: most - 1, omittingEmptySubsequences: omittingEmpty)
            .map { Substring($0) }
    }

    /// Each `scalar` as `replacement`.
    package func with(_ scalar: Unicode.Scalar, as replacement: String) -> String {
        guard has(scalar) else { return String(self) }
        var text = String.UnicodeScalarView()
        for next in unicodeScalars {
            if next == scalar { text += replacement.unicodeScalars } else { text.append(next) }
        }
        return String(text)
    }
}

extension String {
    /// What lies before the last slash; `nil` if there is none, or only at the beginning.
    package var directory: String? {
        guard let slash = lastPlace(of: "/"), slash > startIndex else { return nil }
        return String(self[..<slash])
    }

    /// Behind the last slash; all of it if there is none.
    package var lastName: String { lastPlace(of: "/").map { String(self[unicodeScalars.index(after: $0)...]) } ?? self }

    /// Without slashes at its end; the root stays.
    package var withoutEndingSlashes: String {
        var text = self
        while text.utf8.count > 1, text.utf8.last == UInt8(ascii: "/") { text.unicodeScalars.removeLast() }
        return text
    }

    /// With one slash at its end.
    package var withEndingSlash: String { utf8.last == UInt8(ascii: "/") ? self : self + "/" }
}

extension Substring {
    /// Without such characters at both ends, by default blanks and line ends.
    package func trimmed(of isLeftOut: (Character) -> Bool = \.isWhitespace) -> String {
        var rest = self
        while let first = rest.first, isLeftOut(first) { rest.removeFirst() }
        while let last = rest.last, isLeftOut(last) { rest.removeLast() }
        return String(rest)
    }
}

import FoundationEssentials

/// Half of a surrogate pair in JSON: how some servers write a byte of a name that is not UTF-8. No text can hold it.
package enum LoneSurrogate {
    /// What stands for one in a document that was read: the last code point, which is for private use.
    package static let mark: Unicode.Scalar = "\u{10FFFD}"

    /// - Returns: the document with the mark in the place of each; `nil` if there is none.
    static func marked(in body: Data) -> Data? {
        let bytes = Array(body)
        var result: [UInt8] = []
        var (place, copied) = (0, 0)
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "\\") else {
                place += 1
                continue
            }
            guard let unit = unit(of: bytes, at: place), 0xD800...0xDFFF ~= unit else {
                place += 2
                continue
            }
            if unit < 0xDC00, let next = self.unit(of: bytes, at: place + 6), 0xDC00...0xDFFF ~= next {
                place += 12
                continue
            }
            result += bytes[copied..<place] + Array("\\uDBFF\\uDFFD".utf8)
            place += 6
            copied = place
        }
        return copied == 0 ? nil : Data(result + bytes[copied...])
    }

    /// What an escape like `\u00e9` at `place` says; `nil` if there is none.
    private static func unit(of bytes: [UInt8], at place: Int) -> Int? {
        guard place + 6 <= bytes.count, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u") else { return nil }
        return Int(String(decoding: bytes[(place + 2)..<(place + 6)], as: UTF8.self), radix: 16)
    }
}

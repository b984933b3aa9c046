/// Where the values of a JSON text stand: found in one pass over its bytes, which stay where they are.
///
/// Made for the many small records of a journal: the outline of a record costs a tenth of its decoding. It takes what this program's own
/// encoder writes, which is not all of JSON (no fractions, no escapes by code point); what it refuses is left to a complete decoder.
struct JSONOutline {
    struct Irregular: Error {}

    private enum Kind { case object, array, string, number, word }

    private struct Value {
        var kind: Kind
        /// Of the bytes, without a string's quotation marks.
        var range: Range<Int>
        var isEscaped = false
        /// The index after this value and all within it.
        var next: Int
    }

    private let bytes: UnsafeRawBufferPointer
    /// In the order of the text; an object's members are a string and a value each.
    private var values: [Value] = []
    private var position = 0

    private static let deepest = 32

    /// - Parameter bytes: the whole text. They must outlive the outline.
    init(_ bytes: UnsafeRawBufferPointer) throws(Irregular) {
        self.bytes = bytes
        values.reserveCapacity(128)
        try value(depth: 0)
        skipBlanks()
        guard position == bytes.count else { throw Irregular() }
    }

    /// The outermost value.
    var root: Int { 0 }

    // MARK: the pass

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return
            }
        }
    }

    private mutating func takes(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Irregular) {
        guard depth < Self.deepest else { throw Irregular() }
        skipBlanks()
        switch current {
        case UInt8(ascii: "{"): try sequence(.object, depth, end: UInt8(ascii: "}"))
        case UInt8(ascii: "["): try sequence(.array, depth, end: UInt8(ascii: "]"))
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
    }

    private mutating func sequence(_ kind: Kind, _ depth: Int, end: UInt8) throws(Irregular) {
        let index = values.count, start = position
        values.append(Value(kind: kind, range: start..<start, next: 0))
        position += 1
        if !takes(end) {
            repeat {
                if kind == .object {
                    skipBlanks()
                    try string()
                    guard takes(UInt8(ascii: ":")) else { throw Irregular() }
                }
                try value(depth: depth + 1)
            } while takes(UInt8(ascii: ","))
            guard takes(end) else { throw Irregular() }
        }
        (values[index].range, values[index].next) = (start..<position, values.count)
    }

    private mutating func string() throws(Irregular) {
        guard takes(UInt8(ascii: "\"")) else { throw Irregular() }
        let start = position
        var isEscaped = false, isASCII = true
        while let byte = current, byte != UInt8(ascii: "\"") {
            position += 1
            if byte == UInt8(ascii: "\\") {
                guard let escape = current, Self.plain(escape) != nil else { throw Irregular() }
                position += 1
                isEscaped = true
            }
            if byte < 0x20 { throw Irregular() }
            if byte >= 0x80 { isASCII = false }
        }
        let range = start..<position
        guard takes(UInt8(ascii: "\"")), isASCII || String(validating: bytes[range], as: UTF8.self) != nil else { throw Irregular() }
        values.append(Value(kind: .string, range: range, isEscaped: isEscaped, next: values.count + 1))
    }

    private mutating func number() throws(Irregular) {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let first = position
        while let byte = current, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
        guard position > first, position == first + 1 || bytes[first] != UInt8(ascii: "0") else { throw Irregular() }
        values.append(Value(kind: .number, range: start..<position, next: values.count + 1))
    }

    private mutating func word(_ text: StaticString) throws(Irregular) {
        let start = position
        for index in 0..<text.utf8CodeUnitCount {
            guard current == text.utf8Start[index] else { throw Irregular() }
            position += 1
        }
        values.append(Value(kind: .word, range: start..<position, next: values.count + 1))
    }

    /// What an escaped character stands for.
    private static func plain(_ escape: UInt8) -> UInt8? {
        switch escape {
        case UInt8(ascii: "n"): UInt8(ascii: "\n")
        case UInt8(ascii: "t"): UInt8(ascii: "\t")
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escape
        default: nil
        }
    }

    // MARK: what the values are

    /// The value of a member of the object at `index`; `nil` if there is none.
    func member(_ key: some CodingKey, of index: Int) throws(Irregular) -> Int? {
        guard values[index].kind == .object else { throw Irregular() }
        var name = key.stringValue
        return name.withUTF8 { name in
            var key = index + 1
            while key < values[index].next {
                let range = values[key].range
                if range.count == name.count, bytes[range].elementsEqual(name) { return key + 1 }
                key = values[key + 1].next
            }
            return nil
        }
    }

    /// As `member`, where there must be one.
    func value(_ key: some CodingKey, of index: Int) throws(Irregular) -> Int {
        guard let value = try member(key, of: index) else { throw Irregular() }
        return value
    }

    /// The elements of the array at `index`.
    func elements(of index: Int) throws(Irregular) -> [Int] {
        guard values[index].kind == .array else { throw Irregular() }
        var (found, next) = ([Int](), index + 1)
        while next < values[index].next {
            found.append(next)
            next = values[next].next
        }
        return found
    }

    func text(_ index: Int) throws(Irregular) -> String {
        let value = values[index]
        guard value.kind == .string else { throw Irregular() }
        let found = UnsafeRawBufferPointer(rebasing: bytes[value.range])
        guard value.isEscaped else { return String(decoding: found, as: UTF8.self) }
        var text: [UInt8] = []
        text.reserveCapacity(found.count)
        var isEscape = false
        for byte in found {
            if !isEscape, byte == UInt8(ascii: "\\") {
                isEscape = true
            } else {
                text.append(isEscape ? Self.plain(byte) ?? byte : byte)
                isEscape = false
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    func integer<Number: FixedWidthInteger>(_ index: Int, as type: Number.Type = Number.self) throws(Irregular) -> Number {
        guard values[index].kind == .number, let number = Number(String(decoding: bytes[values[index].range], as: UTF8.self)) else {
            throw Irregular()
        }
        return number
    }
}

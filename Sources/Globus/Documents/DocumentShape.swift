import FoundationEssentials

/// What a document of the service may look like, before anything is made of it: made to be read, a few bytes of JSON can become many
/// of memory, or a call in a call for each bracket.
enum DocumentShape {
    enum Problem: Error, Hashable, CustomStringConvertible {
        case tooDeep
        case tooDense

        var description: String {
            switch self {
            case .tooDeep: "it is nested deeper than \(deepest) levels, which no document of Globus is"
            case .tooDense: "it consists of more small values than any document of Globus"
            }
        }
    }

    static let deepest = 64
    /// Below this size it does not matter what a document consists of.
    static let harmless = 1 << 20
    /// Bytes for each value, on average: the service's lists have nine and more.
    static let leanest = 5

    static func check(_ body: Data) throws(Problem) {
        let (depth, values) = body.withUnsafeBytes { measure($0) }
        if depth > deepest { throw .tooDeep }
        if body.count > harmless, values * leanest > body.count { throw .tooDense }
    }

    private static func measure(_ bytes: UnsafeRawBufferPointer) -> (depth: Int, values: Int) {
        var depth = 0, deepest = 0, values = 0
        var isText = false, isEscaped = false
        for byte in bytes {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                values += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","), UInt8(ascii: ":"): values += 1
            default: break
            }
        }
        return (deepest, values)
    }
}

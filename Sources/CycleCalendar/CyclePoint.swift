/// The label of one cycle, as the workflow engine wrote it: `19880901T0000Z`, `3`, `-1`.
///
/// An opaque token. The 360-day calendar has a 30 February, which no date library of the real world accepts, so it is never parsed,
/// never rewritten, and compared only for equality. It is fit to be one component of a path.
package struct CyclePoint: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// The most characters of a cycle point.
    package static let longest = 128

    /// - Returns: `nil` unless `text` is 1 to 128 characters of `0-9 A-Z a-z : + - _ . ,`, and neither `.` nor `..`. A comma is the ISO 8601
    ///   decimal sign: Cylc writes `19880901T080000,0Z` with `cycle point format = CCYYMMDDThhmmss,ttZ`.
    package init?(_ text: String) {
        guard (1...Self.longest).contains(text.utf8.count), text != ".", text != "..", text.utf8.allSatisfy(Self.isAllowed) else {
            return nil
        }
        description = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: ":"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ","): true
        default: false
        }
    }
}

/// The text by which people and a later run find a Globus task: `pptransfer u-ab123 19880901T0000Z atmos`.
///
/// At most 128 characters (the service's limit), and only letters, digits, space, `_`, `-` and `.`: the service's search has no
/// escapes, so other characters become `_`. Where either loses something, a digest of the whole keeps labels apart.
public struct TransferLabel: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    static let longest = 128

    public init(workflow: String, cycle: String?, name: String?) {
        let parts = ["pptransfer", workflow, cycle, name].compactMap { $0 }
        let exact = parts.joined(separator: " ")
        let safe = String(String.UnicodeScalarView(exact.unicodeScalars.map { Self.isSafe($0) ? $0 : "_" }))
        guard safe != exact || safe.utf8.count > Self.longest || parts.contains(where: { $0.isEmpty || $0.contains(" ") }) else {
            description = exact
            return
        }
        let digest = Self.digest(parts.joined(separator: "\u{0}"))
        let room = Self.longest - digest.utf8.count - 1
        let shortened = safe.utf8.count <= room ? safe : String(safe.prefix(room))
        description = shortened.split(separator: " ").joined(separator: " ") + " " + digest
    }

    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", " ", "_", "-", ".": true
        default: false
        }
    }

    /// FNV-1a, 64 bits: the same on every machine and in every version, which Swift's own hash is not.
    private static func digest(_ text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

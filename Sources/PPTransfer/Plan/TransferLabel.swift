import Crypto
import Globus
import PositionedYAML

/// The text by which people and a later run find a Globus task: `pptransfer u-ab123 19880901T0000Z atmos 3f9a1c2e07`.
///
/// At most 128 characters (the service's limit), and only letters, digits, space, `_`, `-` and `.`: the service's search has no
/// escapes, so other characters become `_`. Where either loses something, a digest of the whole keeps labels apart. A task's label ends
/// in a fingerprint of where it sends from, where to, and which files, so that a task for other paths is never taken for this one's.
package struct TransferLabel: Hashable, Sendable, CustomStringConvertible {
    /// Without a fingerprint: what tells the transfers of a workflow apart, and what earlier versions sent as the whole label.
    package let description: String
    /// The same, short enough for a fingerprint after it.
    private let stem: String

    /// The service's limit, less the fingerprint and the space before it.
    package static let longest = mostCharacters - fingerprintLength - 1
    private static let mostCharacters = 128
    private static let fingerprintLength = 10

    package init(workflow: String, cycle: String?, name: String?) {
        let parts = ["pptransfer", workflow, cycle, name].compactMap { $0 }
        description = Self.label(parts, atMost: Self.mostCharacters)
        stem = Self.label(parts, atMost: Self.longest)
    }

    private static func label(_ parts: [String], atMost longest: Int) -> String {
        let exact = parts.joined(separator: " ")
        let safe = String(String.UnicodeScalarView(exact.unicodeScalars.map { isSafe($0) ? $0 : "_" }))
        guard safe != exact || safe.utf8.count > longest || parts.contains(where: { $0.isEmpty || $0.contains(" ") }) else { return exact }
        let digest = digest(parts.joined(separator: "\u{0}"))
        let room = longest - digest.utf8.count - 1
        let shortened = safe.utf8.count <= room ? safe : String(safe.prefix(room))
        return shortened.split(separator: " ").joined(separator: " ") + " " + digest
    }

    /// A task's label.
    func marked(_ fingerprint: String) -> String { stem + " " + fingerprint }

    /// The test of the service's search that finds the tasks of this transfer, whatever their fingerprint, and a few others.
    var search: String { description.hasPrefix(stem) ? "~\(stem)*" : "~\(stem)*,=\(description)" }

    /// Whether a task with this label is one of this transfer's.
    ///
    /// - Returns: its fingerprint, empty for a task of an earlier version; `nil` for another transfer's task.
    func fingerprint(in label: String) -> Substring? {
        if label == description { return "" }
        guard label.hasPrefix(stem + " ") else { return nil }
        let rest = label.dropFirst(stem.count + 1)
        return rest.utf8.count == Self.fingerprintLength && rest.utf8.allSatisfy(Self.isDigit) ? rest : nil
    }

    /// Of texts, in hexadecimal; the same on every machine and in every version.
    static func fingerprint(of texts: [String]) -> String {
        var hash = SHA256()
        for text in texts {
            hash.update(data: Array(text.utf8))
            hash.update(data: [0])
        }
        let digits = Array("0123456789abcdef".utf8)
        let bytes = hash.finalize().prefix(fingerprintLength / 2).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
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

extension TransferPlan {
    /// What distinguishes this transfer's tasks from others of the same workflow, cycle and name: the ends, the accounts there, and the selection.
    var fingerprint: String {
        let select = description.select
        return TransferLabel.fingerprint(
            of: [
                source.collection.description, source.path.description, destination.collection.description, destination.path.description,
                "include",
            ] + select.include.map(\.value) + ["exclude"] + select.exclude.map(\.value)
                + (source.localUser.map { ["source user", $0] } ?? []) + (destination.localUser.map { ["destination user", $0] } ?? []))
    }

    /// The label of the Globus tasks that do just this.
    package var taskLabel: String { label.marked(fingerprint) }
}

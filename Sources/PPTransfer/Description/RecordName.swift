import SystemFiles

/// What the journal calls the files of a record.
package enum RecordName {
    /// Characters of workflows, cycles and names that file names keep; others are written as %XX.
    package static func fileName(_ text: String) -> String {
        var name = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: ":"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: ".") where !name.isEmpty: name += "."
            default: name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return name
    }

    /// The workflow of a transfer that nothing names: after a word, such as its file's name, and both ends: `task-3f2a9c`.
    ///
    /// - Parameter fingerprint: of the ends, in hexadecimal.
    static func name(after word: String, fingerprint: String) -> String {
        word + "-" + String((fingerprint + "000000").prefix(6))
    }

    /// Whether a text can be a workflow's name: no control characters, no `.`, `..` or nothing between slashes.
    static func isWorkflow(_ text: String) -> Bool {
        isPrintable(text) && text.parts(at: "/", omittingEmpty: false).allSatisfy { !["", ".", ".."].contains($0) }
    }

    /// Whether a text can tell transfers of one cycle apart: one component of a path.
    static func isName(_ text: String) -> Bool { !text.isEmpty && ![".", ".."].contains(text) && !text.has("/") && isPrintable(text) }

    private static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// Bytes of a record's file name, or of its directory's: room is left for what the journal adds to it.
    static let longest = 220

    /// The bytes of the longest name that a transfer's record needs in the file system.
    static func length(workflow: String, cycle: String?, name: String?) -> Int {
        stem(workflow: workflow, cycle: cycle, name: name).utf8.split(separator: UInt8(ascii: "/")).map(\.count).max() ?? 0
    }

    /// From the journal's directory, without an ending: the record's, the manifests' and the lock's names begin alike.
    static func stem(workflow: String, cycle: String?, name: String?) -> String {
        fileName(workflow) + "/" + fileName(cycle ?? "") + (name.map { "@" + fileName($0) } ?? "")
            + (cycle == nil && name == nil ? "@" : "")
    }
}

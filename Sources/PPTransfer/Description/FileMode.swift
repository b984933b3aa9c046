import SystemFiles

/// Permissions in the letters of `chmod`: `g+rX`, `g+rwX,o-rwx`.
///
/// It says which of the nine permission bits are set or cleared, and leaves the others: it never sets the bits of set-id or sticky.
package struct FileMode: Hashable, Sendable {
    /// As it is written.
    package let text: String
    /// What it does to a file that nobody may execute, to one that somebody may, and to a directory: `X` means the latter two.
    private(set) var file = Change()
    private(set) var program = Change()
    private(set) var directory = Change()

    /// The bits that are set, and those that are cleared.
    struct Change: Hashable, Sendable {
        private(set) var on: UInt32 = 0
        private(set) var off: UInt32 = 0

        func applied(to mode: UInt32) -> UInt32 { mode & ~off | on }

        fileprivate mutating func set(_ bits: UInt32) { (on, off) = (on | bits, off & ~bits) }
        fileprivate mutating func clear(_ bits: UInt32) { (on, off) = (on & ~bits, off | bits) }
    }

    /// - Returns: `nil` for anything but clauses of somebody (`u`, `g`, `o`, `a`), an operator (`+`, `-`, `=`) and permissions (`r`, `w`,
    ///   `x`, `X`), with commas between.
    package init?(_ text: String) {
        self.text = text
        for clause in text.parts(at: ",", omittingEmpty: false) {
            guard add(Array(clause.utf8)) else { return nil }
        }
    }

    /// What a group needs in order to read files and directories.
    package static let readableByGroup = FileMode("g+rX") ?? FileMode(unchanged: "")

    private init(unchanged text: String) { self.text = text }

    private mutating func add(_ clause: [UInt8]) -> Bool {
        guard let sign = clause.firstIndex(where: { "+-=".utf8.contains($0) }) else { return false }
        var places: UInt32 = 0
        for letter in clause[..<sign] {
            switch letter {
            case UInt8(ascii: "u"): places |= 0o100
            case UInt8(ascii: "g"): places |= 0o010
            case UInt8(ascii: "o"): places |= 0o001
            case UInt8(ascii: "a"): places |= 0o111
            default: return false
            }
        }
        var (bits, executes): (UInt32, Bool) = (0, false)
        for letter in clause[(sign + 1)...] {
            switch letter {
            case UInt8(ascii: "r"): bits |= 4
            case UInt8(ascii: "w"): bits |= 2
            case UInt8(ascii: "x"): bits |= 1
            case UInt8(ascii: "X"): executes = true
            default: return false
            }
        }
        // 'g=' takes everything; 'g+' says nothing.
        guard places != 0, bits != 0 || executes || clause[sign] == UInt8(ascii: "=") else { return false }
        let plain = places * bits, all = places * (bits | (executes ? 1 : 0))
        for (bits, change) in [(plain, \Self.file), (all, \Self.program), (all, \Self.directory)] {
            if clause[sign] == UInt8(ascii: "=") { self[keyPath: change].clear(places * 7) }
            if clause[sign] == UInt8(ascii: "-") { self[keyPath: change].clear(bits) } else { self[keyPath: change].set(bits) }
        }
        return true
    }

    /// Whether it takes the right to enter a directory from its owner, or from a group or others that may read it: nobody would get at the
    /// files in it.
    package var closesDirectories: Bool {
        directory.off & 0o100 != 0 || [0o010, 0o001].contains { directory.off & $0 != 0 && directory.on & ($0 * 4) != 0 }
    }

    /// The permissions that a file or directory with these should have.
    package func wanted(_ mode: UInt32, isDirectory: Bool) -> UInt32 {
        (isDirectory ? directory : mode & 0o111 != 0 ? program : file).applied(to: mode)
    }

    /// Whether a file or directory with these permissions has what is asked for.
    package func holds(_ mode: UInt32, isDirectory: Bool) -> Bool { wanted(mode, isDirectory: isDirectory) == mode }
}

/// The group and the permissions that files are to have where they arrive; `nil` where nobody says.
package struct ExpectedRights: Hashable, Sendable {
    package var group: String?
    package var mode: FileMode?

    package init(group: String? = nil, mode: FileMode? = nil) { (self.group, self.mode) = (group, mode) }

    /// `group 'gws_canari' and mode g+rX`
    package var text: String {
        [group.map { "group '\($0)'" }, mode.map { "mode \($0.text)" }].compactMap(\.self).joined(separator: " and ")
    }

    /// Whether a group's name is one that every file system and program takes as it is. A number is none: listings have names.
    package static func isGroup(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: " "), name.utf8.last != UInt8(ascii: " "), first != UInt8(ascii: "-")
        else {
            return false
        }
        let isNumber = name.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        return !isNumber && !name.utf8.contains { $0 < 0x20 || $0 == 0x7F || ":/,'\"${}".utf8.contains($0) }
    }
}

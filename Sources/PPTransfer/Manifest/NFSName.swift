/// What NFS calls a file that was deleted while a program still had it open: `.nfs000000000123abcd00000012`. It goes with that program, and
/// is nobody's output.
enum NFSName {
    static let prefix = ".nfs"

    /// Such names as the service's filter rules can say it: as Linux writes them, 24 characters after the prefix.
    static let rule = prefix + String(repeating: "?", count: 24)

    /// Whether the last name of a path is `.nfs` and hexadecimal digits, of which one at least is a decimal digit: `.nfsd` is a name that
    /// somebody may have given.
    ///
    /// - Parameter path: from the source, as the system has it.
    static func isName(ofPath path: some BidirectionalCollection<UInt8>) -> Bool {
        guard let last = path.last, isDigit(last) else { return false }
        let name = lastName(of: path)
        guard name.starts(with: prefix.utf8) else { return false }
        let digits = name.dropFirst(prefix.utf8.count)
        return digits.allSatisfy(isDigit) && digits.contains { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }

    /// Whether the service's filter rule leaves out a file that is nobody's leftover.
    static func isLeftOutByRule(_ path: some BidirectionalCollection<UInt8>) -> Bool {
        let name = lastName(of: path)
        guard name.starts(with: prefix.utf8), !isName(ofPath: path) else { return false }
        return String(decoding: name, as: UTF8.self).unicodeScalars.count == rule.utf8.count
    }

    private static func lastName<Path: BidirectionalCollection<UInt8>>(of path: Path) -> Path.SubSequence {
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return path[...] }
        return path[path.index(after: slash)...]
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }
}

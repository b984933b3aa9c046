import SystemFiles

/// What canaries are called, by which every run knows those of others.
enum CanaryName {
    static let prefix = ".pptransfer-canary-"

    /// After the prefix.
    static let digits = 16

    /// - Parameter path: from the source, as the system has it.
    static func isName(ofPath path: some BidirectionalCollection<UInt8>) -> Bool {
        let length = prefix.utf8.count + digits
        let name = path.suffix(length)
        guard name.first == UInt8(ascii: "."), name.starts(with: prefix.utf8) else { return false }
        return name.startIndex == path.startIndex || path[path.index(before: name.startIndex)] == UInt8(ascii: "/")
    }
}

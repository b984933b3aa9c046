package import SystemFiles

/// A file that is at the source no longer as it was listed.
package struct SourceChange: Sendable, Hashable {
    @Bytewise package var path: String
    /// Bytes.
    package var listed: Int64
    /// `nil`: it is gone.
    package var now: Int64?

    /// The errors of a task that a changing source may be behind.
    static let causes: Set<String> = ["FILE_SIZE_CHANGED", "VERIFY_CHECKSUM", "FILE_NOT_FOUND"]

    /// - Returns: what has changed since `manifest` was made; files that are new do not count.
    static func all(since manifest: Manifest, now: Manifest) -> [SourceChange] {
        manifest.entries.compactMap { entry in
            let there = now.entries.entry(at: entry.path)
            if let there, Sameness(entry, there).isUnchanged { return nil }
            return SourceChange(path: entry.path, listed: entry.size, now: there?.size)
        }
    }
}

extension SourceChange: CustomStringConvertible {
    package var description: String {
        switch now {
        case nil: "gone: \(path)"
        case listed: "changed: \(path) was written to after it was listed"
        case let size?: "changed: \(path) had \(listed) bytes when it was listed, has \(size)"
        }
    }
}

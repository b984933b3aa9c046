/// What should arrive: every file that the selection takes, with its size.
public struct Manifest: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        /// From the source directory, without a leading slash.
        public var path: String
        /// Bytes.
        public var size: Int64
        /// When the file was last modified; seconds since 1970.
        public var modified: Int64
        /// `nil` where it is not known.
        public var digest: Digest?

        public init(path: String, size: Int64, modified: Int64, digest: Digest? = nil) {
            (self.path, self.size, self.modified, self.digest) = (path, size, modified, digest)
        }

        /// The same file as far as a look at the directory tells: its digest is left out.
        var listed: Entry { Entry(path: path, size: size, modified: modified) }
    }

    /// Sorted by path, so that the same source always gives the same submission.
    public var entries: [Entry]

    public init(_ entries: [Entry]) { self.entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) } }

    public var bytes: Int64 { entries.reduce(0) { $0 + $1.size } }
    public var largest: Entry? { entries.max { $0.size < $1.size } }
}

/// Which files go: `include` (empty means all) less `exclude`; each of `required` must match one of them.
public struct FileSelector: Sendable {
    private let include: [Glob]
    private let exclude: [Glob]
    private let required: [(text: String, glob: Glob)]

    public init(_ selection: TaskDescription.Selection) {
        include = selection.include.map { Glob($0.value) }
        exclude = selection.exclude.map { Glob($0.value) }
        required = selection.required.map { ($0.value, Glob($0.value)) }
    }

    /// - Parameter path: from the source directory, without a leading slash.
    public func selects(_ path: String) -> Bool {
        (include.isEmpty || include.contains { $0.matches(path) }) && !exclude.contains { $0.matches(path) }
    }

    /// The required patterns that no selected file matches.
    public func unmet(by manifest: Manifest) -> [String] {
        required.filter { pattern in !manifest.entries.contains { pattern.glob.matches($0.path) } }.map(\.text)
    }
}

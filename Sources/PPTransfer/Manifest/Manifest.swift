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
    public internal(set) var entries: Entries

    public init(_ entries: some Sequence<Entry>) {
        var packed = Entries()
        for entry in entries { packed.append(entry) }
        self.init(packed)
    }

    init(_ entries: Entries) {
        self.entries = entries
        self.entries.sort()
    }

    public var bytes: Int64 { entries.bytes }
    public var largest: Entry? { entries.largest }
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
    public func selects(_ path: String) -> Bool { selects(path.utf8) }

    /// - Parameter path: as the system has it, whether or not it is UTF-8.
    func selects(_ path: some Collection<UInt8>) -> Bool {
        (include.isEmpty || include.contains { $0.matches(path) }) && !exclude.contains { $0.matches(path) }
    }

    /// The required patterns that no selected file matches.
    public func unmet(by manifest: Manifest) -> [String] {
        required.filter { pattern in !manifest.entries.containsPath { pattern.glob.matches($0) } }.map(\.text)
    }
}

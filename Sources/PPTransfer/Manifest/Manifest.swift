public import Globus

/// What should arrive: every file that the selection takes, with its size.
public struct Manifest: Sendable {
    public struct Entry: Hashable, Sendable {
        /// From the source directory, without a leading slash.
        @Bytewise public var path: String
        /// Bytes.
        public var size: Int64
        /// When the file was last modified; seconds since 1970.
        public var modified: Int64
        /// `nil` where it is not known.
        public var digest: Digest?
        /// Of files that were seen on this machine.
        var stamp = FileStamp.unknown

        public init(path: String, size: Int64, modified: Int64, digest: Digest? = nil) {
            (self.path, self.size, self.modified, self.digest) = (path, size, modified, digest)
        }

        /// As a look at the directory tells it, without its digest.
        var listed: Entry {
            var entry = self
            entry.digest = nil
            return entry
        }

        /// Without what tells the file from others of its size and time.
        var unstamped: Entry { Entry(path: path, size: size, modified: modified, digest: digest) }
    }

    /// Sorted by path, so that the same source always gives the same submission.
    public internal(set) var entries: Entries
    /// `nil` for what was not seen on this machine, or put together from several directories.
    var origin: ManifestOrigin?

    public init(_ entries: some Sequence<Entry>) {
        var packed = Entries()
        for entry in entries { packed.append(entry) }
        self.init(packed)
    }

    init(_ entries: Entries) {
        self.entries = entries
        self.entries.sort()
    }

    /// The same directory, other files of it.
    func with(_ entries: some Sequence<Entry>) -> Manifest {
        var manifest = Manifest(entries)
        manifest.origin = origin
        return manifest
    }

    func filter(_ isMeant: (Entry) -> Bool) -> Manifest { with(entries.lazy.filter(isMeant)) }

    /// Whether `entry` is the file that is listed here under its path.
    func sameness(of entry: Entry) -> Sameness? { entries.entry(at: entry.path).map { Sameness($0, entry) } }

    /// The entry of that path, if it is the same file as far as both know.
    func unchanged(_ entry: Entry) -> Entry? {
        entries.entry(at: entry.path).flatMap { Sameness($0, entry).isUnchanged ? $0 : nil }
    }

    /// The same files, of which it is not known that the bytes that were sent are those that were seen.
    var unstamped: Manifest { Manifest(entries.lazy.map(\.unstamped)) }

    public var bytes: Int64 { entries.bytes }
    public var largest: Entry? { entries.largest }
}

extension Manifest: Hashable {
    /// Where and when it was made makes no difference.
    public static func == (one: Self, other: Self) -> Bool { one.entries == other.entries }

    public func hash(into hasher: inout Hasher) { hasher.combine(entries) }
}

/// Which files go: `include` (empty means all) less `exclude`; each of `required` must match one of them.
public struct FileSelector: Sendable {
    private let include: [Glob]
    private let exclude: [Glob]
    private let required: [(text: String, glob: Glob)]

    public init(_ selection: TaskDescription.Selection) {
        include = selection.include.map { Glob($0.value) }
        exclude = selection.exclude.flatMap { pattern in
            // A bare name may be that of a directory, which then stays behind with all that is in it.
            [Glob(pattern.value)] + (pattern.isBareName ? [Glob("**/\(pattern.value)/**")] : [])
        }
        required = selection.required.map { ($0.value, Glob($0.value)) }
    }

    /// - Parameter path: from the source directory, without a leading slash.
    public func selects(_ path: String) -> Bool { selects(path.utf8) }

    /// - Parameter path: as the system has it, whether or not it is UTF-8.
    func selects(_ path: some BidirectionalCollection<UInt8>) -> Bool {
        !Canary.isName(ofPath: path) && (include.isEmpty || include.contains { $0.matches(path) }) && !exclude.contains { $0.matches(path) }
    }

    /// Whether a link may not be passed over in silence where links are refused: it would be sent as a file, or leads to a directory of
    /// which something would be.
    func minds(link path: some Collection<UInt8>, leadingToDirectory: () -> Bool) -> Bool {
        guard !exclude.contains(where: { $0.matches(path) }) else { return false }
        if include.isEmpty || include.contains(where: { $0.matches(path) }) { return true }
        return include.contains { $0.mayMatch(below: path) } && leadingToDirectory()
    }

    /// How many files each pattern of `include` takes, in their order.
    func counts(in manifest: Manifest) -> [(pattern: String, files: Int)] {
        include.map { glob in
            (glob.description, manifest.entries.indices.count { index in manifest.entries.withPath(index) { glob.matches($0) } })
        }
    }

    /// The patterns of `include` that take no file.
    func idle(in manifest: Manifest) -> [String] {
        include.filter { glob in !manifest.entries.containsPath { glob.matches($0) } }.map(\.description)
    }

    /// The required patterns that no selected file matches.
    public func unmet(by manifest: Manifest) -> [String] {
        required.filter { pattern in !manifest.entries.containsPath { pattern.glob.matches($0) } }.map(\.text)
    }
}

extension Positioned<String> {
    /// Whether a pattern has no wildcard and speaks of no path.
    var isBareName: Bool { !value.utf8.contains { "*?[/".utf8.contains($0) } }
}

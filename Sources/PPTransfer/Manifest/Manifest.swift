package import SystemFiles

/// What should arrive: every file that the selection takes, with its size.
package struct Manifest: Sendable {
    package struct Entry: Hashable, Sendable {
        /// From the source directory, without a leading slash.
        @Bytewise package var path: String
        /// Bytes.
        package var size: Int64
        /// When the file was last modified; seconds since 1970.
        package var modified: Int64
        /// `nil` where it is not known.
        package var digest: Digest?
        /// Of files that were seen on this machine.
        var stamp = FileStamp.unknown

        package init(path: String, size: Int64, modified: Int64, digest: Digest? = nil) {
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
    package internal(set) var entries: Entries
    /// `nil` for what was not seen on this machine, or put together from several directories.
    var origin: ManifestOrigin?

    package init(_ entries: some Sequence<Entry>) {
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

    func with(_ entries: Entries) -> Manifest {
        var manifest = Manifest(entries)
        manifest.origin = origin
        return manifest
    }

    func filter(_ isMeant: (Entry) -> Bool) -> Manifest { with(entries.lazy.filter(isMeant)) }

    /// The entry of that path, if it is the same file as far as both know.
    func unchanged(_ entry: Entry) -> Entry? {
        entries.entry(at: entry.path).flatMap { Sameness($0, entry).isUnchanged ? $0 : nil }
    }

    /// The same files, of which it is not known that the bytes that were sent are those that were seen.
    var unstamped: Manifest { Manifest(entries.lazy.map(\.unstamped)) }

    package var bytes: Int64 { entries.bytes }
    package var largest: Entry? { entries.largest }
}

extension Manifest: Hashable {
    /// Where and when it was made makes no difference.
    package static func == (one: Self, other: Self) -> Bool { one.entries == other.entries }

    package func hash(into hasher: inout Hasher) { hasher.combine(entries) }
}

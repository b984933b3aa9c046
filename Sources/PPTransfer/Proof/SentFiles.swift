import Globus
import SystemFiles

/// What Globus itself says that a task has sent, file by file: a witness besides the destination's listing.
///
/// Files that the sync comparison found equal are not in it, and neither is anything once Globus forgets the task. So its silence about
/// a file proves nothing; what it says of a file does.
struct SentFiles: Sendable {
    /// Bytes of each entry of the manifest, in its order, as it was sent; less than 0 says what else is known.
    private var sizes: [Int64]
    private var digests = PackedDigests()
    /// How many were sent that the manifest does not know.
    private(set) var others = 0

    enum Sent: Hashable, Sendable {
        case unlisted
        /// Older services do not tell the size. The digest is absent if the service has none, or of a kind that cannot be compared.
        case listed(size: Int64?, digest: Digest?)
    }

    private static let unlisted = -2 as Int64
    private static let unsized = -1 as Int64

    /// Pages of the list that are read at most.
    private static let mostPages = 10_000
    /// After so many pages what they tell is kept, so that a list of hours is not begun again after a kill.
    static let pagesAtOnce = 20

    /// A part of the list: its files as the service tells of them, and where it goes on.
    struct Part: Hashable, Sendable {
        var files: Manifest
        var marker: Int64
    }

    /// - Parameters:
    ///   - keepsDigests: whether digests are kept of files that the manifest has none of.
    ///   - part: what an earlier run has read of it.
    ///   - keep: given what was read so far, every so often and where the service fails.
    init(
        of task: TaskID, _ manifest: Manifest, at destination: ResolvedEnd, through service: any TransferService,
        keepsDigests: Bool = false, from part: Part? = nil, keep: (Part) -> Void = { _ in }
    ) async throws(GlobusError) {
        sizes = Array(repeating: Self.unlisted, count: manifest.entries.count)
        let root = destination.path.asDirectory.utf8
        for file in part?.files.entries ?? Manifest.Entries() {
            if let index = manifest.entries.index(ofPath: file.path.utf8) { note(index, size: file.size, file.digest) }
        }
        var marker = part?.marker
        var markers: Set<Int64> = []
        for number in 1...Self.mostPages {
            let page: MarkerPage<SentFile>
            do {
                page = try await service.successfulTransfers(of: task, from: marker)
            } catch {
                if let marker, number > 1 { self.part(of: manifest, upTo: marker).map(keep) }
                throw error
            }
            for file in page.items {
                if let path = file.destinationPath?.utf8, path.starts(with: root),
                    let index = manifest.entries.index(ofPath: path.dropFirst(root.count))
                {
                    // Where no digest is expected, none is compared.
                    note(index, size: file.size, keepsDigests || manifest.entries.digest(index) != nil ? file.digest : nil)
                } else {
                    others += 1
                }
            }
            // A list that leads back to where it was has no more to tell.
            guard let next = page.nextMarker, next != marker, markers.insert(next).inserted else { return }
            marker = next
            if number % Self.pagesAtOnce == 0 { self.part(of: manifest, upTo: next).map(keep) }
        }
    }

    private mutating func note(_ index: Int, size: Int64?, _ digest: Digest?) {
        sizes[index] = size.map { max($0, Self.unsized) } ?? Self.unsized
        digests.set(digest, at: index, of: sizes.count)
    }

    /// What is known of the entry at `index` of the manifest.
    subscript(index: Int) -> Sent {
        guard sizes[index] != Self.unlisted else { return .unlisted }
        return .listed(size: sizes[index] == Self.unsized ? nil : sizes[index], digest: digests[index])
    }

    /// - Returns: `nil` if the list has files that the manifest does not know.
    private func part(of manifest: Manifest, upTo marker: Int64) -> Part? {
        guard others == 0 else { return nil }
        let files = sizes.indices.lazy.filter { sizes[$0] != Self.unlisted }.map { index in
            let entry = manifest.entries[index]
            return Manifest.Entry(path: entry.path, size: sizes[index], modified: entry.modified, digest: digests[index])
        }
        return Part(files: Manifest(files), marker: marker)
    }

    /// What either list has; of both, this one's.
    func merging(_ other: SentFiles) -> SentFiles {
        var merged = self
        for index in sizes.indices where sizes[index] == Self.unlisted && other.sizes[index] != Self.unlisted {
            merged.note(index, size: other.sizes[index], other.digests[index])
        }
        return merged
    }

    /// How many of the manifest were sent.
    var count: Int { sizes.count { $0 != Self.unlisted } }

    /// How many were sent with the size that the manifest has.
    func confirmed(_ manifest: Manifest) -> Int {
        sizes.indices.count { sizes[$0] == manifest.entries.size($0) }
    }

    /// What the service says of an entry's digest.
    func digest(_ index: Int) -> Digest? { digests[index] }

    /// What the service says of an entry's digest; `nil` if nothing that can be compared with `expected`.
    func digest(_ index: Int, comparableWith expected: Digest) -> Digest? {
        guard let digest = digests[index], digest.algorithm == expected.algorithm else { return nil }
        return digest
    }

    /// Files that nobody accounts for: neither sent, nor among those that the sync comparison may have found equal.
    ///
    /// - Parameter before: what an earlier run has proven; it was not part of the task.
    /// - Returns: nothing as long as the list and the task's own counts do not agree with each other: then the list is not whole.
    func unaccounted(_ manifest: Manifest, _ task: TransferTask, before: Manifest?) -> [String] {
        guard others == 0, count == task.filesTransferred else { return [] }
        var known = EntryCursor((before ?? Manifest([])).entries)
        let silent = sizes.indices.filter { index in
            sizes[index] == Self.unlisted && known.sameness(of: index, in: manifest.entries)?.isUnchanged != true
        }
        return silent.count > task.filesSkipped ? silent.map { manifest.entries[$0].path } : []
    }
}

extension SentFile {
    /// MD5 is meant where no algorithm is named.
    fileprivate var digest: Digest? {
        guard let checksum else { return nil }
        return Digest.Algorithm(wireName: checksumAlgorithm ?? "MD5").flatMap { Digest($0, hex: checksum) }
    }
}

import Globus
import SystemFiles

/// What Globus itself says that a task has sent, file by file: a witness besides the destination's listing.
///
/// Files that the sync comparison found equal are not in it, and neither is anything once Globus forgets the task. So its silence about
/// a file proves nothing; what it says of a file does.
struct SentFiles: Sendable {
    /// For each entry of the manifest, in its order: whether it was sent, and how large it was then.
    private(set) var entries: [Sent]
    /// How many were sent that the manifest does not know.
    private(set) var others = 0

    enum Sent: Hashable, Sendable {
        case unlisted
        /// Older services do not tell the size. The digest is absent if the service has none, or of a kind that cannot be compared.
        case listed(size: Int64?, digest: Digest?)
    }

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
    ///   - part: what an earlier run has read of it.
    ///   - keep: given what was read so far, every so often and where the service fails.
    init(
        of task: TaskID, _ manifest: Manifest, at destination: ResolvedEnd, through service: any TransferService, from part: Part? = nil,
        keep: (Part) -> Void = { _ in }
    ) async throws(GlobusError) {
        entries = Array(repeating: .unlisted, count: manifest.entries.count)
        let root = destination.path.asDirectory.utf8
        var indices: [FileName: Int] = [:]
        for (index, entry) in manifest.entries.enumerated() { indices[FileName(entry.path)] = index }
        for file in part?.files.entries ?? Manifest.Entries() {
            if let index = indices[FileName(file.path)] {
                entries[index] = .listed(size: file.size < 0 ? nil : file.size, digest: file.digest)
            }
        }
        var marker = part?.marker
        var markers: Set<Int64> = []
        for number in 1...Self.mostPages {
            let page: MarkerPage<SuccessfulTransfer>
            do {
                page = try await service.successfulTransfers(of: task, from: marker)
            } catch {
                if let marker, number > 1 { self.part(of: manifest, upTo: marker).map(keep) }
                throw error
            }
            for file in page.items {
                if let path = file.destinationPath?.utf8, path.starts(with: root), let index = indices[FileName(path.dropFirst(root.count))]
                {
                    entries[index] = .listed(size: file.size, digest: file.digest)
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

    /// - Returns: `nil` if the list has files that the manifest does not know.
    private func part(of manifest: Manifest, upTo marker: Int64) -> Part? {
        guard others == 0 else { return nil }
        let files = zip(manifest.entries, entries).compactMap { entry, sent -> Manifest.Entry? in
            guard case .listed(let size, let digest) = sent else { return nil }
            return Manifest.Entry(path: entry.path, size: size ?? -1, modified: entry.modified, digest: digest)
        }
        return Part(files: Manifest(files), marker: marker)
    }

    /// What either list has; of both, this one's.
    func merging(_ other: SentFiles) -> SentFiles {
        var merged = self
        for index in entries.indices where entries[index] == .unlisted { merged.entries[index] = other.entries[index] }
        return merged
    }

    /// How many of the manifest were sent.
    var count: Int { entries.count { $0 != .unlisted } }

    /// How many were sent with the size that the manifest has.
    func confirmed(_ manifest: Manifest) -> Int {
        zip(entries, manifest.entries).count { sent, entry in
            if case .listed(entry.size, _) = sent { true } else { false }
        }
    }

    /// What the service says of an entry's digest; `nil` if nothing that can be compared with `expected`.
    func digest(_ index: Int, comparableWith expected: Digest) -> Digest? {
        guard case .listed(_, let digest?) = entries[index], digest.algorithm == expected.algorithm else { return nil }
        return digest
    }

    /// Files that nobody accounts for: neither sent, nor among those that the sync comparison may have found equal.
    ///
    /// - Parameter before: what an earlier run has proven; it was not part of the task.
    /// - Returns: nothing as long as the list and the task's own counts do not agree with each other: then the list is not whole.
    func unaccounted(_ manifest: Manifest, _ task: TaskDocument, before: Manifest?) -> [String] {
        guard others == 0, count == task.filesTransferred else { return [] }
        let silent = zip(entries, manifest.entries).filter { $0 == .unlisted && before?.unchanged($1) == nil }
        return silent.count > task.filesSkipped ? silent.map(\.1.path) : []
    }
}

extension SuccessfulTransfer {
    /// MD5 is meant where no algorithm is named.
    fileprivate var digest: Digest? {
        guard let checksum else { return nil }
        return Digest.Algorithm(wireName: checksumAlgorithm ?? "MD5").flatMap { Digest($0, hex: checksum) }
    }
}

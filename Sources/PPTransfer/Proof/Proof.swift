import Globus
import SystemFiles

/// Proves that what should arrive has arrived: every file of the manifest stands at the destination with its size.
struct Proof: Sendable {
    let service: any TransferService
    let time: any Timekeeper

    struct Finding: Sendable {
        /// Empty is the proof.
        var differences: [Difference] = []
        /// What lies beside the files of the manifest without belonging to it; directories end in a slash.
        var extra: [String] = []
        /// Files of the manifest that are symbolic links there: what they show may be the source itself.
        var links: [String] = []
        /// Files of the manifest that have their size there, but another time, which is given; empty unless times were compared.
        var otherTimes: [Manifest.Entry] = []
    }

    /// - Parameter comparesTimes: whether a file's time is looked at, too, where both sides tell it.
    func finding(of manifest: Manifest, at destination: ResolvedEnd, comparesTimes: Bool = false) async throws(GlobusError) -> Finding {
        let listing = CollectionListing(of: destination.collection, through: service, time: time)
        let expected = Expectation(manifest)
        var finding = Finding()
        for listed in try await listings(listing, expected.prefixes, destination.path) {
            let found = Dictionary((listed.files ?? []).map { (FileName($0.name), $0) }) { first, _ in first }
            let prefix = FileName(listed.prefix)
            for entry in expected.entries[prefix] ?? [] {
                let file = found[FileName(entry.path.utf8.dropFirst(listed.prefix.utf8.count))]
                if file?.isLink == true { finding.links.append(entry.path) }
                switch file {
                case nil:
                    if let shortfall = listed.shortfall { throw shortfall }
                    finding.differences.append(.missing(entry.path))
                case let file? where !file.isFile: finding.differences.append(.notAFile(entry.path))
                case let file? where file.size != entry.size:
                    finding.differences.append(.size(entry.path, expected: entry.size, found: file.size ?? -1))
                case let file?:
                    if comparesTimes, let time = Self.otherTime(of: file, than: entry) {
                        finding.otherTimes.append(Manifest.Entry(path: entry.path, size: entry.size, modified: time))
                    }
                }
            }
            let known = expected.children[prefix] ?? []
            for file in listed.files ?? [] where !known.contains(FileName(file.name)) {
                finding.extra.append(listed.prefix + file.name + (file.isDirectory ? "/" : ""))
            }
        }
        finding.differences.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        finding.extra.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return finding
    }

    /// - Returns: seconds since 1970; `nil` if the times agree, or one side tells none.
    private static func otherTime(of file: FileDocument, than entry: Manifest.Entry) -> Int64? {
        // Of an empty file nothing can be lost.
        guard entry.modified != 0, entry.size > 0, let there = file.lastModified.flatMap({ Timestamp(wire: $0) }) else { return nil }
        return there.secondsSince1970 == entry.modified ? nil : there.secondsSince1970
    }

    /// A directory that seems to be missing is looked for twice: file systems that several machines share may be a moment behind.
    private func listings(_ listing: CollectionListing, _ prefixes: [String], _ root: CollectionPath) async throws(GlobusError)
        -> [CollectionListing.Listed]
    {
        let found = try await listing.listings(of: prefixes, below: root)
        let missing = found.filter { $0.files == nil }.map(\.prefix)
        guard !missing.isEmpty else { return found }
        await time.sleep(for: Self.secondLook)
        return try await found.filter { $0.files != nil } + listing.listings(of: missing, below: root)
    }

    private static let secondLook = Duration.seconds(3)
}

/// A manifest by directories: a directory's name is empty for the top, else it ends in a slash.
private struct Expectation {
    var entries: [FileName: [Manifest.Entry]] = [:]
    /// The names of files and directories that belong there.
    var children: [FileName: Set<FileName>] = [:]

    init(_ manifest: Manifest) {
        for entry in manifest.entries {
            let path = entry.path.utf8
            var end = path.lastIndex(of: UInt8(ascii: "/")).map { path.index(after: $0) } ?? path.startIndex
            let directory = FileName(path[..<end])
            entries[directory, default: []].append(entry)
            children[directory, default: []].insert(FileName(path[end...]))
            // The directories above it, up to one that is known already.
            var inner = directory
            while end > path.startIndex {
                let last = path.index(before: end)
                end = path[..<last].lastIndex(of: UInt8(ascii: "/")).map { path.index(after: $0) } ?? path.startIndex
                let outer = FileName(path[..<end])
                guard children[outer, default: []].insert(FileName(path[end..<last])).inserted, inner != outer else { break }
                inner = outer
            }
        }
    }

    /// The directories that hold a file of the manifest.
    var prefixes: [String] { entries.keys.sorted().map(\.text) }
}

extension Difference {
    var path: String {
        switch self {
        case .missing(let path), .unsent(let path), .extra(let path), .size(let path, _, _), .digest(let path, _, _), .notAFile(let path),
            .contents(let path, _, _, _):
            path
        }
    }
}

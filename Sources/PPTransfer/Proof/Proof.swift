import Globus
import SystemFiles

/// Proves that what should arrive has arrived: every file of the manifest stands at the destination with its size.
struct Proof: Sendable {
    let service: any TransferService
    let time: any Timekeeper

    struct Finding: Sendable {
        /// Empty is the proof.
        var differences: [FileDifference] = []
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
        var comparison = Comparison(manifest.entries, comparesTimes: comparesTimes)
        var missing: [String] = []
        try await listing.forEachListing(of: comparison.prefixes, below: destination.path) { listed in
            if listed.files == nil { missing.append(listed.prefix) } else { comparison.add(listed) }
        }
        if !missing.isEmpty {
            // File systems that several machines share may be a moment behind.
            await time.sleep(for: Self.secondLook)
            try await listing.forEachListing(of: missing.sorted(), below: destination.path) { comparison.add($0) }
        }
        if let shortfall = comparison.shortfall { throw shortfall }
        var finding = comparison.finding
        finding.differences.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        finding.extra.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return finding
    }

    /// A directory that seems to be missing is looked for twice, after so long.
    private static let secondLook = Duration.seconds(3)
}

/// A manifest beside what lies at the destination, directory by directory.
private struct Comparison {
    private let entries: Manifest.Entries
    private let index: FolderIndex
    private let comparesTimes: Bool
    private(set) var finding = Proof.Finding()
    /// A file is missing in a listing that the service itself says is not whole.
    private(set) var shortfall: GlobusError?

    init(_ entries: Manifest.Entries, comparesTimes: Bool) {
        (self.entries, self.comparesTimes) = (entries, comparesTimes)
        index = FolderIndex(entries)
    }

    /// The directories that hold a file of the manifest.
    var prefixes: [String] {
        index.folders.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
    }

    mutating func add(_ listed: CollectionListing.Listed) {
        let folder = Array(listed.prefix.utf8)
        var others: [FileName: DirectoryEntry] = [:]
        for file in listed.files ?? [] where others[FileName(file.name)] == nil { others[FileName(file.name)] = file }
        for number in index.files(in: folder) {
            let name = entries.withPath(number) { FileName($0[folder.count...]) }
            compare(number, with: others.removeValue(forKey: name), listed.shortfall)
        }
        for file in others.values where !NFSName.isName(ofPath: file.name.utf8) && !index.has(folder + file.name.utf8 + [UInt8(ascii: "/")])
        {
            finding.extra.append(listed.prefix + file.name + (file.isDirectory ? "/" : ""))
        }
    }

    private mutating func compare(_ number: Int, with file: DirectoryEntry?, _ shortfall: GlobusError?) {
        guard let file else {
            if let shortfall { self.shortfall = shortfall }
            return finding.differences.append(.missing(entries[number].path))
        }
        if file.isLink { finding.links.append(entries[number].path) }
        if !file.isFile {
            finding.differences.append(.notAFile(entries[number].path))
        } else if file.size != entries.size(number) {
            finding.differences.append(.size(entries[number].path, expected: entries.size(number), found: file.size ?? -1))
        } else if comparesTimes, let time = otherTime(of: file, than: number) {
            finding.otherTimes.append(Manifest.Entry(path: entries[number].path, size: entries.size(number), modified: time))
        }
    }

    /// - Returns: seconds since 1970; `nil` if the times agree, or one side tells none.
    private func otherTime(of file: DirectoryEntry, than number: Int) -> Int64? {
        let modified = entries.modified(number)
        // Of an empty file nothing can be lost.
        guard modified != 0, entries.size(number) > 0, let there = file.modified else { return nil }
        return there.secondsSince1970 == modified ? nil : there.secondsSince1970
    }
}

extension FileDifference {
    var path: String {
        switch self {
        case .missing(let path), .unsent(let path), .extra(let path), .size(let path, _, _), .digest(let path, _, _), .notAFile(let path),
            .contents(let path, _, _, _), .unread(let path):
            path
        }
    }
}

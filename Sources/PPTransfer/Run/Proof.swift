import Globus

/// Proves that what should arrive has arrived: every file of the manifest stands at the destination with its size.
struct Proof: Sendable {
    let service: any TransferService

    /// - Returns: what differs; empty is the proof.
    func differences(of manifest: Manifest, at destination: ResolvedEnd) async throws(GlobusError) -> [Difference] {
        let listing = CollectionListing(of: destination.collection, through: service)
        var byDirectory: [Name: [Manifest.Entry]] = [:]
        for entry in manifest.entries { byDirectory[Name(Self.directory(of: entry.path)), default: []].append(entry) }
        var differences: [Difference] = []
        let prefixes = byDirectory.keys.map(\.text).sorted()
        for listed in try await listing.listings(of: prefixes, below: destination.path) {
            let found = Dictionary((listed.files ?? []).map { (Name($0.name), $0) }) { first, _ in first }
            for entry in byDirectory[Name(listed.prefix)] ?? [] {
                switch found[Name(entry.path.utf8.dropFirst(listed.prefix.utf8.count))] {
                case nil: differences.append(.missing(entry.path))
                case let file? where !file.isFile: differences.append(.notAFile(entry.path))
                case let file? where file.size != entry.size:
                    differences.append(.size(entry.path, expected: entry.size, found: file.size ?? -1))
                default: break
                }
            }
        }
        return differences.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// With its slash; empty for the top.
    private static func directory(of path: String) -> Substring.UTF8View {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "".utf8[...] }
        return path.utf8[...slash]
    }

    /// A name as a file system has it: two spellings of one text (`é` as one character or as two) are the same `String`, but two files.
    private struct Name: Hashable {
        private let bytes: [UInt8]

        init(_ bytes: Substring.UTF8View) { self.bytes = Array(bytes) }
        init(_ text: String) { bytes = Array(text.utf8) }

        var text: String { String(decoding: bytes, as: UTF8.self) }
    }
}

extension Difference {
    var path: String {
        switch self {
        case .missing(let path), .size(let path, _, _), .notAFile(let path): path
        }
    }
}

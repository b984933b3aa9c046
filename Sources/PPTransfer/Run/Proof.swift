import Globus

/// Proves that what should arrive has arrived: every file of the manifest stands at the destination with its size.
struct Proof: Sendable {
    let service: any TransferService

    /// - Returns: what differs; empty is the proof.
    func differences(of manifest: Manifest, at destination: ResolvedEnd) async throws(GlobusError) -> [Difference] {
        let listing = CollectionListing(of: destination.collection, through: service)
        var byDirectory: [Substring: [Manifest.Entry]] = [:]
        for entry in manifest.entries { byDirectory[Self.directory(of: entry.path), default: []].append(entry) }
        var differences: [Difference] = []
        let prefixes = byDirectory.keys.map(String.init).sorted()
        for listed in try await listing.listings(of: prefixes, below: destination.path) {
            let found = Dictionary((listed.files ?? []).map { ($0.name, $0) }) { first, _ in first }
            for entry in byDirectory[Substring(listed.prefix)] ?? [] {
                let name = String(entry.path.dropFirst(listed.prefix.count))
                switch found[name] {
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
    private static func directory(of path: String) -> Substring {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return path[...slash]
    }
}

extension Difference {
    var path: String {
        switch self {
        case .missing(let path), .size(let path, _, _), .notAFile(let path): path
        }
    }
}

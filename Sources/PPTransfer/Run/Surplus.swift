import Globus
import PositionedYAML

/// The files at the destination that the source does not have, which a mirror deletes there.
package struct Surplus: Sendable, Equatable {
    package private(set) var extra = FileTally()
    /// All files at the destination.
    package private(set) var there = 0

    /// Whether a person must have said that so many may go: a source that was emptied, or another one, deletes an archive.
    var isMost: Bool { extra.files > there / 2 }

    /// Lists the whole destination. Symbolic links count as files.
    init(
        besides manifest: Manifest, at destination: ResolvedEnd, through service: any TransferService, time: any Timekeeper
    ) async throws(GlobusError) {
        let listing = CollectionListing(of: destination.collection, through: service, time: time)
        let everything = FileSelector(TaskDescription.Selection())
        guard let scan = try await listing.scan(below: destination.path, selector: everything, links: .skip) else { return }
        // Names that no list can hold may be extra, too.
        let odd = (scan.skippedLinks + scan.problems.map(\.description)).map { Manifest.Entry(path: $0, size: 0, modified: 0) }
        let all = odd.isEmpty ? scan.manifest : Manifest(Array(scan.manifest.entries) + odd)
        there = all.entries.count
        extra = FileTally(all.lacking(in: manifest).entries)
    }

    /// `12 of 300 files at jasmin:/x that the source does not have, 1.2 GB: a.nc, b.nc`
    package func sentence(_ plan: TransferPlan) -> String {
        let names = Quantity.list(extra.paths, of: extra.files, most: 5).joined(separator: ", ")
        return "\(extra.files) of \(Quantity.count(there, "file")) at \(plan.destination.text) that the source does not have, "
            + "\(Quantity.bytes(extra.bytes)): \(names)"
    }
}

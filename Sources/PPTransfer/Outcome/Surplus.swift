import PositionedYAML

/// The files at the destination that the source does not have, which a mirror deletes there.
package struct Surplus: Sendable, Equatable {
    package internal(set) var extra = FileTally()
    /// All files at the destination.
    package internal(set) var there = 0

    /// Whether a person must have said that so many may go: a source that was emptied, or another one, deletes an archive.
    var isMost: Bool { extra.files > there / 2 }

    /// `12 of 300 files at jasmin:/x that the source does not have, 1.2 GB: a.nc, b.nc`
    package func sentence(_ plan: TransferPlan) -> String {
        let names = Quantity.list(extra.paths, of: extra.files, most: 5).joined(separator: ", ")
        return "\(extra.files) of \(Quantity.count(there, "file")) at \(plan.destination.text) that the source does not have, "
            + "\(Quantity.bytes(extra.bytes)): \(names)"
    }
}

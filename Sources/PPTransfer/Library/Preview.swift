import PositionedYAML

/// What a plan would send now: the source was listed, and nothing was submitted.
public struct Preview: Sendable, Hashable, CustomStringConvertible {
    /// The transfer.
    public let id: TransferID
    /// The source, with the collection's id and path.
    public let source: Place
    /// The destination, likewise.
    public let destination: Place
    /// The number of files that the source holds and the plan selects. Files that are proven already count, too.
    public let files: Int
    /// Their bytes.
    public let bytes: Int64
    /// The paths of the first of these files below the source, 1,000 at most.
    public let paths: [String]
    /// The number of files that the selection leaves out; 0 where Globus applies it.
    public let unselected: Int
    /// The issues that do not stop the transfer.
    public let warnings: [Issue]
    /// The preview in one line.
    public let description: String

    init(_ plan: Plan, _ transfer: TransferPlan, _ scan: SourceScan, _ warnings: [Problem]) {
        id = plan.id
        (source, destination) = (Place(transfer.source), Place(transfer.destination))
        (files, bytes) = (scan.manifest.entries.count, scan.manifest.bytes)
        paths = scan.manifest.entries.prefix(1000).map(\.path)
        unselected = scan.unselected.files
        self.warnings = warnings.map { Issue($0) }
        description = "\(plan.id): \(scan.summary(of: transfer)), to \(transfer.destination.text)"
    }
}

extension Place {
    fileprivate init(_ end: ResolvedEnd) { self.init(end.collection, end.path) }
}

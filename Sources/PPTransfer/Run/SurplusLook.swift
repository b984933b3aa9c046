import Globus

extension Surplus {
    /// Lists the whole destination. Symbolic links count as files.
    init(
        besides manifest: Manifest, at destination: ResolvedEnd, through service: any TransferService, time: any Timekeeper
    ) async throws(GlobusError) {
        self.init()
        let listing = CollectionListing(of: destination.collection, through: service, time: time)
        let everything = FileSelector(TaskDescription.Selection())
        guard let scan = try await listing.scan(below: destination.path, selector: everything, links: .skip) else { return }
        // Names that no list can hold may be extra, too.
        let odd = (scan.skippedLinks + scan.problems.map(\.description)).map { Manifest.Entry(path: $0, size: 0, modified: 0) }
        let all = odd.isEmpty ? scan.manifest : Manifest(Array(scan.manifest.entries) + odd)
        there = all.entries.count
        extra = FileTally(all.lacking(in: manifest).entries)
    }
}

extension TransferPlan {
    /// Whether the destination is to be like the source: like a directory, never like a single file.
    func mirrors(_ contents: SubmissionContents) -> Bool {
        description.transfer.deleteExtra && contents != .file && localSource?.isFile != true
    }
}

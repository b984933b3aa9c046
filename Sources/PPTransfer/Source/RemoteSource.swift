import Globus

/// A source that is not mounted on this machine, seen through its collection.
struct RemoteSource: Sendable {
    private let plan: TransferPlan
    private let service: any TransferService
    private let time: any Timekeeper

    init(_ plan: TransferPlan, _ service: any TransferService, _ time: any Timekeeper) {
        (self.plan, self.service, self.time) = (plan, service, time)
    }

    /// Asks the collection what is there: first whether it exists, then every directory below it.
    func scan() async throws(GlobusError) -> (SourceScan, SubmissionContents) {
        let path = plan.source.path
        let found: DirectoryEntry
        do {
            found = try await service.stat(path, on: plan.source.collection)
        } catch let error where error.refusal?.kind == .notFound {
            return (
                problem(.missing(path.description, near: await NearestDirectory(above: path, on: plan.source.collection, service))),
                .directory
            )
        }
        let selector = FileSelector(plan.description.select)
        var scan: SourceScan
        let contents: SubmissionContents
        if found.isFile {
            let entry = Manifest.Entry(path: String(path.name), size: found.size ?? 0, modified: 0)
            (scan, contents) = (SourceScan(manifest: Manifest([entry])), .file)
        } else if found.isDirectory {
            let listing = CollectionListing(of: plan.source.collection, through: service, time: time)
            guard let listed = try await listing.scan(below: path, selector: selector, links: plan.description.symlinks) else {
                return (problem(.missing(path.description)), .directory)
            }
            (scan, contents) = (listed, .directory)
        } else {
            return (problem(.notADirectory(path.description)), .directory)
        }
        if scan.problems.isEmpty { scan.problems = selector.unmet(by: scan.manifest).map { .requiredUnmet(pattern: $0) } }
        return (scan, contents)
    }

    private func problem(_ problem: SourceProblem) -> SourceScan {
        var scan = SourceScan(manifest: Manifest([]))
        scan.problems = [problem]
        return scan
    }
}

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
        // The collection's times are those of its own machine, whose clock is more likely to agree with the service's than ours is.
        let settling = Settling(plan.description.select, now: service.now(time))
        var scan: SourceScan
        let contents: SubmissionContents
        if found.isFile {
            scan = SourceScan(manifest: Manifest([]))
            let entry = Manifest.Entry(path: String(path.name), size: found.size ?? 0, modified: 0)
            if let modified = found.modified, settling?.leaves(modified: modified.secondsSince1970) == true {
                scan.unsettled = Manifest([entry])
            } else {
                scan.manifest = Manifest([entry])
            }
            contents = .file
        } else if found.isDirectory {
            let listing = CollectionListing(of: plan.source.collection, through: service, time: time)
            let listed = try await listing.scan(
                below: path, selector: selector, links: plan.links, settling: settling)
            guard let listed else { return (problem(.missing(path.description)), .directory) }
            // Of a whole directory Globus would send the files too that are still being written.
            (scan, contents) = (listed, isWhole(listed, settling) ? .directory : .files(listed.manifest))
        } else {
            return (problem(.notADirectory(path.description)), .directory)
        }
        scan.findUnmet(selector)
        return (scan, contents)
    }

    /// Whether Globus, walking the directory under the filter rules, would send just what was listed. A mirror is always of a directory.
    private func isWhole(_ scan: SourceScan, _ settling: Settling?) -> Bool {
        guard settling == nil, plan.description.select.list == nil else { return false }
        guard !plan.description.transfer.deleteExtra else { return true }
        return scan.leftovers.files == 0 && !scan.manifest.entries.containsPath { NFSName.isLeftOutByRule($0) }
    }

    private func problem(_ problem: SourceProblem) -> SourceScan {
        var scan = SourceScan(manifest: Manifest([]))
        scan.problems = [problem]
        return scan
    }
}

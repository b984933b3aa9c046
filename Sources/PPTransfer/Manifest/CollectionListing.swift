import Globus

/// Lists directories of a collection, whole: every page of each.
struct CollectionListing: Sendable {
    /// The most that the service gives at once. Its servers read the whole directory for each page, so one page is kindest.
    static let pageSize = 100_000
    /// Directories asked for at the same time.
    static let width = 4
    /// Before each further try of a collection whose own server failed.
    static let pauses: [Duration] = [.seconds(5), .seconds(20), .seconds(60)]

    private let service: any TransferService
    private let collection: CollectionID
    private let time: any Timekeeper

    init(of collection: CollectionID, through service: any TransferService, time: any Timekeeper) {
        (self.collection, self.service, self.time) = (collection, service, time)
    }

    /// A directory's entries; `nil` if it is not there.
    func entries(of directory: CollectionPath) async throws(GlobusError) -> [FileDocument]? {
        var found: [FileDocument] = []
        while true {
            let page: FileList
            do {
                page = try await self.page(of: directory, from: found.count)
            } catch .refused(let refusal) where refusal.kind == .notFound || refusal.kind == .notADirectory {
                return nil
            }
            found += page.files
            guard !page.files.isEmpty, found.count < page.total ?? 0 else { return found }
        }
    }

    private func page(of directory: CollectionPath, from offset: Int) async throws(GlobusError) -> FileList {
        for pause in Self.pauses {
            do {
                return try await service.list(directory, on: collection, offset: offset, limit: Self.pageSize)
            } catch .refused(let refusal) where refusal.mayPass {
                await time.sleep(for: pause)
                if Task.isCancelled { throw .cancelled }
            }
        }
        return try await service.list(directory, on: collection, offset: offset, limit: Self.pageSize)
    }

    /// Everything below `root` that `selector` takes, links by the policy.
    ///
    /// - Returns: `nil` if `root` is not there.
    func scan(
        below root: CollectionPath, selector: FileSelector, links: TaskDescription.LinkPolicy
    ) async throws(GlobusError) -> SourceScan? {
        var scan = SourceScan(manifest: Manifest([]))
        var entries: [Manifest.Entry] = []
        var pending = [""]
        while !pending.isEmpty {
            let batch = Array(pending.suffix(Self.width))
            pending.removeLast(batch.count)
            for listing in try await listings(of: batch, below: root) {
                let prefix = listing.prefix
                guard let listed = listing.files else {
                    if prefix.isEmpty { return nil }
                    scan.problems.append(.vanished(prefix))
                    continue
                }
                scan.directories += 1
                for file in listed {
                    let path = prefix + file.name
                    guard allows(file, path, links, selector, &scan) else { continue }
                    if file.isDirectory {
                        pending.append(path + "/")
                    } else if !selector.selects(path) {
                        scan.unselected += 1
                    } else if file.isFile {
                        let modified = file.lastModified.flatMap { Timestamp(wire: $0) }?.secondsSince1970 ?? 0
                        entries.append(Manifest.Entry(path: path, size: file.size ?? 0, modified: modified))
                    } else {
                        scan.problems.append(.special(path, kind: file.type))
                    }
                }
            }
        }
        scan.manifest = Manifest(entries)
        return scan
    }

    private func allows(
        _ file: FileDocument, _ path: String, _ links: TaskDescription.LinkPolicy, _ selector: FileSelector, _ scan: inout SourceScan
    ) -> Bool {
        guard file.isLink else { return true }
        let target = file.linkTarget ?? ""
        switch links {
        case .skip: scan.skippedLinks.append(path)
        case .fail: if selector.selects(path) { scan.problems.append(.link(path, target: target)) }
        case .follow:
            if file.type == "invalid_symlink" { scan.problems.append(.danglingLink(path, target: target)) } else { return true }
        }
        return false
    }

    /// One directory's entries.
    struct Listed: Sendable {
        /// From the root, empty or ending in a slash.
        var prefix: String
        /// `nil` if it is not there.
        var files: [FileDocument]?
        var error: GlobusError?
    }

    /// The listings of several directories, a few at a time.
    ///
    /// - Parameter prefixes: from `root`, each empty or ending in a slash.
    func listings(of prefixes: [String], below root: CollectionPath) async throws(GlobusError) -> [Listed] {
        let found = await withTaskGroup(of: Listed.self) { group in
            var waiting = prefixes[...]
            for prefix in waiting.prefix(Self.width) { group.addTask { await listing(of: prefix, below: root) } }
            waiting = waiting.dropFirst(Self.width)
            var found: [Listed] = []
            while let listed = await group.next() {
                found.append(listed)
                if listed.error != nil {
                    group.cancelAll()
                    break
                }
                if let prefix = waiting.popFirst() { group.addTask { await listing(of: prefix, below: root) } }
            }
            return found
        }
        if let error = found.lazy.compactMap(\.error).first { throw error }
        return found
    }

    private func listing(of prefix: String, below root: CollectionPath) async -> Listed {
        do throws(GlobusError) {
            return Listed(
                prefix: prefix, files: try await entries(of: root.appending(prefix.hasSuffix("/") ? prefix.dropLast() : prefix[...])))
        } catch {
            return Listed(prefix: prefix, error: error)
        }
    }
}

import Globus
import SystemFiles

/// Lists directories of a collection, whole: every page of each.
struct CollectionListing: Sendable {
    /// Directories asked for at the same time.
    static let width = 4
    /// Before each further try of a collection whose own server failed.
    static let pauses: [Duration] = [.seconds(5), .seconds(20), .seconds(60)]

    /// More than anything that is transferred: beyond, the listing leads in circles.
    struct Bounds: Sendable {
        /// In one directory.
        var entries = DirectoryPages.most
        var directories = 200_000
        var depth = SourceScanner.deepest
        /// Of directories that are reached through links, which the collection follows without saying where they lead.
        var linkedDirectories = 2000
        var linkedDepth = 64
    }

    /// A directory that is to be listed.
    private struct Step {
        /// From the root, empty or ending in a slash.
        var prefix = ""
        var depth = 0
        /// The latest link on the way to it.
        var link: (path: String, target: String)?
        /// The first one.
        var entrance: String?
        /// What the listings of the directories above it show, the root's first; kept where links are followed.
        var above: [Int] = []

        func child(_ name: String, link: (path: String, target: String)?, showing listing: Int?) -> Step {
            Step(
                prefix: prefix + name + "/", depth: depth + 1, link: link ?? self.link, entrance: entrance ?? link?.path,
                above: above + (listing.map { [$0] } ?? []))
        }
    }

    var bounds = Bounds()
    private let service: any TransferService
    private let collection: CollectionID
    private let time: any Timekeeper

    init(of collection: CollectionID, through service: any TransferService, time: any Timekeeper) {
        (self.collection, self.service, self.time) = (collection, service, time)
    }

    /// What is in a directory, and why that may not be all; `nil` if it is not there.
    private func contents(of directory: CollectionPath) async throws(GlobusError) -> (files: [DirectoryEntry], shortfall: GlobusError?)? {
        var pages = DirectoryPages(of: directory, most: bounds.entries) { (offset, limit) throws(GlobusError) in
            try await page(of: directory, from: offset, limit: limit)
        }
        var files: [DirectoryEntry] = []
        do {
            while let entries = try await pages.next() {
                if files.isEmpty { files = entries } else { files += entries }
            }
        } catch let error where [.notFound, .notADirectory].contains(error.refusal?.kind) {
            return nil
        }
        return (files, pages.shortfall)
    }

    private func endless(_ directory: CollectionPath, _ reason: String) -> GlobusError {
        .endless(directory: directory.description, reason: reason)
    }

    private func page(of directory: CollectionPath, from offset: Int, limit: Int) async throws(GlobusError) -> FileList {
        for pause in Self.pauses {
            do {
                return try await service.list(directory, on: collection, offset: offset, limit: limit)
            } catch let error where error.refusal?.mayPass == true {
                await time.sleep(for: pause)
                if Task.isCancelled { throw .cancelled }
            }
        }
        return try await service.list(directory, on: collection, offset: offset, limit: limit)
    }

    /// Everything below `root` that `selector` takes, links by the policy.
    ///
    /// - Returns: `nil` if `root` is not there.
    func scan(
        below root: CollectionPath, selector: FileSelector, links: TaskDescription.LinkPolicy, settling: Settling? = nil
    ) async throws(GlobusError) -> SourceScan? {
        var scan = SourceScan(manifest: Manifest([]))
        var entries: [Manifest.Entry] = []
        var unsettled: [Manifest.Entry] = []
        var pending = [Step()]
        var linked = 0
        var closed: Set<String> = []
        while !pending.isEmpty {
            let batch = Dictionary(pending.suffix(Self.width).map { ($0.prefix, $0) }) { first, _ in first }
            pending.removeLast(min(pending.count, Self.width))
            for listing in try await listings(of: batch.keys.sorted(), below: root) {
                let prefix = listing.prefix
                guard let step = batch[prefix], step.entrance.map({ !closed.contains($0) }) ?? true else { continue }
                if let shortfall = listing.shortfall { throw shortfall }
                guard let listed = listing.files else {
                    if prefix.isEmpty { return nil }
                    scan.problems.append(.vanished(prefix))
                    continue
                }
                scan.directories += 1
                guard scan.directories <= bounds.directories else {
                    throw endless(root, "has more than \(bounds.directories) directories, the last of them \(prefix)")
                }
                let shown = links == .follow && !listed.isEmpty ? Self.fingerprint(of: listed) : nil
                if let link = step.link {
                    // A directory that shows what one above it shows, the way to this one included, is that directory.
                    if let shown, step.above.contains(shown) {
                        scan.problems.append(.linkLoop(link.path, target: link.target))
                        continue
                    }
                    linked += 1
                    guard linked <= bounds.linkedDirectories else {
                        scan.problems.append(.endlessLinks(prefix, limit: bounds.linkedDirectories))
                        pending = []
                        break
                    }
                }
                for file in listed {
                    let path = prefix + file.name
                    if file.name.unicodeScalars.contains(LoneSurrogate.mark) {
                        if file.isDirectory || selector.selects(path) { scan.problems.append(.unsendableName(Self.shown(path))) }
                        continue
                    }
                    guard !file.name.isEmpty else {
                        // It may be anything, also what should be sent.
                        scan.problems.append(.special(prefix + "?", kind: DirectoryEntry.unreadable))
                        continue
                    }
                    guard selector.concerns(path.utf8), allows(file, path, links, selector, root, &scan) else {
                        if selector.listed != nil, file.isFile { scan.leave(path, bytes: file.size ?? 0) }
                        continue
                    }
                    if file.isDirectory, let listed = selector.listed, listed.has(path.utf8) {
                        scan.problems.append(.listedDirectory(path, list: listed.file))
                    } else if file.isDirectory {
                        let next = step.child(file.name, link: file.isLink ? (path, file.linkTarget ?? "") : nil, showing: shown)
                        let depth = next.link == nil ? bounds.depth : min(bounds.depth, bounds.linkedDepth)
                        if step.depth < depth {
                            pending.append(next)
                        } else if let entrance = next.entrance {
                            // It is named once, and nothing more is looked for behind it.
                            if closed.insert(entrance).inserted { scan.problems.append(.endlessLink(entrance, depth: depth)) }
                            pending.removeAll { $0.entrance == entrance }
                        } else {
                            scan.problems.append(.tooDeep(path, limit: depth))
                        }
                    } else if !selector.selects(path) {
                        guard !CanaryName.isName(ofPath: path.utf8) else { continue }
                        scan.leave(path, bytes: file.size ?? 0)
                    } else if file.isFile {
                        let modified = file.modified?.secondsSince1970 ?? 0
                        let entry = Manifest.Entry(path: path, size: file.size ?? 0, modified: modified)
                        if settling?.leaves(modified: modified) == true { unsettled.append(entry) } else { entries.append(entry) }
                    } else {
                        scan.problems.append(.special(path, kind: file.type))
                    }
                }
            }
        }
        (scan.manifest, scan.unsettled) = (Manifest(entries), Manifest(unsettled))
        scan.sortRemarks()
        return scan
    }

    private static func shown(_ path: String) -> String { path.with(LoneSurrogate.mark, as: "\u{FFFD}") }

    private func allows(
        _ file: DirectoryEntry, _ path: String, _ links: TaskDescription.LinkPolicy, _ selector: FileSelector, _ root: CollectionPath,
        _ scan: inout SourceScan
    ) -> Bool {
        guard file.isLink else { return true }
        let target = file.linkTarget ?? ""
        switch links {
        case .skip: scan.skippedLinks.append(path)
        case .fail:
            if selector.minds(link: path.utf8, leadingToDirectory: { file.isDirectory }) {
                scan.problems.append(.link(path, target: target))
            }
        case .follow:
            if file.type == "invalid_symlink" {
                scan.problems.append(.danglingLink(path, target: target))
            } else if file.isDirectory, selector.leavesOut(directory: path.utf8) {
                return false
            } else if file.isDirectory, Self.leadsUpwards(root.appending(path).description, to: target) {
                scan.problems.append(.linkLoop(path, target: target))
            } else {
                return true
            }
        }
        return false
    }

    /// What a listing shows: names, kinds, sizes, times and where links lead, in whatever order.
    private static func fingerprint(of files: [DirectoryEntry]) -> Int {
        files.reduce(files.count) { sum, file in
            var hasher = Hasher()
            hasher.combine(file.name)
            hasher.combine(file.type)
            hasher.combine(file.size)
            hasher.combine(file.modified)
            hasher.combine(file.linkTarget)
            return sum &+ hasher.finalize()
        }
    }

    /// Whether a link leads to a directory that it lies in, as far as its own text tells.
    private static func leadsUpwards(_ link: String, to target: String) -> Bool {
        let folder = link.parts(at: "/").dropLast()
        var place = target.begins(with: "/") ? [] : folder
        for step in target.parts(at: "/") where step != "." {
            if step == ".." { _ = place.popLast() } else { place.append(step) }
        }
        return !target.isEmpty && folder.starts(with: place) { $0.isSameBytes(as: $1) }
    }

    /// One directory's entries.
    struct Listed: Sendable {
        /// From the root, empty or ending in a slash.
        var prefix: String
        /// `nil` if it is not there.
        var files: [DirectoryEntry]?
        var error: GlobusError?
        /// The service gave less than it says that there is: what is not in `files` need not be missing.
        var shortfall: GlobusError?
    }

    /// The listings of several directories, a few at a time.
    ///
    /// - Parameter prefixes: from `root`, each empty or ending in a slash.
    func listings(of prefixes: [String], below root: CollectionPath) async throws(GlobusError) -> [Listed] {
        var found: [Listed] = []
        try await forEachListing(of: prefixes, below: root) { found.append($0) }
        return found
    }

    /// The same, without keeping what `body` has seen. The order is that in which the service answers.
    func forEachListing(
        of prefixes: [String], below root: CollectionPath, _ body: (Listed) -> Void
    ) async throws(GlobusError) {
        let failure: GlobusError? = await withTaskGroup(of: Listed.self) { group in
            var waiting = prefixes[...]
            for prefix in waiting.prefix(Self.width) { group.addTask { await listing(of: prefix, below: root) } }
            waiting = waiting.dropFirst(Self.width)
            while let listed = await group.next() {
                if let error = listed.error {
                    group.cancelAll()
                    return error
                }
                body(listed)
                if let prefix = waiting.popFirst() { group.addTask { await listing(of: prefix, below: root) } }
            }
            return nil
        }
        if let failure { throw failure }
    }

    private func listing(of prefix: String, below root: CollectionPath) async -> Listed {
        do throws(GlobusError) {
            let directory = root.appending(prefix.withoutEndingSlashes)
            guard let contents = try await contents(of: directory) else { return Listed(prefix: prefix) }
            return Listed(prefix: prefix, files: contents.files, shortfall: contents.shortfall)
        } catch {
            return Listed(prefix: prefix, error: error)
        }
    }
}

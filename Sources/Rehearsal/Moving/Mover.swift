import FoundationEssentials
import Globus
import SystemFiles

/// Moves the paths of one transfer, synchronously, during one pass.
struct Mover {
    let work: TransferWork
    let record: TaskRecord
    let storage: any Storage
    /// What failed and is to be tried in a later pass.
    private(set) var failed: [Subtask] = []
    var writing: SafeWriting
    var copier: Copier
    /// Whether something was written for the path that is being moved.
    var hasWritten = false
    /// Events of each code in this pass: the first few stand for the rest.
    private var noted: [String: Int] = [:]
    private static let notedLimit = 10

    init(_ work: TransferWork, _ record: TaskRecord) {
        (self.work, self.record, storage) = (work, record, work.storage)
        writing = SafeWriting(storage: work.storage)
        copier = Copier(rate: work.rate, signal: record.stop)
    }

    func close() { copier.close() }

    /// Moves one path. The entries of a directory are put on `stack`.
    mutating func move(_ subtask: Subtask, _ stack: inout [Subtask]) throws(MoveProblem) {
        hasWritten = false
        guard record.stop.reason == nil else { throw .stopped }
        do {
            try moveOnce(subtask, &stack)
        } catch .fault(let fault) {
            try take(fault, of: subtask)
        }
    }

    /// The path that is being moved, to be tried again.
    func marked(_ subtask: Subtask) -> Subtask {
        var marked = subtask
        marked.isBegun = subtask.isBegun || hasWritten
        return marked
    }

    private mutating func moveOnce(_ subtask: Subtask, _ stack: inout [Subtask]) throws(MoveProblem) {
        let item = work.document.items[subtask.item]
        guard let source = work.source.place(item.sourcePath)?.appending(subtask.relative) else {
            throw .fault(MoveFault(StorageError(number: ENOENT), while: .looking))
        }
        guard let destination = work.destination.place(item.destinationPath)?.appending(subtask.relative) else {
            throw .fault(MoveFault(StorageError(number: EACCES), while: .makingDirectory))
        }
        let kind = try kind(of: subtask, at: source)
        if subtask.relative.isEmpty { try require(kind, item) }
        switch kind {
        case .directory: try moveDirectory(subtask, from: source, to: destination, onto: &stack)
        case .file:
            switch record.script.fate(of: wirePath(subtask, .source), sent: record.bytesTransferred) {
            case nil: try moveFile(subtask, of: item, from: source, to: destination)
            case .omit: record.advance { $0.subtasks.succeeded += 1 }
            case .resend: try moveFile(subtask, of: item, from: source, to: destination, isInVain: true)
            case .skip(let code):
                skip(subtask, code, details: MoveFault(scripted: code).details(path: item.sourcePath, collection: work.source))
            case .fault(let code): throw .fault(MoveFault(scripted: code))
            }
        case .link: try moveLink(from: source, to: destination)
        default:
            throw .fault(
                MoveFault(
                    "NOT_A_FILE", "not a file", while: .looking, serverCode: "INTERNAL_ERROR",
                    reason: "Neither a file nor a directory"))
        }
    }

    /// An item's own links are followed; what recursion met is what it was then.
    private func kind(of subtask: Subtask, at place: Place) throws(MoveProblem) -> FileStatus.Kind {
        if let kind = subtask.kind { return kind }
        do { return try storage.status(place.local, followingLinks: true).kind } catch {
            throw .fault(MoveFault(error, while: .looking))
        }
    }

    /// `recursive` says which kind an item must be. What the service calls a wrong one is inferred; that it is retried, too.
    private func require(_ kind: FileStatus.Kind, _ item: TransferItem) throws(MoveProblem) {
        if kind == .directory, item.recursive == false {
            throw .fault(
                MoveFault(
                    "IS_A_DIRECTORY", "is a directory", while: .looking, serverCode: "INVALID_PATH_TYPE", reason: "Is a directory"))
        }
        if kind != .directory, item.recursive == true {
            throw .fault(
                MoveFault(
                    "NOT_A_DIRECTORY", "not a directory", while: .looking, serverCode: "INVALID_PATH_TYPE",
                    reason: "Not a directory"))
        }
    }

    // MARK: Directories

    private mutating func moveDirectory(
        _ subtask: Subtask, from source: Place, to destination: Place, onto stack: inout [Subtask]
    ) throws(MoveProblem) {
        let entries = try entries(of: source)
        do { try writing.makeDirectories(destination) } catch { throw .fault(MoveFault(error, while: .makingDirectory)) }
        if work.document.deleteDestinationExtra == true {
            try removeExtras(at: destination, keeping: Set(entries.map(\.name)))
        }
        var found: [Subtask] = []
        for entry in entries {
            guard let kind = try kind(of: entry, in: source) else { continue }
            guard work.filter.includes(WireName.text(entry.name), isDirectory: kind == .directory) else { continue }
            switch kind {
            case .file, .directory: found.append(subtask.child(entry.name, kind))
            case .link:
                switch work.document.recursiveSymlinks ?? .ignore {
                case .ignore: break
                case .keep: found.append(subtask.child(entry.name, .link))
                case .copy: if let target = try followed(entry.name, in: source, subtask) { found.append(target) }
                }
            default: break
            }
        }
        record.advance { progress in
            progress.directories += 1
            progress.subtasks.total += found.count
            progress.subtasks.succeeded += 1
        }
        stack += found.reversed()
    }

    /// In the order of their names, so that two runs over the same tree do the same.
    private func entries(of source: Place) throws(MoveProblem) -> [(name: [UInt8], kind: FileStatus.Kind?)] {
        do {
            return try storage.names(in: source.local).sorted { $0.name.lexicographicallyPrecedes($1.name) }
        } catch {
            throw .fault(MoveFault(error, while: .listing))
        }
    }

    /// - Returns: `nil` for an entry that has gone since the directory was read.
    private func kind(of entry: (name: [UInt8], kind: FileStatus.Kind?), in source: Place) throws(MoveProblem) -> FileStatus.Kind? {
        if let kind = entry.kind { return kind }
        do {
            return try storage.status(source.local.appending(entry.name), followingLinks: false).kind
        } catch  where error.isMissing {
            return nil
        } catch {
            throw .fault(MoveFault(error, while: .listing))
        }
    }

    /// What a link leads to, to be copied in its place; `nil` where that is a directory which holds the link, and so would never end.
    private func followed(_ name: [UInt8], in source: Place, _ parent: Subtask) throws(MoveProblem) -> Subtask? {
        let path = source.local.appending(name)
        // A dangling link is taken for a file, which then fails as a missing one.
        guard let status = try? storage.status(path, followingLinks: true) else { return parent.child(name, .file) }
        guard status.kind == .directory else { return status.kind == .file ? parent.child(name, .file) : nil }
        guard !holds(status, source) else { return nil }
        return parent.child(name, .directory)
    }

    /// Whether a directory is one of those that the path goes through.
    private func holds(_ directory: FileStatus, _ place: Place) -> Bool {
        var path = place.local
        while true {
            if let own = try? storage.status(path, followingLinks: true), (own.device, own.inode) == (directory.device, directory.inode) {
                return true
            }
            guard path.parent != path else { return false }
            path = path.parent
        }
    }

    /// Mirror mode: what the source does not have goes. Names that the filter excludes are left alone, they are none of its business.
    private mutating func removeExtras(at destination: Place, keeping names: Set<[UInt8]>) throws(MoveProblem) {
        do {
            for entry in try storage.names(in: destination.local) where !names.contains(entry.name) {
                let path = destination.local.appending(entry.name)
                let isDirectory = try storage.status(path, followingLinks: false).kind == .directory
                guard work.filter.includes(WireName.text(entry.name), isDirectory: isDirectory) else { continue }
                try Removal.remove(path, storage: storage)
            }
        } catch {
            throw .fault(MoveFault(error, while: .deletingExtra))
        }
    }

    // MARK: Links

    private mutating func moveLink(from source: Place, to destination: Place) throws(MoveProblem) {
        let target: [UInt8]
        do { target = try storage.target(ofLink: source.local) } catch { throw .fault(MoveFault(error, while: .readingLink)) }
        do {
            let existing = try? storage.target(ofLink: destination.local)
            if let existing, existing != target { try storage.remove(destination.local, isDirectory: false) }
            if existing != target { try storage.makeLink(destination.local, to: target) }
        } catch {
            throw .fault(MoveFault(error, while: .makingLink))
        }
        record.advance { progress in
            progress.symlinks += 1
            progress.subtasks.succeeded += 1
        }
    }

    // MARK: Faults

    /// Records a fault, and decides whether the path is tried again, skipped, or the end of the task.
    private mutating func take(_ fault: MoveFault, of subtask: Subtask) throws(MoveProblem) {
        let (path, collection) = (wirePath(subtask, fault.side), fault.side == .source ? work.source : work.destination)
        let details = fault.details(path: path, collection: collection)
        if work.document.failOnQuotaErrors == true, fault.side == .destination, ["QUOTA_EXCEEDED", "NO_SPACE_LEFT"].contains(fault.code) {
            throw .fatal(TaskProgress.Fatality(code: fault.code, description: fault.description), details: details)
        }
        noted[fault.code, default: 0] += 1
        record.fault(fault.code, fault.description, details: details, isNoted: noted[fault.code, default: 0] <= Mover.notedLimit)
        guard work.document.skipSourceErrors == true, fault.isSkippable else {
            record.update { $0.subtasks.retrying = max($0.subtasks.retrying, failed.count + 1) }
            failed.append(marked(subtask))
            return
        }
        skip(subtask, fault.code, details: details)
    }

    private func skip(_ subtask: Subtask, _ code: String, details: String) {
        record.advance { [now = record.clock.now] progress in
            progress.subtasks.skipped += 1
            progress.skips.append(
                TaskProgress.Skip(
                    item: subtask.item, relative: WirePath.text(subtask.relative), isDirectory: subtask.kind == .directory, code: code,
                    details: details, time: now))
        }
    }

    private func wirePath(_ subtask: Subtask, _ side: MoveFault.Side) -> String {
        let item = work.document.items[subtask.item]
        return WirePath.joined(side == .source ? item.sourcePath : item.destinationPath, WirePath.text(subtask.relative))
    }
}

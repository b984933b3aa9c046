import SystemFiles

/// What is asked of this machine's disk before Globus Connect Personal writes to it.
package struct LocalDisk: Sendable {
    /// Bytes that may still be written at a path that exists; `nil` if the system does not tell.
    var free: @Sendable (String) -> Int64?
    /// Why this user may not write into a directory; `nil` if nothing speaks against it.
    var obstacle: @Sendable (String) -> String?

    package init(free: @escaping @Sendable (String) -> Int64?, obstacle: @escaping @Sendable (String) -> String?) {
        (self.free, self.obstacle) = (free, obstacle)
    }

    /// The one there is.
    package static let system = LocalDisk(free: { DiskSpace.free(at: $0) }) { path in
        access(path, W_OK | X_OK) == 0 ? nil : SystemReason.current
    }

    /// What is known of the disk of a destination.
    package struct Room: Sendable, Equatable {
        /// The nearest directory above that exists.
        package var directory: String
        package var free: Int64?
    }

    /// The nearest directory above a path that exists, or the path itself.
    ///
    /// - Throws: if it cannot be written, or is no directory.
    package func room(at path: String) throws(LocalDiskProblem) -> Room {
        var existing = path
        while DirectoryState(existing) == .nothing, existing != "/" { existing = existing.directory ?? "/" }
        switch DirectoryState(existing) {
        case .directory: break
        case .somethingElse, .nothing: throw .notADirectory(existing)
        case .unreachable(let reason): throw .unwritable(existing, reason: reason)
        }
        if let reason = obstacle(existing) { throw .unwritable(existing, reason: reason) }
        return Room(directory: existing, free: free(existing))
    }

    /// How many bytes a transfer adds to the disk: what is there already is replaced, not kept beside.
    package static func need(of entries: Manifest.Entries, at destination: LocalDestination) -> Int64 {
        var need: Int64 = 0
        for index in entries.indices {
            var status = stat()
            let path = entries.withPath(index) { destination.path(of: String(decoding: $0, as: UTF8.self)) }
            let there = stat(path, &status) == 0 ? Int64(status.st_size) : 0
            need = need.clampedSum(max(0, entries.size(index) - there))
        }
        return need
    }
}

/// What keeps this machine's Globus Connect Personal from reading or writing what a transfer wants, or a download from being proven here.
package enum LocalDiskProblem: Error, Hashable, Sendable {
    case noSpace(String, free: Int64, needed: Int64)
    case unwritable(String, reason: String)
    case notADirectory(String)
    /// Globus Connect Personal has not been permitted to use this path. `permitted` is what it may use.
    case notPermitted(String, isSource: Bool, permitted: [String], by: ConnectPersonal)
    /// It may only read there.
    case readOnly(String, permitted: [String], by: ConnectPersonal)
    /// Nothing of what the collection lists at the destination is at this path.
    case notShown(String)
    /// Files that arrived and cannot be read here.
    case unread([String], reason: String)

    package var status: ExitStatus {
        switch self {
        case .noSpace: .noSpace
        case .unwritable, .notPermitted, .readOnly: .denied
        case .notADirectory: .path
        case .notShown, .unread: .unverified
        }
    }
}

extension TransferPlan {
    /// What Globus Connect Personal of this machine is not permitted to do for this transfer.
    package var permissionProblem: LocalDiskProblem? { personalAccess.lazy.compactMap(\.problem).first }
}

extension PersonalAccess {
    /// What is not permitted; `nil` if nothing, or if that is not known.
    fileprivate var problem: LocalDiskProblem? {
        guard let path, let permitted, !permitted.lines.isEmpty else { return nil }
        func access(to path: String) -> ConnectPersonalPaths.Access {
            let (written, resolved) = (permitted.access(to: path), permitted.access(to: Mounts.resolved(path)))
            return written.rawValue > resolved.rawValue ? written : resolved
        }
        let lines = permitted.lines.map(\.text)
        return switch access(to: path) {
        case .none: .notPermitted(path, isSource: isSource, permitted: lines, by: personal)
        case .readOnly: isSource ? nil : .readOnly(path, permitted: lines, by: personal)
        case .readWrite: nil
        }
    }
}

extension TransferPlan {
    /// What of this machine's disk stands in the way of receiving these files; `nil` also if the destination is not here. Blocks while it
    /// looks which of them are there.
    package func diskProblem(receiving entries: Manifest.Entries, on disk: LocalDisk) -> LocalDiskProblem? {
        guard let localDestination else { return nil }
        do throws(LocalDiskProblem) {
            let room = try disk.room(at: localDestination.path)
            let needed = LocalDisk.need(of: entries, at: localDestination)
            guard let free = room.free, needed > free else { return nil }
            return .noSpace(localDestination.path, free: free, needed: needed)
        } catch {
            return error
        }
    }
}

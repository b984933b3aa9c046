import Globus
import SystemFiles

/// Finds out whether what is at a source's path on this machine is what the source collection shows there: names, sizes and times of the
/// top directory agree.
///
/// A path that exists on two machines may be two directories. One listing is asked for, a second one where the first has no files or
/// does not agree.
struct MountedSource: Sendable {
    enum Finding {
        case same
        /// The first thing in which the two differ.
        case other(String)
        case unknown(GlobusError)
    }

    private let plan: TransferPlan
    private let service: any TransferService
    private let time: any Timekeeper

    init(_ plan: TransferPlan, _ service: any TransferService, _ time: any Timekeeper) {
        (self.plan, self.service, self.time) = (plan, service, time)
    }

    /// Entries that are compared at most.
    private static let sample = 1000
    /// What was written so lately may still look otherwise through the collection.
    private static let recent = Duration.seconds(120)
    /// Before a second look, for whatever changes meanwhile.
    private static let pause = Duration.seconds(3)

    /// Which directory this is, for the journal; `nil` if it cannot be seen.
    static func identity(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return "\(Mounts.hostName) \(status.st_dev) \(status.st_ino)"
    }

    func finding(at local: LocalSource) async -> Finding {
        do throws(GlobusError) {
            if local.isFile { return file(local.path, try await service.stat(plan.source.path, on: plan.source.collection)) }
            var look = try await look(at: plan.source.path, local.path)
            if look.isTrusted, look.compared == 0, let folder = look.folder {
                let below = try await self.look(at: plan.source.path.appending(folder), local.path + "/" + folder)
                if below.isTrusted { return .same }
                look = below
            }
            if look.isTrusted { return .same }
            await time.sleep(for: Self.pause)
            if Task.isCancelled { throw .cancelled }
            look = try await self.look(at: look.path, look.directory)
            return look.isTrusted ? .same : .other(look.difference ?? "no file has the same size and time in both")
        } catch {
            if case .refused(let refusal) = error.cause, refusal.kind == .notFound || refusal.kind == .notADirectory {
                return .other("\(plan.source.name) has no '\(plan.source.path)'")
            }
            return .unknown(error)
        }
    }

    /// A comparison of one directory.
    private struct Look {
        var path: CollectionPath
        var directory: String
        /// Files seen on either side.
        var compared = 0
        /// Those of the same size and time on both.
        var equal = 0
        /// What differs and was not just written.
        var difference: String?
        /// A directory below it that both have.
        var folder: String?

        var isTrusted: Bool { difference == nil && (compared == 0 || equal > 0) }
    }

    private func look(at path: CollectionPath, _ directory: String) async throws(GlobusError) -> Look {
        let page = try await service.list(path, on: plan.source.collection, offset: 0, limit: Self.sample)
        var look = Look(path: path, directory: directory)
        var names: Set<FileName> = []
        for entry in page.files where Self.isComparable(entry.name) {
            names.insert(FileName(entry.name))
            if entry.isLink { continue }
            compare(entry, with: directory + "/" + entry.name, &look)
        }
        guard page.files.count < Self.sample, page.files.count >= page.total ?? page.files.count else { return look }
        for name in DurableFile.names(in: directory) where !names.contains(FileName(name)) && Self.isComparable(name) {
            var status = stat()
            guard lstat(directory + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            look.compared += 1
            if !isRecent(status) { look.difference = look.difference ?? "\(plan.source.name) does not show '\(name)'" }
        }
        return look
    }

    private func compare(_ entry: DirectoryEntry, with path: String, _ look: inout Look) {
        var status = stat()
        let isThere = lstat(path, &status) == 0
        let kind = status.st_mode & S_IFMT
        if entry.isDirectory {
            if isThere, kind == S_IFDIR {
                look.folder = look.folder ?? entry.name
            } else {
                look.difference = look.difference ?? "'\(entry.name)' is no directory on this machine"
            }
            return
        }
        guard entry.isFile else { return }
        look.compared += 1
        guard isThere, kind == S_IFREG else {
            let modified = entry.modified
            if modified.map({ time.now - $0 < Self.recent }) == true { return }
            look.difference = look.difference ?? "'\(entry.name)' is not on this machine"
            return
        }
        if let difference = Self.difference(entry, status) {
            if !isRecent(status) { look.difference = look.difference ?? difference }
        } else {
            look.equal += 1
        }
    }

    /// A name that is not UTF-8 comes through a collection as something else.
    private static func isComparable(_ name: String) -> Bool {
        !CanaryName.isName(ofPath: name.utf8) && !name.unicodeScalars.contains("\u{FFFD}")
    }

    private func isRecent(_ status: stat) -> Bool {
        time.now - Timestamp(secondsSince1970: Int64(status.st_mtim.tv_sec)) < Self.recent
    }

    private func file(_ path: String, _ entry: DirectoryEntry) -> Finding {
        var status = stat()
        guard stat(path, &status) == 0 else { return .other("'\(path)' is gone") }
        return Self.difference(entry, status).map { .other($0) } ?? .same
    }

    private static func difference(_ entry: DirectoryEntry, _ status: stat) -> String? {
        if let size = entry.size, size != Int64(status.st_size) {
            return "'\(entry.name)' has \(status.st_size) bytes on this machine, \(size) in the collection"
        }
        guard let time = entry.modified else {
            return "the collection reports no modification time of '\(entry.name)'"
        }
        guard time.secondsSince1970 != Int64(status.st_mtim.tv_sec) else { return nil }
        return "'\(entry.name)' was modified at \(Timestamp(secondsSince1970: Int64(status.st_mtim.tv_sec))) on this machine, "
            + "at \(time) in the collection"
    }
}

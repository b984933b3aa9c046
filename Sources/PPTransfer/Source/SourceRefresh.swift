import Synchronization
import SystemFiles

/// Looks once more at the files that a further submission is to send, perhaps hours after the source was listed: Globus would look for one
/// that is gone until its deadline.
struct SourceRefresh: Sendable {
    let source: SourceScan
    /// The directory that the paths start from.
    let root: String
    let links: TaskDescription.LinkPolicy
    /// Files of one submission.
    let most: Int
    let settling: Settling?

    private var rows: Manifest.Entries { source.manifest.entries }

    /// - Parameters:
    ///   - proven: files that need not be sent.
    ///   - wantsDigests: whether those of them are sent whose digest is not proven.
    /// - Returns: the source without those of the next `most` files that are gone, and with the others of these as they are now; `nil` soon
    ///   after the task is cancelled.
    func refreshed(besides proven: Manifest, wantsDigests: Bool) async -> SourceScan? {
        await Workers.abandonable { _ in look(besides: proven.entries, wantsDigests: wantsDigests) }
    }

    private func look(besides proven: Manifest.Entries, wantsDigests: Bool) -> SourceScan {
        var known = EntryCursor(proven)
        var waiting = rows.indices.filter { index in
            guard let place = known.place(of: index, in: rows), Sameness(proven, place, rows, index).isUnchanged else { return true }
            return wantsDigests && proven.digest(place) == nil
        }[...]
        let directory = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return source }
        defer { close(directory) }
        var others: [Int: Manifest.Entry?] = [:]
        var wanted = most
        while wanted > 0, !waiting.isEmpty {
            let found = differences(of: Array(waiting.prefix(wanted)), directory)
            waiting = waiting.dropFirst(wanted)
            // As many others take the place of those that are gone, or are being written to.
            wanted = found.values.count { entry in entry.map { settling?.leaves(modified: $0.modified) == true } ?? true }
            others.merge(found) { $1 }
        }
        guard !others.isEmpty else { return source }
        var refreshed = source
        var entries = Manifest.Entries()
        var unsettled: [Manifest.Entry] = []
        for index in rows.indices {
            switch others[index] {
            case nil: entries.append(index, of: rows)
            case .some(nil): break
            case .some(let entry?):
                if settling?.leaves(modified: entry.modified) == true { unsettled.append(entry) } else { entries.append(entry) }
            }
        }
        refreshed.manifest = source.manifest.with(entries)
        if !unsettled.isEmpty {
            refreshed.unsettled = Manifest(Array(source.unsettled.lacking(in: Manifest(unsettled)).entries) + unsettled)
        }
        return refreshed
    }

    /// Those of the files that are not as they were listed, as they are now; `nil` for one that is gone, or no file any more.
    private func differences(of indices: [Int], _ directory: Int32) -> [Int: Manifest.Entry?] {
        let all = Mutex<[Int: Manifest.Entry?]>([:])
        let width = SourceScanner.defaultWidth
        let share = (indices.count + width - 1) / width
        Workers.perform(width) { number in
            let found = indices.dropFirst(number * share).prefix(share).compactMap { index -> (Int, Manifest.Entry?)? in
                let listed = rows[index]
                var status = stat()
                guard fstatat(directory, listed.path, &status, links == .follow ? 0 : AT_SYMLINK_NOFOLLOW) == 0,
                    status.st_mode & S_IFMT == S_IFREG
                else { return (index, nil) }
                guard Sameness(listed, status) != .same else { return nil }
                var entry = Manifest.Entry(path: listed.path, size: Int64(status.st_size), modified: Int64(status.st_mtim.tv_sec))
                entry.stamp = FileStamp(status)
                return (index, entry)
            }
            all.withLock { $0.merge(found) { $1 } }
        }
        return all.withLock { $0 }
    }
}

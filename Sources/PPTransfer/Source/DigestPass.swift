import Synchronization
import SystemFiles

/// Digests many files, each once, on several threads.
package struct DigestPass: Sendable {
    package let algorithm: Digest.Algorithm
    /// Threads that read.
    package let width: Int

    /// - Parameter width: `nil` for one for each core.
    package init(_ algorithm: Digest.Algorithm, width: Int? = nil) {
        self.algorithm = algorithm
        self.width = max(1, width ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    package struct Progress: Hashable, Sendable {
        /// Read to the end.
        package var files = 0
        /// Read, of files that are not yet at their end as well.
        package var bytes: Int64 = 0

        package init(files: Int = 0, bytes: Int64 = 0) { (self.files, self.bytes) = (files, bytes) }
    }

    private struct State {
        var waiting: FileQueue
        var entries: Manifest.Entries
        var problems: [(index: Int, problem: SourceProblem)] = []
        var done = Progress()

        mutating func note(_ result: FileDigester.Result, _ index: Int) {
            switch result {
            case .digest(let digest): entries.set(digest: digest, at: index)
            case .changed(let path): problems.append((index, .changed(path)))
            case .problem(let problem): problems.append((index, problem))
            case .cancelled: return
            }
            done.files += 1
        }
    }

    /// Reads the files that have no digest.
    ///
    /// - Parameters:
    ///   - root: the directory that the paths start from.
    ///   - observe: told of the progress with every MiB and every file, from several threads.
    ///   - isCancelled: asked as often; what is not read to its end then has no digest.
    /// - Returns: the entries with their digests, and what stood in the way.
    package func digest(
        _ entries: Manifest.Entries, in root: String, followingLinks: Bool = false,
        observe: @Sendable (Progress) -> Void = { _ in }, isCancelled: @Sendable () -> Bool = { false }
    ) -> (entries: Manifest.Entries, problems: [SourceProblem]) {
        let directory = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return (entries, [.missing(root)]) }
        defer { close(directory) }
        let unknown = entries.indices.filter { entries.digest($0) == nil }
        let state = Mutex(State(waiting: FileQueue(unknown, of: entries), entries: entries))
        let (algorithm, width) = (algorithm, max(1, min(width, unknown.count)))
        Workers.perform(width) { worker in
            IOPriority.lowered {
                let digester = FileDigester(directory, followingLinks: followingLinks)
                while !isCancelled(), let index = state.withLock({ $0.waiting.next(largest: worker == 0 && width > 1) }) {
                    let result = digester.digest(entries[index], by: algorithm) { count in
                        observe(
                            state.withLock { state in
                                state.done.bytes += count
                                return state.done
                            })
                        return !isCancelled()
                    }
                    observe(
                        state.withLock { state in
                            state.note(result, index)
                            return state.done
                        })
                }
            }
        }
        return state.withLock { state in
            (state.entries, state.problems.sorted { $0.index < $1.index }.map(\.problem))
        }
    }

    /// The same, without holding up a thread of the concurrency pool; ends soon after the task is cancelled.
    func digest(
        _ entries: Manifest.Entries, in root: String, followingLinks: Bool, observe: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async -> (entries: Manifest.Entries, problems: [SourceProblem]) {
        let found = await Workers.abandonable { isCancelled in
            digest(entries, in: root, followingLinks: followingLinks, observe: observe, isCancelled: isCancelled)
        }
        return found ?? (entries, [])
    }
}

import Synchronization
import SystemFiles

/// Reads what arrived on this machine: each file once, on several threads.
struct ArrivalPass: Sendable {
    /// Reads each file, whatever it should hold.
    ///
    /// - Parameters:
    ///   - root: the directory that the paths start from.
    ///   - algorithms: of the entry at an index, what is to be made of its file; none only looks whether it is there, and of which size.
    ///   - observe: told of the progress with every MiB and every file that is read, from several threads.
    ///   - isCancelled: asked as often.
    /// - Returns: one reading for each entry.
    func read(
        _ entries: Manifest.Entries, in root: String, by algorithms: @Sendable (Int) -> [Digest.Algorithm],
        observe: @Sendable (DigestPass.Progress) -> Void, isCancelled: @Sendable () -> Bool
    ) -> [FileDigester.Reading] {
        let directory = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return Array(repeating: .missing, count: entries.count) }
        defer { close(directory) }
        let state = Mutex(State(entries))
        let width = max(1, min(DigestPass(.sha256).width, entries.count))
        Workers.perform(width) { worker in
            IOPriority.lowered {
                let digester = FileDigester(directory, followingLinks: true)
                while !isCancelled(), let index = state.withLock({ $0.waiting.next(largest: worker == 0 && width > 1) }) {
                    let wanted = algorithms(index)
                    let reading = digester.reading(of: entries[index].path, by: wanted) { count in
                        observe(state.withLock { $0.count(bytes: count) })
                        return !isCancelled()
                    }
                    let done = state.withLock { $0.note(reading, index, isRead: !wanted.isEmpty) }
                    if !wanted.isEmpty { observe(done) }
                }
            }
        }
        return state.withLock { $0.readings }
    }

    private struct State {
        var waiting: FileQueue
        var readings: [FileDigester.Reading]
        private var done = DigestPass.Progress()

        init(_ entries: Manifest.Entries) {
            waiting = FileQueue(Array(entries.indices), of: entries)
            readings = Array(repeating: .cancelled, count: entries.count)
        }

        mutating func count(bytes: Int64) -> DigestPass.Progress {
            done.bytes += bytes
            return done
        }

        mutating func note(_ reading: FileDigester.Reading, _ index: Int, isRead: Bool) -> DigestPass.Progress {
            readings[index] = reading
            if isRead { done.files += 1 }
            return done
        }
    }
}

/// Files that wait to be read.
///
/// Small files are not held back by large ones: one thread takes the largest that is left, the others the smallest. A single thread takes
/// the smallest.
struct FileQueue {
    /// Indices of entries, the smallest first.
    private var waiting: ArraySlice<Int>

    init(_ indices: [Int], of entries: Manifest.Entries) { waiting = indices.sorted { entries.size($0) < entries.size($1) }[...] }

    mutating func next(largest: Bool) -> Int? { largest ? waiting.popLast() : waiting.popFirst() }
}

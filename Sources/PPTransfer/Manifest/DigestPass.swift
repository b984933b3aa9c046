import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Digests many files, each once, on several threads.
///
/// Small files are not held back by large ones: one thread takes the largest that is left, the others the smallest.
public struct DigestPass: Sendable {
    public let algorithm: Digest.Algorithm
    /// Threads that read.
    public let width: Int

    /// - Parameter width: `nil` for one for each core.
    public init(_ algorithm: Digest.Algorithm, width: Int? = nil) {
        self.algorithm = algorithm
        self.width = max(1, width ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    public struct Progress: Sendable {
        public var files: Int
        public var bytes: Int64
    }

    private struct Queue {
        /// Indices of entries, the smallest first.
        var waiting: ArraySlice<Int>
        var done = Progress(files: 0, bytes: 0)

        mutating func next(largest: Bool) -> Int? { largest ? waiting.popLast() : waiting.popFirst() }
    }

    /// - Parameters:
    ///   - root: the directory that the paths start from.
    ///   - observe: told of the progress after each file, from several threads.
    ///   - isCancelled: asked before each file; what is left then has no digest.
    /// - Returns: the entries with their digests, and what stood in the way.
    public func digest(
        _ entries: [Manifest.Entry], in root: String, followingLinks: Bool = false,
        observe: @Sendable (Progress) -> Void = { _ in }, isCancelled: @Sendable () -> Bool = { false }
    ) -> (entries: [Manifest.Entry], problems: [SourceProblem]) {
        let directory = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return (entries, [.missing(root)]) }
        defer { close(directory) }
        let queue = Mutex(Queue(waiting: entries.indices.sorted { entries[$0].size < entries[$1].size }[...]))
        let results = Mutex<[Int: FileDigester.Result]>([:])
        let algorithm = algorithm
        DispatchQueue.concurrentPerform(iterations: min(width, max(1, entries.count))) { worker in
            let digester = FileDigester(algorithm)
            while !isCancelled(), let index = queue.withLock({ $0.next(largest: worker == 0) }) {
                let result = digester.digest(entries[index], in: directory, followingLinks: followingLinks)
                results.withLock { $0[index] = result }
                let done = queue.withLock { queue in
                    queue.done.files += 1
                    queue.done.bytes += entries[index].size
                    return queue.done
                }
                observe(done)
            }
        }
        var digested = entries
        var problems: [SourceProblem] = []
        for (index, result) in results.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            switch result {
            case .digest(let digest): digested[index].digest = digest
            case .changed(let path): problems.append(.changed(path))
            case .problem(let problem): problems.append(problem)
            }
        }
        return (digested, problems)
    }

    /// The same, without holding up a thread of the concurrency pool; ends soon after the task is cancelled.
    func digest(_ entries: [Manifest.Entry], in root: String, followingLinks: Bool) async -> (
        entries: [Manifest.Entry], problems: [SourceProblem]
    ) {
        let isCancelled = CancellationFlag()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(
                        returning: digest(entries, in: root, followingLinks: followingLinks, isCancelled: { isCancelled.isRaised }))
                }
            }
        } onCancel: {
            isCancelled.raise()
        }
    }
}

private final class CancellationFlag: Sendable {
    private let state = Mutex(false)

    var isRaised: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}

import Dispatch
import Synchronization
import SystemFiles

/// An open directory; closed with the last who holds it.
final class OpenDirectory: Sendable {
    /// How many of a scan are open.
    final class Count: Sendable {
        private let value = Atomic(0)

        var now: Int { value.load(ordering: .relaxed) }
        fileprivate func change(by difference: Int) { value.add(difference, ordering: .relaxed) }
    }

    let descriptor: Int32
    private let count: Count

    init(_ descriptor: Int32, among count: Count) {
        (self.descriptor, self.count) = (descriptor, count)
        count.change(by: 1)
    }

    deinit {
        close(descriptor)
        count.change(by: -1)
    }
}

/// One scan: what is still to be looked at, and the threads that do so.
///
/// The latest directory found is read first, so that few are open at a time. However deep and wide the tree is, no more than `mostOpen`
/// stay open for those below them; below the others directories are opened from the source again.
final class SourceWalk: Sendable {
    /// What one thread does at a time.
    enum Step {
        /// - Parameter parent: absent if it is not open any more.
        case read(SourceFolder, parent: OpenDirectory?)
        /// Part of a large directory.
        case look(SourceFolder, OpenDirectory, SourceLook.Names)
    }

    private struct State {
        var waiting: [Step] = []
        /// Those at work included.
        var unfinished = 0
        var result = SourceScan(manifest: Manifest([]))
        var unsettled = Manifest.Entries()
        var files = 0
        var pathBytes = 0
    }

    private static let mostOpen = 32

    let root: String
    let source: OpenDirectory
    private let origin: ManifestOrigin
    private let top: SourceFolder
    let selector: FileSelector
    let links: TaskDescription.LinkPolicy
    let settling: Settling?
    /// What is done with what this user may not read; `nil` does not ask for each file.
    let unreadable: TaskDescription.UnreadablePolicy?
    let user = geteuid()
    private let state = Mutex(State())
    let open = OpenDirectory.Count()
    /// Counts the steps that wait; in the end as many as there are threads, for nothing.
    private let turns = DispatchSemaphore(value: 0)

    /// - Parameter source: a descriptor, which is closed with the walk.
    init(
        of source: Int32, _ status: stat, called root: String, _ selector: FileSelector, _ links: TaskDescription.LinkPolicy,
        _ settling: Settling?, _ unreadable: TaskDescription.UnreadablePolicy?
    ) {
        self.unreadable = unreadable
        self.source = OpenDirectory(source, among: open)
        origin = ManifestOrigin(status)
        top = SourceFolder(below: nil, path: [], FileIdentity(status))
        (self.root, self.selector, self.links, self.settling) = (root, selector, links, settling)
    }

    /// Whether a directory stays open for those below it.
    var mayStayOpen: Bool { open.now <= Self.mostOpen }

    func scan(_ width: Int) -> SourceScan {
        var first = SourceLook(in: self)
        first.read(top, from: source)
        first.finish()
        if state.withLock({ $0.unfinished }) > 0 { Workers.perform(width) { _ in work(among: width) } }
        return state.withLock { state in
            var entries = Manifest.Entries()
            entries.reserve(state.files, pathBytes: state.pathBytes, stamps: true)
            top.empty(into: &entries)
            state.result.manifest = Manifest(entries)
            state.result.manifest.origin = origin
            state.result.unsettled = Manifest(state.unsettled)
            return state.result
        }
    }

    private func work(among width: Int) {
        var look = SourceLook(in: self)
        while true {
            turns.wait()
            guard let step = state.withLock({ $0.waiting.popLast() }) else { break }
            look.take(step)
            let isLast = state.withLock { state in
                state.unfinished -= 1
                return state.unfinished == 0
            }
            if isLast { for _ in 0..<width { turns.signal() } }
        }
        look.finish()
    }

    func push(_ steps: [Step]) {
        state.withLock { state in
            state.waiting += steps
            state.unfinished += steps.count
        }
        for _ in steps { turns.signal() }
    }

    /// What one thread has found beside files and directories.
    func add(_ part: SourceScan, unsettled: Manifest.Entries, files: Int, pathBytes: Int) {
        state.withLock { state in
            for index in unsettled.indices { state.unsettled.append(index, of: unsettled) }
            state.result.directories += part.directories
            state.result.unselected.add(part.unselected)
            state.result.leftovers.add(part.leftovers)
            state.result.unreadable += part.unreadable
            state.result.skippedLinks += part.skippedLinks
            state.result.problems += part.problems
            state.files += files
            state.pathBytes += pathBytes
        }
    }
}

import FoundationEssentials
import Synchronization
import SystemFiles

/// Keeps two processes from working on one cycle, without flock, which network file systems lack: a file that only one can create.
///
/// The holder renews the file's beat, in the file that it made itself and nowhere else. A holder of this machine that no longer lives is
/// replaced at once; one of another machine only after its beat has stood still for the whole lease, watched by our own clock, so that no
/// two clocks need agree. A holder that was taken for dead finds out before it writes or sends anything (`check`), and never gets the lock
/// back: somebody else may have worked meanwhile.
final class CycleLock: Sendable {
    static let lease = Duration.seconds(180)
    private static let renewal = Duration.seconds(30)

    /// Makes a second name of a file, as `link` does.
    typealias Link = @Sendable (_ file: String, _ name: String) -> Int32

    /// What is to be seen of a lock.
    enum Look: Hashable, Sendable {
        case free
        case held(LockHolder)
        /// Something is there, and who holds it cannot be learnt: neither free nor to be deleted.
        case unreadable(reason: String)

        var holder: LockHolder? { if case .held(let holder) = self { holder } else { nil } }
    }

    private struct State {
        var holder: LockHolder
        /// Of the file that this hold made, whatever its name is by now.
        var descriptor: Int32
        /// What stands in that file.
        var text: [UInt8]
        var isReleased = false
        var loss: JournalProblem?
    }

    /// Whether the lock of a process that died was taken over: it may have left parts of files.
    let hasReplaced: Bool
    /// Of this hold, for the names of files that only it writes.
    let token: String
    private let path: String
    private let state: Mutex<State>
    private let renewing = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - patience: how long to watch the beat of a holder on another machine.
    ///   - link: in the place of the system's.
    init(
        path: String, patience: Duration = CycleLock.lease, watch: Duration = .seconds(5), link: Link = CycleLock.systemLink
    ) async throws(JournalProblem) {
        self.path = path
        let own = LockHolder.current()
        token = own.shortToken
        var seen: LockHolder?
        var watched = Duration.zero
        var hasReplaced = false
        var (misses, riddles) = (0, 0)
        while true {
            if let descriptor = try Self.create(path, own, link) {
                state = Mutex(State(holder: own, descriptor: descriptor, text: Self.text(of: own)))
                break
            }
            let look = Self.look(path)
            switch look {
            case .free:
                // It went just now. If it never comes to sight, the file system contradicts itself.
                misses += 1
                if misses > 100 { throw .lockUnreadable(path: path, reason: "it is listed, but cannot be found") }
                try? await Task.sleep(for: .milliseconds(5))
                if Task.isCancelled { throw .waitEnded(path: path) }
            case .unreadable(let reason):
                // It may be in the middle of a renewal.
                riddles += 1
                if riddles > 5 || Task.isCancelled { throw .lockUnreadable(path: path, reason: reason) }
                try? await Task.sleep(for: min(watch, .milliseconds(200)))
            case .held(let other):
                riddles = 0
                if other.isKnownDead || (seen == other && watched >= patience) {
                    Self.remove(at: path) { $0 == other }
                    hasReplaced = true
                    continue
                }
                // A holder of this machine lives; one elsewhere is believed as soon as its beat moves.
                if other.isOfThisSystem || (seen != nil && seen != other) { throw .held(by: other) }
                seen = other
                try? await Task.sleep(for: watch)
                if Task.isCancelled { throw .held(by: other) }
                watched += watch
            }
        }
        self.hasReplaced = hasReplaced
        if hasReplaced { Self.sweep(path) }
        renewing.withLock { task in
            task = Task { [weak self] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.renewal)
                    self?.renew()
                }
            }
        }
    }

    deinit { release() }

    /// - Throws: `.held` if another has taken the lock because it took us for dead, `.lockLost` if it is gone. From then on always.
    func check() throws(JournalProblem) {
        try state.withLock { (state) throws(JournalProblem) in try check(&state) }
    }

    private func check(_ state: inout State) throws(JournalProblem) {
        if let loss = state.loss { throw loss }
        if state.isReleased { throw .lockLost(path: path) }
        var last: JournalProblem = .lockLost(path: path)
        // Somebody who took it away by mistake gives it back at once.
        for attempt in 0..<6 {
            if attempt > 0 { usleep(20_000) }
            switch Self.look(path, knownAs: state.holder, state.text) {
            case .held(let present) where present.token == state.holder.token: return
            case .held(let present):
                state.loss = .held(by: present)
                throw .held(by: present)
            case .free: last = .lockLost(path: path)
            case .unreadable(let reason): last = .lockUnreadable(path: path, reason: reason)
            }
        }
        state.loss = last
        throw last
    }

    func release() {
        renewing.withLock { task in
            task?.cancel()
            task = nil
        }
        state.withLock { state in
            guard !state.isReleased else { return }
            state.isReleased = true
            let token = state.holder.token
            if Self.look(path).holder?.token == token { Self.remove(at: path) { $0.token == token } }
            close(state.descriptor)
        }
    }

    /// Writes into the file that this hold made. If another's stands in its place by now, nobody sees it.
    func renew() {
        state.withLock { state in
            guard !state.isReleased, state.loss == nil else { return }
            state.holder.beat &+= 1
            state.text = Self.text(of: state.holder)
            let count = state.text.withUnsafeBytes { pwrite(state.descriptor, $0.baseAddress, $0.count, 0) }
            if count == state.text.count { fsync(state.descriptor) }
        }
    }

    // MARK: the file

    /// Always of the same length, so that one write replaces the one before it.
    private static func text(of holder: LockHolder) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = Array((try? encoder.encode(holder)) ?? Data())
        text += Array(repeating: UInt8(ascii: " "), count: max(0, length - 1 - text.count))
        return text + [UInt8(ascii: "\n")]
    }

    private static let length = 1024

    static let systemLink: Link = { link($0, $1) }

    /// The file appears whole, by a link, which fails if there is one.
    ///
    /// - Returns: the file, open, if the lock is ours now.
    private static func create(_ path: String, _ holder: LockHolder, _ link: Link) throws(JournalProblem) -> Int32? {
        let own = path + "." + holder.shortToken
        unlink(own)
        let descriptor = open(own, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw JournalFile.failure(path) }
        defer { unlink(own) }
        guard SystemFile.write(text(of: holder), to: descriptor), fsync(descriptor) == 0 else {
            let problem = JournalFile.failure(path)
            close(descriptor)
            throw problem
        }
        let result = link(own, path)
        let (code, problem) = (errno, JournalFile.failure(path))
        // Over NFS an answer may be lost, and its repetition then finds the link that was made.
        if result == 0 || hasTwoNames(descriptor) { return descriptor }
        if look(path).holder?.token == holder.token { return descriptor }
        close(descriptor)
        guard code == EEXIST else { throw problem }
        return nil
    }

    private static func hasTwoNames(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_nlink == 2
    }

    /// Never waits, whatever lies there.
    ///
    /// - Parameters:
    ///   - own: a holder whose text is known, as it is before and after each file that is written: it need not be read again.
    ///   - text: of `own`.
    static func look(_ path: String, knownAs own: LockHolder? = nil, _ text: [UInt8] = []) -> Look {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            let (code, reason) = (errno, SystemReason.words())
            var status = stat()
            if code == ENOENT, lstat(path, &status) != 0, errno == ENOENT { return .free }
            return .unreadable(reason: code == ELOOP ? "it is a symbolic link" : reason)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return .unreadable(reason: "it is not an ordinary file")
        }
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        var count = 0
        repeat { count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) } } while count < 0 && errno == EINTR
        guard count >= 0 else { return .unreadable(reason: SystemReason.words()) }
        if let own, bytes.prefix(count).elementsEqual(text) { return .held(own) }
        guard let holder = try? JSONDecoder().decode(LockHolder.self, from: Data(bytes.prefix(count))), holder.isSound else {
            return .unreadable(reason: count == 0 ? "it is empty" : "its contents cannot be read")
        }
        return .held(holder)
    }

    /// Removes what dead processes have left that were taking the lock or taking it away. What a living one has beside it is its own.
    private static func sweep(_ path: String) {
        guard let slash = path.lastPlace(of: "/") else { return }
        let (directory, base) = (String(path[..<slash]), path[path.index(after: slash)...] + ".")
        for name in DurableFile.names(in: directory) where name.begins(with: base) {
            if let holder = look(directory + "/" + name).holder, holder.isKnownDead { unlink(directory + "/" + name) }
        }
    }

    /// Takes a lock away. If it was somebody else's by then, it is given back.
    private static func remove(at path: String, if isMeant: (LockHolder) -> Bool) {
        let aside = path + ".dead." + LockHolder.current().shortToken
        guard rename(path, aside) == 0 else { return }
        let isRight = look(aside).holder.map(isMeant) ?? false
        if !isRight { link(aside, path) }
        unlink(aside)
    }
}

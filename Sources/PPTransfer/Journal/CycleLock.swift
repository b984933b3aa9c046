import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Who holds a lock: enough to tell, on the same machine, whether it still lives.
public struct LockHolder: Codable, Hashable, Sendable, CustomStringConvertible {
    public var host: String
    /// Of the machine's run and of the process-number space; a number means something only where both are the same.
    public var boot: String
    public var process: Int32
    /// When the process began, in the kernel's ticks: numbers are given out again.
    public var began: String
    /// Different for every hold.
    public var token: String
    /// Goes up while the holder lives.
    public var beat: Int

    public var description: String { "process \(process) on \(host)" }

    static func current() -> LockHolder {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        return LockHolder(
            host: host, boot: place(), process: getpid(), began: start(of: getpid()) ?? "", token: UUID().uuidString, beat: 0)
    }

    /// Whether it can be told, here, that the holder is dead.
    var isKnownDead: Bool {
        guard boot == Self.place(), host == Self.current().host else { return false }
        return kill(process, 0) != 0 && errno == ESRCH || Self.start(of: process) != began
    }

    private static func place() -> String {
        let boot = (try? DurableFile.read("/proc/sys/kernel/random/boot_id")) ?? Data()
        var space = [CChar](repeating: 0, count: 64)
        let count = readlink("/proc/self/ns/pid", &space, space.count - 1)
        let spaceText = String(decoding: space.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(decoding: boot, as: UTF8.self).filter { !$0.isWhitespace } + " " + spaceText
    }

    /// Field 22 of `/proc/<pid>/stat`; the second field may hold anything, in parentheses.
    private static func start(of process: Int32) -> String? {
        guard let data = try? DurableFile.read("/proc/\(process)/stat") else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? String(fields[19]) : nil
    }
}

/// Keeps two processes from working on one cycle, without flock, which network file systems lack: a file that only one can create.
///
/// The holder renews the file's beat. A holder of this machine that no longer lives is replaced at once; one of another machine only
/// after its beat has stood still for the whole lease, watched by our own clock, so that no two clocks need agree. A holder that was
/// taken for dead finds out before it writes or sends anything (`check`).
final class CycleLock: Sendable {
    static let lease = Duration.seconds(180)
    private static let renewal = Duration.seconds(30)

    private let path: String
    private let holder: Mutex<LockHolder>
    private let renewing = Mutex<Task<Void, Never>?>(nil)

    /// - Parameter patience: how long to watch the beat of a holder on another machine.
    init(path: String, patience: Duration = CycleLock.lease, watch: Duration = .seconds(5)) async throws(JournalProblem) {
        self.path = path
        holder = Mutex(LockHolder.current())
        var seen: LockHolder?
        var watched = Duration.zero
        while true {
            if try Self.create(path, holder.withLock { $0 }) { break }
            guard let other = Self.holder(of: path) else { continue }
            if other.isKnownDead || (seen == other && watched >= patience) {
                Self.remove(other, at: path)
                continue
            }
            // A holder of this machine lives; one elsewhere is believed as soon as its beat moves.
            if other.boot == holder.withLock({ $0.boot }) || (seen != nil && seen != other) { throw .held(by: other) }
            seen = other
            try? await Task.sleep(for: watch)
            if Task.isCancelled { throw .held(by: other) }
            watched += watch
        }
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

    /// - Throws: `.held` if another has taken the lock because it took us for dead.
    func check() throws(JournalProblem) {
        let own = holder.withLock { $0 }
        guard let present = Self.holder(of: path) else {
            // Somebody removed it by mistake and noticed, or by hand: take it again.
            guard try Self.create(path, own) else { throw .held(by: Self.holder(of: path) ?? own) }
            return
        }
        guard present.token == own.token else { throw .held(by: present) }
    }

    func release() {
        renewing.withLock { task in
            task?.cancel()
            task = nil
        }
        let own = holder.withLock { $0 }
        if Self.holder(of: path)?.token == own.token { unlink(path) }
    }

    private func renew() {
        guard !Task.isCancelled, (try? check()) != nil else { return }
        let next = holder.withLock { holder in
            holder.beat += 1
            return holder
        }
        try? DurableFile.write(Self.text(of: next), to: path)
    }

    private static func text(of holder: LockHolder) -> Data { (try? JSONEncoder().encode(holder)) ?? Data() }

    /// - Returns: whether the lock is ours now. The file appears whole, by a link, which fails if there is one.
    private static func create(_ path: String, _ holder: LockHolder) throws(JournalProblem) -> Bool {
        let own = path + "." + holder.token
        try DurableFile.write(text(of: holder), to: own)
        defer { unlink(own) }
        if link(own, path) == 0 { return true }
        guard errno == EEXIST else { throw DurableFile.failure(path) }
        return false
    }

    /// `nil` if there is no lock, or none that makes sense.
    private static func holder(of path: String) -> LockHolder? {
        guard let data = try? DurableFile.read(path) else { return nil }
        if let holder = try? JSONDecoder().decode(LockHolder.self, from: data) { return holder }
        unlink(path)
        return nil
    }

    /// Takes a dead holder's lock away. If it was somebody else's by then, it is given back.
    private static func remove(_ dead: LockHolder, at path: String) {
        let aside = path + ".dead." + UUID().uuidString
        guard rename(path, aside) == 0 else { return }
        if let data = try? DurableFile.read(aside), let found = try? JSONDecoder().decode(LockHolder.self, from: data),
            found.token != dead.token
        {
            link(aside, path)
        }
        unlink(aside)
    }
}

import FoundationEssentials
import SystemFiles

/// Who holds a lock: enough to find out, on the same machine, whether the process is still there.
package struct LockHolder: Codable, Hashable, Sendable, CustomStringConvertible {
    package var host: String
    /// Of the machine's run and of the process-number space; a number means something only where both are the same.
    package var boot: String
    package var process: Int32
    /// When the process began, in the kernel's ticks: numbers are given out again.
    package var began: String
    /// Different for every hold.
    package var token: String
    /// Goes up while the holder lives.
    package var beat: Int

    package var description: String { "process \(process) on \(host)" }

    static func current() -> LockHolder {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        return LockHolder(
            host: host, boot: place(), process: getpid(), began: ProcessState(of: getpid())?.began ?? "", token: UUID().uuidString,
            beat: 0)
    }

    /// For the names of files that belong to this hold.
    var shortToken: String { String(token.filter(\.isHexDigit).suffix(12)).lowercased() }

    /// A record that can be used: numbers and texts that a process of ours writes.
    var isSound: Bool { process > 0 && !token.isEmpty }

    /// Whether its process number means the same here, whatever the machine calls itself: several names for one machine are normal, and
    /// a container may have a name of its own.
    var isOfThisSystem: Bool {
        let place = Self.place()
        // Without /proc nothing can be compared.
        return boot == place && place.split(separator: " ").count == 2
    }

    /// Whether it can be found out, here, that the holder is dead. What cannot be seen is not dead.
    var isKnownDead: Bool {
        guard isOfThisSystem else { return false }
        if kill(process, 0) != 0, errno == ESRCH { return true }
        guard let state = ProcessState(of: process) else { return false }
        return state.isZombie || (!began.isEmpty && state.began != began)
    }

    private static func place() -> String {
        let boot = (try? JournalFile.data("/proc/sys/kernel/random/boot_id")) ?? Data()
        var space = [CChar](repeating: 0, count: 64)
        let count = readlink("/proc/self/ns/pid", &space, space.count - 1)
        let spaceText = String(decoding: space.prefix(max(0, count)).map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
        return String(decoding: boot, as: UTF8.self).filter { !$0.isWhitespace } + " " + spaceText
    }
}

/// What the kernel says of a process.
private struct ProcessState {
    /// In ticks since the machine was started.
    var began: String
    /// It has ended, and its parent has not asked for its status yet.
    var isZombie: Bool

    /// Fields 3, 20 and 22 of `/proc/<pid>/stat`; the second field may hold anything, in parentheses.
    ///
    /// - Returns: `nil` if there is no such process, or it may not be looked at.
    init?(of process: Int32) {
        guard let data = try? JournalFile.data("/proc/\(process)/stat") else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19 else { return nil }
        began = String(fields[19])
        // A process whose first thread has ended shows the same letter while its other threads work on, as every Swift program does
        // that has an asynchronous `main`.
        isZombie = fields[0] == "X" || (fields[0] == "Z" && (Int(fields[17]) ?? 2) <= 1)
    }
}

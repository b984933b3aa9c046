import Foundation
import Glibc
import Synchronization

/// A process beside the tests, which gets no descriptor but its three streams, and is waited for on a thread of its own.
///
/// Foundation's `Process` has neither: of two that start at once the second may inherit what tells of the first one's end, and waiting for
/// it keeps one of the few threads on which the tests run. Two tests that wait so for a third one end never.
package final class Child: Sendable {
    package struct Failure: Error { package var text: String }

    private struct State {
        var status: Int32?
        var waiting: [CheckedContinuation<Int32, Never>] = []
    }

    private let pid: pid_t
    private let state = Mutex(State())

    /// - Parameters:
    ///   - command: the file to execute, then its arguments.
    ///   - environment: `nil` for that of the tests.
    ///   - output: a descriptor to write to; without one nobody reads it.
    package init(_ command: [String], environment: [String: String]? = nil, output: Int32? = nil) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [0, 1, 2] as [Int32] { posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0) }
        if let output { posix_spawn_file_actions_adddup2(&actions, output, 1) }
        Self.closeFrom?(&actions, 3)
        // A thread of a queue lets no signal through, and what it starts would be deaf as well.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var child: pid_t = 0
        let words = command.map { strdup($0) } + [nil]
        let variables = (environment ?? ProcessInfo.processInfo.environment).map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        let code = posix_spawn(&child, command[0], &actions, &attributes, words, variables)
        guard code == 0 else { throw Failure(text: "\(command[0]) cannot be started: \(String(cString: strerror(code)))") }
        pid = child
        Thread.detachNewThread { [self] in watch() }
    }

    /// What Swift's Glibc does not show.
    private static let closeFrom = unsafeBitCast(
        dlsym(nil, "posix_spawn_file_actions_addclosefrom_np"),
        to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Void)?.self)

    /// Waits until it has ended.
    ///
    /// - Returns: its status; that of a signal is negative.
    package func ended() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status = state.withLock { state in
                if state.status == nil { state.waiting.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    package func terminate() { state.withLock { if $0.status == nil { kill(pid, SIGTERM) } } }

    private func watch() {
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let (end, waiting) = state.withLock { state in
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            let signal = status & 0x7F
            let end = signal == 0 ? (status >> 8) & 0xFF : -signal
            state.status = end
            defer { state.waiting = [] }
            return (end, state.waiting)
        }
        for continuation in waiting { continuation.resume(returning: end) }
    }
}

/// A pipe whose text is read on a thread of its own.
package struct ReadPipe: Sendable {
    /// For the writer; closed by `line`.
    package let writing: Int32
    private let reading: Int32

    package init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Child.Failure(text: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }

    /// - Returns: the first line, without its end; less, if the writer ends before.
    package func line() async -> String {
        close(writing)
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread { [reading] in
                var (bytes, byte): ([UInt8], UInt8) = ([], 0)
                while read(reading, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
                close(reading)
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }
        }
    }
}

import Foundation
import Synchronization
import TestSupport
import Testing

/// How one run of the program ended.
struct Completed: Sendable {
    var output: String
    var errors: String
    /// As a shell reports it, but for a program that a signal killed, which did not leave by itself: then the signal's number, negative.
    var status: Int32
    /// It had to be killed at the hard limit.
    var isOverdue = false

    var outputLines: [Substring] { output.split(separator: "\n") }
    var errorLines: [Substring] { errors.split(separator: "\n") }
    /// What follows the first "To fix this:", on one line.
    var advice: String {
        let lines = errors.replacing("REHEARSAL ", with: "").split(separator: "\n").map { $0.drop { $0 == " " } }
        return lines.firstIndex(of: "To fix this:").map { lines[($0 + 1)...].joined(separator: " ") } ?? ""
    }
    /// All that a reader of the job's logs sees.
    var everything: String { output + errors }
}

/// The built `pptransfer`, under way.
///
/// Its streams are files, so that no full pipe can hold it up; nothing of this process is open in it but those.
final class Program: Sendable {
    /// Where a stream of the program leads.
    enum Stream: Sendable {
        case captured
        /// Not open at all, as after `>&-`.
        case closed
        case file(String)
        /// Open in this process, which closes it.
        case descriptor(Int32)
        /// A pipe whose reader has left.
        case brokenPipe
    }

    enum Input: Sendable {
        case nothing
        case text(String)
        /// Over a socket, as remote shells and some schedulers give it.
        case socket(String)
        case stream(Stream)
    }

    struct Failure: Error { var text: String }

    /// `PPTRANSFER`, or the one in the build folder of these tests.
    static let path: String = {
        if let given = ProcessInfo.processInfo.environment["PPTRANSFER"], !given.isEmpty { return given }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return (tests as NSString).deletingLastPathComponent + "/pptransfer"
    }()

    /// Longer than any test takes, unless the program hangs.
    static let limit: DispatchTimeInterval = .seconds(120)

    /// What Swift's Glibc does not show.
    private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>
    private static let changeDirectory = unsafeBitCast(
        dlsym(nil, "posix_spawn_file_actions_addchdir_np"), to: (@convention(c) (Actions, UnsafePointer<CChar>) -> Void)?.self)
    private static let closeFrom = unsafeBitCast(
        dlsym(nil, "posix_spawn_file_actions_addclosefrom_np"), to: (@convention(c) (Actions, Int32) -> Void)?.self)

    private struct State {
        var end: Completed?
        var isOverdue = false
        var waiting: [CheckedContinuation<Completed, Never>] = []
    }

    let pid: pid_t
    private let directory: TemporaryDirectory
    private let state = Mutex(State())

    /// - Parameter command: the file to execute, then its arguments.
    init(
        _ command: [String], in working: String, environment: [String: String], input: Input = .nothing, output: Stream = .captured,
        errors: Stream = .captured
    ) throws {
        directory = try TemporaryDirectory()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var pipes: [Int32] = []
        defer { for descriptor in pipes { close(descriptor) } }
        switch input {
        case .nothing: posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        case .text(let text):
            try Data(text.utf8).write(to: URL(fileURLWithPath: directory.path + "/input"))
            posix_spawn_file_actions_addopen(&actions, 0, directory.path + "/input", O_RDONLY, 0)
        case .socket(let text):
            var ends: [Int32] = [0, 0]
            guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw Failure(text: "no socket") }
            pipes += ends
            guard write(ends[0], text, text.utf8.count) == text.utf8.count else { throw Failure(text: "the socket takes no text") }
            shutdown(ends[0], Int32(SHUT_WR))
            posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        case .stream(let stream): try Self.lead(0, to: stream, "", &actions, &pipes)
        }
        try Self.lead(1, to: output, directory.path + "/output", &actions, &pipes)
        try Self.lead(2, to: errors, directory.path + "/errors", &actions, &pipes)
        Self.changeDirectory?(&actions, working)
        Self.closeFrom?(&actions, 3)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var child: pid_t = 0
        let words = command.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        let code = posix_spawn(&child, command[0], &actions, &attributes, words, variables)
        guard code == 0 else { throw Failure(text: "\(command[0]) cannot be started: \(String(cString: strerror(code)))") }
        pid = child
        Thread.detachNewThread { [self] in watch() }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.limit) { [weak self] in self?.giveUp() }
    }

    private static func lead(
        _ descriptor: Int32, to stream: Stream, _ captured: String, _ actions: inout posix_spawn_file_actions_t, _ pipes: inout [Int32]
    ) throws {
        switch stream {
        case .captured: posix_spawn_file_actions_addopen(&actions, descriptor, captured, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        case .closed: posix_spawn_file_actions_addclose(&actions, descriptor)
        case .descriptor(let given): posix_spawn_file_actions_adddup2(&actions, given, descriptor)
        case .file(let path): posix_spawn_file_actions_addopen(&actions, descriptor, path, O_RDWR, 0)
        case .brokenPipe:
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { throw Failure(text: "no pipe") }
            close(ends[0])
            pipes.append(ends[1])
            posix_spawn_file_actions_adddup2(&actions, ends[1], descriptor)
        }
    }

    /// Sends a signal, unless the program has ended.
    func signal(_ number: Int32) {
        state.withLock { if $0.end == nil { kill(pid, number) } }
    }

    /// Waits until it has ended by itself; at the hard limit it is killed, and an issue recorded.
    func completed(sourceLocation: SourceLocation = #_sourceLocation) async -> Completed {
        let end = await withCheckedContinuation { continuation in
            let end = state.withLock { state in
                if state.end == nil { state.waiting.append(continuation) }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
        if end.isOverdue {
            Issue.record("the program did not end; it wrote \(end.output)\n\(end.errors)", sourceLocation: sourceLocation)
        }
        return end
    }

    var hasEnded: Bool { state.withLock { $0.end != nil } }
    var outputSoFar: String { read("output") }
    var errorsSoFar: String { read("errors") }

    private func read(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: directory.path + "/" + name) ?? Data(), as: UTF8.self)
    }

    private func watch() {
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        var status: Int32 = 0
        let (end, waiting) = state.withLock { state in
            waitpid(pid, &status, 0)
            let signal = status & 0x7F
            let end = Completed(
                output: read("output"), errors: read("errors"), status: signal == 0 ? (status >> 8) & 0xFF : -signal,
                isOverdue: state.isOverdue)
            state.end = end
            defer { state.waiting = [] }
            return (end, state.waiting)
        }
        for continuation in waiting { continuation.resume(returning: end) }
    }

    private func giveUp() {
        state.withLock { state in
            guard state.end == nil else { return }
            state.isOverdue = true
            kill(pid, SIGKILL)
        }
    }
}

import Foundation
import PPTransferReports
import TestSupport
import Testing

@testable import PPTransfer
@testable import SystemFiles

struct CycleLockTests {
    private let place: TemporaryDirectory
    private var path: String { place.path + "/cycle.lock" }

    init() throws { place = try TemporaryDirectory() }

    private func leave(_ change: (inout LockHolder) -> Void) throws -> LockHolder {
        var holder = LockHolder.current()
        change(&holder)
        try DurableFile.write(JSONEncoder().encode(holder), to: path)
        return holder
    }

    @Test func `who comes second is told who holds it`() async throws {
        let first = try await CycleLock(path: path)
        let problem = await #expect(throws: JournalProblem.self) { try await CycleLock(path: path) }
        #expect(problem?.status == .busy)
        #expect(problem?.description.contains("process \(ProcessInfo.processInfo.processIdentifier) on ") == true)
        first.release()
        try await CycleLock(path: path).release()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `of many at once one has it`() async throws {
        let path = path
        let held = await withTaskGroup(of: CycleLock?.self) { group in
            for _ in 0..<30 { group.addTask { try? await CycleLock(path: path) } }
            return await group.reduce(into: [CycleLock]()) { if let lock = $1 { $0.append(lock) } }
        }
        #expect(held.count == 1)
    }

    @Test func `a dead process of this machine is replaced at once`() async throws {
        _ = try leave { $0.process = 0x3FFF_FFFF }
        try await CycleLock(path: path).release()
        // The number lives again, as another process.
        _ = try leave { $0.began = "1" }
        try await CycleLock(path: path).release()
    }

    @Test func `what dead processes left beside the lock goes with it; what a living one has there stays`() async throws {
        var dead = try leave { $0.process = 0x3FFF_FFFF }
        try DurableFile.write(JSONEncoder().encode(dead), to: path + ".0123456789ab")
        dead.token = "other"
        try DurableFile.write(JSONEncoder().encode(dead), to: path + ".dead.0123456789ab")
        try DurableFile.write(JSONEncoder().encode(LockHolder.current()), to: path + ".ba9876543210")
        try await CycleLock(path: path).release()
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["cycle.lock.ba9876543210"])
    }

    @Test func `a holder elsewhere is replaced once its beat has stood still for the lease`() async throws {
        _ = try leave { ($0.boot, $0.host) = ("elsewhere", "other") }
        let lock = try await CycleLock(path: path, patience: .milliseconds(20), watch: .milliseconds(10))
        try lock.check()
    }

    @Test func `a holder elsewhere whose beat moves is alive`() async throws {
        var holder = try leave { ($0.boot, $0.host) = ("elsewhere", "other") }
        let path = path
        let beating = Task {
            while !Task.isCancelled {
                holder.beat += 1
                try? DurableFile.write(JSONEncoder().encode(holder), to: path)
                await Task.yield()
            }
        }
        let problem = await #expect(throws: JournalProblem.self) {
            try await CycleLock(path: path, patience: .seconds(3600), watch: .milliseconds(10))
        }
        beating.cancel()
        #expect(problem?.status == .busy)
    }

    @Test func `who was taken for dead finds out before writing`() async throws {
        let lock = try await CycleLock(path: path)
        let other = try leave { _ in }
        #expect(throws: JournalProblem.held(by: other)) { try lock.check() }
        lock.release()
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func `a lock that was removed is lost for good, also if it comes back`() async throws {
        let lock = try await CycleLock(path: path)
        let held = try Data(contentsOf: URL(fileURLWithPath: path))
        unlink(path)
        #expect(throws: JournalProblem.lockLost(path: path)) { try lock.check() }
        try held.write(to: URL(fileURLWithPath: path))
        #expect(throws: JournalProblem.lockLost(path: path)) { try lock.check() }
        #expect(JournalProblem.lockLost(path: path).status == .busy)
    }

    // MARK: what does not say who holds it

    /// - Returns: the problem of whoever wants the lock.
    private func problem() async -> JournalProblem? {
        await #expect(throws: JournalProblem.self) { try await CycleLock(path: path, watch: .milliseconds(1)) }
    }

    @Test(arguments: ["", "nonsense", "{}", #"{"host":"h","boot":"b","process":0,"began":"1","token":"t","beat":0}"#])
    func `a lock that makes no sense is neither free nor deleted, and is named`(text: String) async throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let problem = await problem()
        #expect(problem?.status == .journal)
        #expect(problem?.description.hasPrefix("the lock \(path) does not say which process holds it: ") == true)
        #expect(problem?.remedy(in: .commands).hasSuffix("remove the lock and run again: rm \(path)") == true)
        #expect(FileManager.default.contents(atPath: path) == Data(text.utf8))
    }

    @Test(arguments: ["link to nowhere", "link to a file", "directory", "FIFO"])
    func `what is no ordinary file is a lock that nobody can read`(kind: String) async throws {
        try place.file("victim", 10)
        switch kind {
        case "link to nowhere": try place.link("cycle.lock", to: "nowhere")
        case "link to a file": try place.link("cycle.lock", to: "victim")
        case "directory": try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        default: #expect(mkfifo(path, 0o600) == 0)
        }
        let problem = await problem()
        guard case .lockUnreadable = problem else {
            Issue.record("\(String(describing: problem))")
            return
        }
        #expect(problem?.status == .journal)
    }

    @Test func `a wait for a lock ends when the task is cancelled`() async throws {
        _ = try leave { ($0.boot, $0.host) = ("elsewhere", "other") }
        let path = path
        let waiting = Task { try await CycleLock(path: path, watch: .seconds(3600)) }
        waiting.cancel()
        await #expect(throws: JournalProblem.self) { try await waiting.value }
    }

    // MARK: who is alive

    @Test func `on one system a holder is judged by its process, whatever the host calls itself`() async throws {
        let living = try leave { $0.host = "another-name" }
        // At once: no lease is waited for.
        await #expect(throws: JournalProblem.held(by: living)) { try await CycleLock(path: path, watch: .seconds(3600)) }
        _ = try leave { ($0.host, $0.process) = ("another-name", 0x3FFF_FFFF) }
        try await CycleLock(path: path, watch: .seconds(3600)).release()
    }

    @Test func `a zombie is dead`() async throws {
        var process = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { free(arguments[0]) }
        #expect(posix_spawn(&process, "/bin/true", nil, nil, &arguments, nil) == 0)
        // It has ended, and is not waited for.
        var information = siginfo_t()
        #expect(waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) == 0)
        let statistics = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        let fields = statistics.split(separator: ")").last.map { $0.split(separator: " ") } ?? []
        #expect(fields.first == "Z")
        _ = try leave { ($0.process, $0.began) = (process, String(fields[19])) }
        try await CycleLock(path: path, watch: .seconds(3600)).release()
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    // MARK: network file systems

    @Test func `a link that was made, although the file system says that it exists, is the lock`() async throws {
        let lock = try await CycleLock(path: path) { file, name in
            _ = link(file, name)
            errno = EEXIST
            return -1
        }
        try lock.check()
        lock.release()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `who was taken for dead does not renew another's lock`() async throws {
        let lock = try await CycleLock(path: path)
        _ = try leave { _ in }
        let other = FileManager.default.contents(atPath: path)
        lock.renew()
        #expect(FileManager.default.contents(atPath: path) == other)
        lock.release()
        #expect(FileManager.default.contents(atPath: path) == other)
    }

    @Test func `a beat goes up in the file itself, and is not renewed once released`() async throws {
        let lock = try await CycleLock(path: path)
        let before = try #require(CycleLock.look(path).holder)
        lock.renew()
        let after = try #require(CycleLock.look(path).holder)
        #expect(after.beat == before.beat + 1)
        #expect(after.token == before.token)
        lock.release()
        lock.renew()
        #expect(CycleLock.look(path) == .free)
        #expect(throws: JournalProblem.lockLost(path: path)) { try lock.check() }
    }

    @Test func `renewals and a release at the same moment leave no lock`() async throws {
        for _ in 0..<50 {
            let lock = try await CycleLock(path: path)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<4 { group.addTask { if number == 2 { lock.release() } else { lock.renew() } } }
            }
            #expect(CycleLock.look(path) == .free)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
    }
}

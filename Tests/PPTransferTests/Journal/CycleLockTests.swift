import Foundation
import TestSupport
import Testing

@testable import PPTransfer

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

    @Test func `a lock that was removed by hand is taken again`() async throws {
        let lock = try await CycleLock(path: path)
        unlink(path)
        try lock.check()
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test(arguments: ["", "nonsense", "{}"]) func `a lock file that makes no sense holds nobody up`(text: String) async throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try await CycleLock(path: path).release()
    }
}

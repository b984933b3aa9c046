import Foundation
import Globus
import Testing

/// One task submits, another one waits: neither reports as an error what it is for.
struct HandOverTests {
    @Test func `submitting without waiting, and a wait that goes on, log no error`() async throws {
        let desk = try Desk()
        let job = try CylcJob(desk)
        try desk.write("data/ab123a.pm1988sep.pp", String(repeating: "field ", count: 20))
        try desk.describe(desk.description())
        try await LocalService.with(desk, rate: 1) { service in
            let environment = service.environment.merging(job.environment) { $1 }
            let handed = try await desk.run("run", "task.yaml", "--no-wait", with: environment)
            #expect(handed.status == 31, "\(handed.everything)")
            #expect(!handed.errors.contains("ERROR"), "\(handed.errors)")
            #expect(handed.errors.contains(" INFO  u-ab123 19880901T0000Z: running (31): "), "\(handed.errors)")
            let waiting = try await desk.run("run", "task.yaml", "--limit", "1s", with: environment)
            #expect(waiting.status == 31, "\(waiting.everything)")
            #expect(!waiting.errors.contains("ERROR"), "\(waiting.errors)")
            #expect(waiting.errors.contains(" WARN  u-ab123 19880901T0000Z: running (31): "), "\(waiting.errors)")
        }
    }
}

import Globus
import Testing
import TransferTestSupport

@testable import PPTransfer

/// What is told of a transfer that did not end well.
struct FailureMessageTests {
    @Test func `of a task that ends with the program it is not said that it continues`() throws {
        var report = FinishedTransfer(plan: try .example(), outcome: .interrupted(signal: 2), task: .example(1))
        #expect(report.message == "ended by a signal (SIGINT); a submitted Globus task continues")
        #expect(report.explanation(in: .library).contains("To follow it:"))
        report.endsWithService = true
        #expect(report.message == "ended by a signal (SIGINT); the simulator and its task have ended")
        #expect(report.headline == "\(report.status): \(report.message)")
        #expect(report.explanation(in: .library).last == "Run again: it starts over.")
        #expect(!report.explanation(in: .library).contains("To follow it:"))
    }

    @Test func `where nothing is known to do, the last line does not speak of it`() throws {
        let report = FinishedTransfer(plan: try .example(), outcome: .unusable("gone"))
        #expect(report.explanation(in: .library).last == "Run again once the cause is corrected.")
        let full = Outcome.failed(code: "QUOTA_EXCEEDED", description: "quota", events: [])
        #expect(FinishedTransfer(plan: try .example(), outcome: full).explanation(in: .library).last == "Run again once that is done.")
    }
}

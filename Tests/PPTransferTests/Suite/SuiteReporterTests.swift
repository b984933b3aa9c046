import Foundation
import Globus
import Logging
import TestSupport
import Testing

@testable import PPTransfer

/// What a workflow is told of a run, whatever the run was.
@Suite struct SuiteReporterTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        let file = directory.path + "/cylc"
        try Data("#!/bin/sh\nprintf '%s\\n' \"$@\" >> '\(directory.path)/told'\n".utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    }

    private func reporter() throws -> SuiteReporter {
        let environment = ["PATH": directory.path + ":/usr/bin:/bin", "CYLC_WORKFLOW_ID": "w", "CYLC_TASK_JOB": "3/pptransfer/01"]
        return try #require(SuiteReporter(environment: environment, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }

    private var messages: [String] {
        let told = (try? String(contentsOfFile: directory.path + "/told", encoding: .utf8)) ?? ""
        return told.split(separator: "\n").map(String.init).filter { $0.contains(":") }
    }

    private func ended(_ reports: FinishedTransfer...) async throws {
        try await reporter().ended(RunReport(transfers: reports, isRehearsal: false), journal: nil)
    }

    private func report(_ name: String?, _ outcome: Outcome, silent: Bool = false) throws -> FinishedTransfer {
        FinishedTransfer(plan: try .example(name: name) { $0.cylcMessages = !silent }, outcome: outcome)
    }

    @Test func `a login that will lapse is a warning`() async throws {
        let reporter = try reporter()
        await reporter.warn("the login for jasmin expires in 5 days", of: [try .example()])
        await reporter.refused(.description)
        #expect(messages == ["WARNING:pptransfer, the login for jasmin expires in 5 days", "WARNING:pptransfer description"])
    }

    @Test func `the most serious status speaks for the run, and each name for itself`() async throws {
        try await ended(report("atmos", .nothing(allowed: true)), report("ocean", .unusable("gone")), report(nil, .nothing(allowed: false)))
        #expect(messages == ["INFO:pptransfer archived atmos", "WARNING:pptransfer collection ocean", "WARNING:pptransfer collection"])
    }

    @Test func `transfers that ask for silence have none said of them, but count`() async throws {
        try await ended(report("atmos", .nothing(allowed: true)), report("ocean", .unusable("gone"), silent: true))
        #expect(messages == ["INFO:pptransfer archived atmos", "WARNING:pptransfer collection"])
    }

    @Test func `if all ask for it, nothing is said`() async throws {
        try await ended(report("atmos", .nothing(allowed: true), silent: true))
        #expect(messages.isEmpty)
    }

    @Test func `the end of a transfer is told at once, and once`() async throws {
        let reporter = try reporter()
        let (atmos, ocean) = (try report("atmos", .nothing(allowed: true)), try report("ocean", .unusable("gone")))
        await reporter.ended(ocean, journal: nil)
        await reporter.ended(RunReport(transfers: [atmos, ocean], isRehearsal: false), journal: nil)
        #expect(messages == ["WARNING:pptransfer collection ocean", "INFO:pptransfer archived atmos", "WARNING:pptransfer collection"])
    }

    @Test func `submitted speaks for the run once all of it is`() async throws {
        let reporter = try reporter()
        let (atmos, ocean) = (try TransferPlan.example(name: "atmos"), try TransferPlan.example(name: "ocean"))
        await reporter.submitted(atmos, isLast: false)
        await reporter.submitted(ocean, isLast: true)
        await reporter.refused(.internal)
        #expect(
            messages == [
                "INFO:pptransfer submitted atmos", "INFO:pptransfer submitted", "INFO:pptransfer submitted ocean",
                "WARNING:pptransfer internal",
            ])
    }
}

import Foundation
import Globus
import GlobusCLILogin
import Logging
import Synchronization
import TestSupport
import Testing

@testable import PPTransfer
@testable import PPTransferReports
@testable import PositionedYAML

extension FaultWorld {
    /// Runs the description within this process, over real HTTP, by this world's clock.
    @discardableResult
    func run(journal: String? = nil, limit: Duration? = nil, leaveBy: Timestamp? = nil) async throws -> Ended {
        let source = sourceFiles()
        let end = try await attempt(journal: journal ?? self.journal, limit: limit, leaveBy: leaveBy, killSwitch: nil)
        note(end, of: source)
        return end
    }

    /// Runs it until the process dies at a step. Its status is nobody's.
    ///
    /// - Returns: whether it died; without `mustDie`, the run may end before that step.
    @discardableResult
    func kill(mustDie: Bool = true, at isTheEnd: @escaping @Sendable (Int, KillStep) -> Bool) async throws -> Bool {
        let killSwitch = KillSwitch(journal: journal, isTheEnd: isTheEnd)
        _ = try await attempt(journal: journal, limit: nil, leaveBy: nil, killSwitch: killSwitch)
        demand(killSwitch.isDead || !mustDie, "the run ended before the moment of its death")
        try killSwitch.bury()
        return killSwitch.isDead
    }

    /// A whole run before the case begins, which is not judged.
    func archive() async throws { _ = try await attempt(journal: journal, limit: nil, leaveBy: nil, killSwitch: nil) }

    /// Deletes what earlier runs left: the journal and the archive.
    func forgetAll() throws {
        for name in ["journal", "jasmin/gws"] where desk.exists(name) { try FileManager.default.removeItem(atPath: desk.path(name)) }
    }

    private func attempt(journal: String, limit: Duration?, leaveBy: Timestamp?, killSwitch: KillSwitch?) async throws -> Ended {
        let began = time.elapsed
        let plans = try Preparation(
            [.file(desk.suite + "/task.yaml")], variables: Variables(set: [:], environment: desk.environment), words: .commands
        )
        .plans(named: .unknown, today: "2026-01-01", isRehearsal: true).plans
        let lines = Lines()
        let log = lines.logger()
        let (service, login) = try client(outage: plans[0].description.wait.outage, log, killSwitch)
        var run = TransferRun(service: service, journal: Journal(directory: journal), time: time, log: log)
        (run.limit, run.leaveBy) = (limit, leaveBy)
        if state.withLock({ $0.tellsLogin }) { run.login = login }
        if let killSwitch {
            time.onLook { killSwitch.step(.recording) }
            run.beforeDeletion = { [self] in
                // A dead process deletes nothing more.
                if !killSwitch.step(.deleting) { state.withLock { $0.stop }() }
            }
        }
        let work = Task { [run] in await run.run(plans) }
        state.withLock { $0.stop = { work.cancel() } }
        let reports = await work.value
        time.onLook {}
        let report = RunReport(transfers: reports, isRehearsal: true)
        let json = ReportDocument(report, status: report.status).text
        let status = report.status.number
        let text = (lines.all + reports.flatMap { [$0.resultLine] + $0.failureLines(in: .commands) }).joined(separator: "\n")
        state.withLock { $0.documents.append(json) }
        return Ended(status: status, text: text, took: time.elapsed - began)
    }

    /// As `GlobusSession` makes it, with a watcher in between.
    private func client(outage: Duration, _ log: Logger, _ killSwitch: KillSwitch?) throws -> (TransferClient, ResolvedLogin) {
        let globus = try GlobusEnvironment(environment)
        let transport = RetryingTransport(
            WatchedTransport(wrapped: CurlTransport(client: ClientInfo(known: "test", version: "1")), killSwitch: killSwitch) { secret in
                self.state.withLock { _ = $0.secrets.insert(secret) }
            }, policy: RetryPolicy(budget: outage), time: time
        ) { log.warning("\($0.sentence)") }
        let login = try Credentials.find(in: environment, names: .pptransfer, auth: globus.auth, transport: transport, time: time)
        return (TransferClient(base: globus.transfer, transport: transport, tokens: login.tokens), login)
    }

    /// Submits the same files under another label, as somebody does by hand in the web app.
    func submitByHand(label: String) async throws -> TaskID {
        let (client, _) = try client(outage: .zero, Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, nil)
        let plan = try Preparation(
            [.file(desk.suite + "/task.yaml")], variables: Variables(set: [:], environment: desk.environment), words: .commands
        )
        .plans(named: .unknown, today: "2026-01-01", isRehearsal: true).plans[0]
        let scan = SourceScanner(plan.description.select, links: plan.links).scan(desk.data)
        var document = plan.document(.files(scan.manifest), now: SystemTimekeeper().now)
        document.submissionID = try await client.newSubmissionID()
        document.label = label
        guard let task = try await client.submit(.bytes(document.encoded())).taskID else { throw CocoaError(.coderValueNotFound) }
        return task
    }

    // MARK: the built program

    /// Starts the built program against the stand-in, on the journal of the runs in this process.
    func start(
        _ arguments: String..., with extra: [String: String] = [:], output: Program.Stream = .captured, errors: Program.Stream = .captured
    ) throws -> Program {
        try desk.start(
            arguments + ["--journal", journal], environment.merging(extra) { $1 }, input: .nothing, output: output, errors: errors)
    }

    func start(arguments: [String]) throws -> Program { try desk.start(arguments + ["--journal", journal], environment) }

    /// Deletes by hand what is proven at the source.
    @discardableResult
    func clean() async throws -> Ended {
        let which = ["u-ab123", "--cycle", "19880901T0000Z"]
        return await end(
            of: try desk.start(
                ["clean"] + which + ["--delete", "--journal", journal], environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { $1 }))
    }

    /// A command that knows no journal.
    func start(command: String...) throws -> Program { try desk.start(command, environment) }

    /// Waits until a program has ended which only prepares the case; it must end well.
    func end(ofUnjudged program: Program) async throws -> Completed {
        let completed = await program.completed()
        demand(completed.status == 0, "what the case needs is not to be had: \(completed.everything)")
        return completed
    }

    /// Waits until it has ended.
    @discardableResult
    func end(of program: Program) async -> Ended {
        let source = sourceFiles()
        let completed = await program.completed()
        let end = Ended(status: completed.status, text: completed.everything, took: .zero)
        if completed.isOverdue { state.withLock { $0.verdict.hangs.append("the program did not end") } }
        note(end, of: source)
        return end
    }
}

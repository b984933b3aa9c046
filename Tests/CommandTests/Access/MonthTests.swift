import Foundation
import Globus
import GlobusCLILogin
import Logging
import PPTransfer
import PPTransferReports
import PositionedYAML
import Rehearsal
import Synchronization
import TestSupport
import Testing

/// A campaign that outlives its login: forty days, a cycle and a check on each.
struct MonthTests {
    private static let identities = ["scientist@safe.archer2.ac.uk", "scientist@accounts.jasmin.ac.uk"]
    private static let renewal = "globus session update scientist@safe.archer2.ac.uk scientist@accounts.jasmin.ac.uk"

    private let desk: Desk
    private let clock = CampaignClock()
    private let lines = Lines()

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "fields")
        try desk.write(
            "home/.config/pptransfer/sites.yaml",
            """
            archer2: {collection: \(Desk.archer2), name: Archer2 file systems, identity: safe.archer2.ac.uk, session: 30d}
            jasmin: {collection: \(Desk.jasmin), name: JASMIN Default Collection, identity: accounts.jasmin.ac.uk, session: 30d}
            """)
    }

    /// As `globus login` and `globus session update` with both identities do.
    private func logIn(_ service: LocalService) async throws {
        let client = try (#require(service.environment["GLOBUS_CLI_CLIENT_ID"]), #require(service.environment["GLOBUS_CLI_CLIENT_SECRET"]))
        var tokens: [CommandLineDatabase.Token] = []
        for identity in Self.identities {
            let answer = try #require(await service.standIn.login(as: identity, scope: LocalService.loginScopes, client: client.0))
            tokens = try ([answer.first] + answer.others).map { token in
                CommandLineDatabase.Token(
                    try #require(token.resourceServer), access: token.accessToken.withSecret { $0 },
                    refresh: token.refreshToken?.withSecret { $0 }, expires: clock.now.secondsSince1970 + 172_800, scope: token.scope)
            }
        }
        try? FileManager.default.removeItem(atPath: desk.globusStore)
        try CommandLineDatabase(desk.globusStore).logIn(tokens, client: client)
    }

    private func session(_ service: LocalService) throws -> GlobusSession {
        let variables = service.addresses.merging(desk.environment) { first, _ in first }
        return try GlobusSession(
            environment: GlobusEnvironment(variables), variables: variables, client: ClientInfo(known: "test", version: "1"),
            names: .pptransfer,
            time: clock)
    }

    private func plans(_ day: Int) throws -> [TransferPlan] {
        try desk.describe(desk.description(cycle: "day\(day)"))
        return try Preparation(
            [.file(desk.suite + "/task.yaml")], variables: Variables(set: [:], environment: desk.environment), words: .commands
        )
        .plans(named: .unknown, today: "2026-01-01", isRehearsal: true).plans
    }

    private func run(_ day: Int, _ service: LocalService, limit: Duration? = nil) async throws -> FinishedTransfer {
        let session = try session(service)
        var run = TransferRun(
            service: session.transfer, journal: Journal(directory: desk.path("journal")), time: clock, log: lines.logger())
        (run.login, run.limit) = (session.login, limit)
        lines.forget()
        return try #require(await run.run(try plans(day)).first)
    }

    @Test(.timeLimit(.minutes(10))) func `warnings from day 23, an end on day 30 with what to type, and then the same task goes on`()
        async throws
    {
        try await LocalService.with(
            desk,
            configure: { configuration in
                for index in configuration.collections.indices {
                    let isSource = configuration.collections[index].id.description == Desk.archer2
                    configuration.collections[index].identityDomain = isSource ? "safe.archer2.ac.uk" : "accounts.jasmin.ac.uk"
                    configuration.collections[index].sessionLifetime = .seconds(30 * 86_400)
                }
            }
        ) { service in
            try await logIn(service)
            await service.standIn.setFaults(StandInFaults(tasks: [.label("*day29 *", .queue())]))
            var held: TaskID?
            for day in 1...40 {
                await service.standIn.advance(by: .seconds(86_400))
                clock.advance(by: .seconds(86_400))
                let check = await Preflight(try session(service), warnDays: 7, time: clock).check(try plans(day), isRehearsal: true)
                switch day {
                case ..<23, 31...:
                    #expect(check.status == .ok, "day \(day): \(check.text)")
                    #expect(check.commands.isEmpty, "day \(day): \(check.text)")
                    let report = try await run(day, service)
                    #expect(report.status == .ok, "day \(day): \(report.resultLine)")
                    #expect(!lines.all.contains { $0.contains("lapses in") }, "day \(day)")
                case 23..<30:
                    #expect(check.status == .ok, "day \(day): \(check.text)")
                    #expect(check.commands == [Self.renewal], "day \(day): \(check.text)")
                    let left = 29 - day == 1 ? "1 day;" : "\(29 - day) days;"
                    let report = try await run(day, service, limit: day == 29 ? .zero : nil)
                    #expect(report.status == (day == 29 ? .running : .ok), "day \(day): \(report.resultLine)")
                    held = report.task
                    let told = lines.all
                    #expect(told.contains { $0.contains("login for jasmin expires in \(left)") }, "day \(day): \(told)")
                default:
                    #expect(check.status == .session, "day \(day): \(check.text)")
                    #expect(check.commands == [Self.renewal], "day \(day): \(check.text)")
                    let fresh = try await run(day, service)
                    #expect(fresh.status == .session, "\(fresh.failureLines(in: .commands))")
                    #expect(fresh.remedy(in: .commands)?.oneLine == "log in again: \(Self.renewal)", "\(fresh.failureLines(in: .commands))")
                    // The task of the day before was waiting for a slot; now it waits for the login.
                    await service.standIn.resume(try #require(held))
                    let waiting = try await run(29, service, limit: .seconds(60))
                    #expect(waiting.status == .session)
                    #expect(waiting.remedy(in: .commands)?.oneLine.hasSuffix("the Globus task then continues by itself") == true)

                    try await logIn(service)
                    let resumed = try await run(29, service)
                    #expect(resumed.status == .ok, "\(resumed.resultLine)")
                    #expect(resumed.task == held, "\(resumed.resultLine)")
                    #expect(try await run(day, service).status == .ok)
                }
            }
            #expect(await service.standIn.tasks.count { $0.label?.hasPrefix("pptransfer u-ab123 day") == true } == 40)
        }
    }
}

/// The machine's clock, set ahead at will; waits are short.
private final class CampaignClock: Timekeeper {
    private let clock = SystemTimekeeper()
    private let ahead = Mutex(Duration.zero)

    func advance(by duration: Duration) { ahead.withLock { $0 += duration } }

    var now: Timestamp { clock.now + ahead.withLock { $0 } }
    var elapsed: Duration { clock.elapsed + ahead.withLock { $0 } }

    func sleep(for duration: Duration) async { await clock.sleep(for: min(duration, .milliseconds(2))) }
}

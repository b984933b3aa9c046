import ArgumentParser
import FoundationEssentials
import Globus
import GlobusCLILogin
import PPTransfer
import PPTransferReports
import PositionedYAML

/// What a command works in: the environment, where Globus is, and whom the command speaks to.
struct CommandSession: Sendable {
    let environment: [String: String]
    let globus: GlobusEnvironment
    let console: Console
    /// Whether the result is a document for programs.
    let json: Bool
    /// Whether the service is within this process, and ends with it.
    var endsWithService = false
    /// How long an outage is put up with where somebody waits for the command; `nil` for the usual time.
    var outage: Duration?

    /// - Throws: `ExitCode`, after a message, if the addresses of Globus in the environment are invalid.
    init(
        environment: [String: String] = CommandEnvironment.variables, json: Bool, narration: Narration = Narration()
    ) throws {
        do {
            globus = try GlobusEnvironment(environment, names: .pptransfer)
        } catch {
            throw Console(isRehearsal: false, narration: narration).refused(error, asDocument: json)
        }
        (self.environment, self.json) = (environment, json)
        // A service on this machine's loopback is a stand-in: nothing that is sent there leaves the machine.
        console = Console(isRehearsal: globus.transfer.isLoopback, narration: narration)
    }

    /// - Parameter given: on the command line.
    func journal(given: String?) -> Journal {
        Journal(environment: environment, given: given, isRehearsal: console.isRehearsal && given == nil)
    }

    /// The plans of records, as they were made.
    ///
    /// - Throws: `ExitCode`, after a message, if one cannot be made.
    func plans(of records: [JournalRecord]) throws -> [TransferPlan] {
        do {
            let sites = try SiteCatalogue.load(environment: environment, words: .commands)
            var personals = ConnectPersonals(environment, host: Mounts.hostName)
            let isPersonal = records.contains { record in
                record.plan.description.contains("{gcp: local}")
                    || [record.plan.source, record.plan.destination].contains { personals.personal(of: $0.collection) != nil }
            }
            if isPersonal { personals = ConnectPersonals(environment, processes: "/proc", host: Mounts.hostName) }
            return try records.map {
                try TransferPlan(
                    $0, sites: sites, isRehearsal: console.isRehearsal, home: environment["HOME"], personals: personals)
            }
        } catch let problems as Problems {
            throw console.refused(problems, asDocument: json)
        }
    }
}

// MARK: with Globus

extension CommandSession {
    /// What Globus is asked for. It decides for how long an outage of the service or of the network is put up with.
    enum Purpose: Sendable {
        /// Whose login it is.
        case identity
        /// What somebody waits for at a terminal, or a suite before its first run.
        case question
        /// The collections that these descriptions call by a name, before a run that may take hours.
        case names([TaskDescription])
        /// Transfers, for as long as their descriptions say.
        case transfers([TransferPlan])

        /// - Parameter outage: how long an outage is put up with, if somebody has said so.
        fileprivate func policy(_ outage: Duration?) -> RetryPolicy {
            let hours = Duration.seconds(7200)
            return switch self {
            case .identity, .question:
                // Attempts are so near to each other that whoever waits can read what keeps them waiting.
                RetryPolicy(longestDelay: .seconds(5), budget: outage ?? .seconds(60))
            case .names(let descriptions): RetryPolicy(budget: outage ?? descriptions.map(\.wait.outage).max() ?? hours)
            case .transfers(let plans): RetryPolicy(budget: plans.map(\.description.wait.outage).max() ?? hours)
            }
        }
    }

    /// - Parameter reporter: told what happens on the way. Without one, the console tells at once and every few seconds that Globus cannot be
    ///   reached.
    /// - Throws: `.notLoggedIn` if there is no login, or none that can be used. Nothing is sent.
    func connected(for purpose: Purpose, heardBy reporter: RunReporter? = nil) throws(GlobusError) -> GlobusSession {
        let policy = purpose.policy(outage)
        guard let reporter else {
            return try GlobusSession(
                environment: globus, variables: environment, client: Program.client, names: .pptransfer, policy: policy,
                observe: console.outageObserver)
        }
        return try GlobusSession(
            environment: globus, variables: environment, client: Program.client, names: .pptransfer, policy: policy,
            observe: reporter.tell(retry:), watch: reporter.watch, clock: ServiceClock(tell: reporter.tell(clockSkew:)),
            warn: reporter.tell(login:))
    }
}

extension Console {
    /// Tells of an outage while somebody waits: at the first attempt that failed, and every few seconds after.
    var outageObserver: @Sendable (RetryNotice) -> Void {
        let outages = OutageNarrator(interval: .seconds(5))
        return { [log] notice in
            if outages.isWorthTelling(notice) { log.warning("\(notice.sentence)", metadata: notice.metadata) }
        }
    }
}

import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports
import PositionedYAML
import Rehearsal

struct RehearseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Run descriptions against a local Globus simulator.",
        discussion: """
            A rehearsal is a dry run that really moves files, against a Globus simulator in this program. 'rehearse FILE' does what 'run \
            FILE' does, without a login and without a network. It reads the source from this machine. Files for the collection jasmin \
            arrive in DIR/jasmin. A source that is not on this machine has its files in DIR/<collection>/<path>; if there are none, the \
            command prints where to put them, and '--make-source' makes a dozen small ones there.

            'rehearse --serve' keeps the simulator running for other programs until Ctrl-C or SIGTERM. It prints 'export NAME=value' \
            lines that point the Globus CLI, its SDK and pptransfer to it. Each site alias has its files in DIR/<alias>.

            The addresses contain a secret, which is new at each start: other users of this machine can reach the port, but get no \
            answer without it. With '--ready FILE' the lines are written only to FILE, which has mode 0600. Keep it private.

            With '--login-required' there is no service account. Log in with 'globus login --no-local-server' or 'pptransfer login'. The \
            address that they print shows the code to enter, in a browser or with curl; no password is needed. Each collection then \
            requires what its site entry states: the consent 'data_access', an identity of its domain, and a login that is not older \
            than its session. This command lets 31 days pass at once:

              echo "url = $GLOBUS_SDK_SERVICE_URL_TRANSFER/rehearsal/advance" |
                curl -d seconds=2678400 -K -

            '--faults FILE' makes things go wrong, to test what a suite does then:

              pptransfer_faults: 1
              http:       # the first rule that matches, and is not used up, applies
                - {route: submit, do: lose-answer}
                - {route: poll, after: 2, times: 3, do: {status: 503}}
              tasks:      # 'at' is the share of bytes that has been sent by then
                - {task: 1, at: 50%, do: {pause: "tape robot", for: 3s}}
              storage:    # by file name, or by path in the collection
                - {path: "*b.nc", do: flip}
              clock: {shift: -1h}
              collections: # what they are like, by alias, UUID or name
                jasmin: {kind: guest, encrypt: true}

            A rule may have: after (matches that pass first), times (default: 1 for http, otherwise without limit), chance (with 'seed:' \
            at the top), and for storage when (sent or written). A route is a name, or as in 'GET /v0.10/task/*'. A task is selected by \
            its number or by 'label:'. The values of 'do':

              http     lose-answer refuse stall outage slow status html empty
                       not-json cut truncate edit unauthorized expire-tokens
                       revoke-tokens invalid-grant consent-required
                       session-expired conflict too-many-tasks
              tasks    fail cancel expire pause inactive queue status nice-status
                       forget fault skip-errors omit resend
              storage  flip stale exchange truncate grow drop extra no-space quota deny
                       read-error deny-reading vanish changing deny-listing
                       list-error hide understate umask

            The keys of a collection: kind (mapped, guest, personal, personal-guest, endpoint), closed (deleted, no-account, no-rule), \
            and, with 'true', encrypt, read_only, offline, and with --login-required consent, high_assurance, mfa.

            Routes: any submit submission_id task task_list poll cancel update delete events successful skipped pause_info endpoint \
            endpoint_search ls stat mkdir rename token auth.

            examples/faults.yaml shows each of them.
            """)

    @Argument(help: ArgumentHelp("Transfer descriptions (YAML); '-': standard input.", valueName: "file"), completion: .file())
    var files: [String] = []

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("The value of ${NAME}, in place of the environment's. May be repeated.", valueName: "NAME=value"))
    var settings: [Setting] = []

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Option(help: ArgumentHelp("The directory with the files of the collections.", valueName: "dir"), completion: .directory)
    var root = "rehearsal"

    @Option(
        help: ArgumentHelp(
            "The speed of each task per second: 500kB, 20MB, 1GB. Default: as fast as the disk.", valueName: "amount"))
    var rate: Rate?

    @Option(
        help: ArgumentHelp("A file of faults to simulate (YAML, see above).", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var faults: String?

    @Flag(
        name: .customLong("make-source"),
        help: "Make a few files for a source that is not on this machine, if its directory is empty.")
    var makeSource = false

    @Flag(help: "Serve other programs until a signal arrives.")
    var serve = false

    @Option(help: ArgumentHelp("With --serve, the port on 127.0.0.1; 0: the system chooses.", valueName: "n"))
    var port: UInt16 = 0

    @Option(
        help: ArgumentHelp("With --serve, a private file for the export lines, written when the simulator is ready.", valueName: "file"),
        completion: .file())
    var ready: String?

    @Option(
        help: ArgumentHelp(
            "With --serve, this collection shows the files of this machine, read only. May be repeated.", valueName: "alias"),
        completion: .alias)
    var local: [String] = []

    @Flag(help: "With --serve, require a person's login, as the real collections do.")
    var loginRequired = false

    @OptionGroup var logging: LogOptions

    func validate() throws {
        let misplaced = files + (settings.isEmpty ? [] : ["--set"]) + (json ? ["--json"] : []) + (makeSource ? ["--make-source"] : [])
        if serve, !misplaced.isEmpty {
            throw ValidationError("--serve takes no description; leave out \(misplaced.joined(separator: ", "))")
        }
        if !serve, files.isEmpty { throw ValidationError("name a description, or --serve for other programs") }
        if !serve, ready != nil || !local.isEmpty || port != 0 || loginRequired {
            throw ValidationError("--port, --ready, --local and --login-required go with --serve")
        }
    }

    func run() async throws {
        let environment = CommandEnvironment.variables
        if serve {
            try await StandInServer(
                root: root, port: port, rate: rate?.bytesPerSecond, ready: ready, local: local, faults: try faultPlan(),
                isLoginRequired: loginRequired, narration: narration
            ).serve(environment)
        } else {
            try await rehearse(environment)
        }
    }

    /// What `--faults` names.
    private func faultPlan() throws -> FaultFile {
        guard let faults else { return FaultFile() }
        do {
            return try FaultFileReader.read(file: faults)
        } catch {
            throw Console(isRehearsal: !serve, narration: narration).refused(error, asDocument: json)
        }
    }

    private func stop(_ standIn: StandIn, _ faults: FaultFile, _ console: Console) async {
        for warning in faults.unmet(standIn.faultUses) { console.tell(warning) }
        await standIn.stop()
    }

    private var descriptions: DescriptionOptions {
        var descriptions = DescriptionOptions()
        (descriptions.files, descriptions.settings, descriptions.json) = (files, settings, json)
        return descriptions
    }

    private var narration: Narration { logging.narration(outputIsDocument: json || serve) }

    private func rehearse(_ environment: [String: String]) async throws {
        let console = Console(isRehearsal: true, narration: narration)
        let faults = try faultPlan()
        let layout = StandInLayout(root: root)
        var environment = environment
        environment[KnownSetting.simulatorFiles] = layout.root
        let plans = try descriptions.plans(in: environment, console, named: .played)
        let sources = RemoteSources(plans, in: layout.root)
        if makeSource {
            do { try sources.make(console) } catch {
                console.error("\(error)")
                throw ExitCode(error.status)
            }
        } else {
            sources.tell(console)
        }

        var configuration = StandInConfiguration(collections: layout.collections(for: plans))
        (configuration.rate, configuration.faults) = (rate?.bytesPerSecond, faults.faults)
        let ends = plans.flatMap { [$0.source, $0.destination] }
        do throws(Problems) {
            try faults.apply(
                to: &configuration.collections, aliases: Dictionary(ends.map { ($0.name, $0.collection) }) { first, _ in first })
        } catch {
            throw console.refused(error, asDocument: json)
        }
        let standIn = try await StandInLayout.start(configuration, console)
        var rehearsed = environment
        rehearsed[LoginNames.pptransfer.accessTokenVariable] = nil
        for (name, value) in standIn.environment { rehearsed[name] = value }
        var session = try CommandSession(environment: rehearsed, json: json, narration: narration)
        session.endsWithService = true
        do {
            var options = SendOptions()
            // Whoever rehearses tries one path after another.
            options.archivesAgain = true
            try await session.send(
                plans, options, journal: session.journal(given: root + "/journal"),
                reporter: RunReporter(session, journal: session.journal(given: root + "/journal")))
        } catch {
            await stop(standIn, faults, console)
            throw error
        }
        await stop(standIn, faults, console)
    }
}

/// `20MB`, `500kB`, `1GB`, each per second.
struct Rate: ExpressibleByArgument, Sendable {
    let bytesPerSecond: Int64

    init?(argument: String) {
        let units: [(String, Double)] = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1)]
        guard let (unit, factor) = units.first(where: { argument.hasSuffix($0.0) }), let number = Double(argument.dropLast(unit.count)),
            number > 0,
            number * factor >= 1, number * factor < 1e15
        else { return nil }
        bytesPerSecond = Int64(number * factor)
    }
}

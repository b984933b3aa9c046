import ArgumentParser
import FoundationEssentials
import Globus
import GlobusCLILogin
import PPTransfer
import PPTransferReports
import PositionedYAML
import SystemFiles

struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log in to Globus with a browser on any machine.",
        usage: "pptransfer login [<file> ...] [<options>]",
        discussion: """
            If you have run 'globus login', or use a service account, you do not need this command: see 'pptransfer help whoami'. \
            'pipx install globus-cli' and 'pip install --user globus-cli' get the Globus CLI without root.

            The command prints the address of a page. Open it in a browser on any machine, log in, and paste the code that it shows. \
            With descriptions or --collection, you also give the consents for these collections:

              pptransfer login task.yaml
              pptransfer login --collection archer2 --collection jasmin
              pptransfer login --session accounts.jasmin.ac.uk    # every 30 days at JASMIN

            The command needs the id of a native application that is registered with Globus, once for a whole group \
            (developers.globus.org, redirect https://auth.globus.org/v2/web/auth-code). Set it in PPTRANSFER_CLIENT_ID, or in a site \
            file as 'login: {client: UUID}'.
            """)

    @Argument(
        help: ArgumentHelp("Descriptions (YAML) of the collections that need consents.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var files: [String] = []

    @Option(
        name: .customLong("collection"),
        help: ArgumentHelp("A collection that needs a consent: alias, UUID, exact name or link. May be repeated.", valueName: "collection"),
        completion: .alias)
    var collections: [String] = []

    @Option(
        name: .customLong("session"),
        help: ArgumentHelp(
            "Log in again with an identity of this domain, or with this identity. May be repeated; of several domains, one is renewed.",
            valueName: "domain|id"))
    var sessions: [String] = []

    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp("Log in again as this authentication policy requires. May be repeated.", valueName: "id"))
    var policies: [String] = []

    @Flag(name: .customLong("mfa"), help: "Log in again with a second factor.")
    var needsSecondFactor = false

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("The value of ${NAME}, in place of the environment's. May be repeated.", valueName: "NAME=value"))
    var settings: [Setting] = []

    @Flag(help: "Log in even if there is a login that works.")
    var force = false

    @Option(help: ArgumentHelp("'-': read the code from standard input, which need not be a terminal.", valueName: "-"))
    var code: String?

    func validate() throws {
        var session = LoginFlow.Session()
        for text in sessions where !session.add(text) {
            throw ValidationError(
                "--session \(text): write a domain (accounts.jasmin.ac.uk) or an identity's UUID, which 'whoami --json' shows")
        }
        if let wrong = policies.first(where: { CollectionID($0) == nil }) {
            throw ValidationError("--policy \(wrong): write the policy's UUID, as the service gave it")
        }
        if let code, code != "-" {
            throw ValidationError(
                "--code accepts only '-': a code is valid only for the login that printed the page, so it is read after that")
        }
    }

    func run() async throws {
        let command = try CommandSession(json: false)
        let (environment, globus, console) = (command.environment, command.globus, command.console)
        let (application, wanted) = try await settle(command)
        guard let application else {
            console.error(
                "run 'globus login' instead: 'pptransfer login' needs an application that is registered with Globus, and none is set",
                remedy: Self.withoutApplication)
            throw ExitCode(.description)
        }
        guard let own = OwnLogin(environment, names: .pptransfer) else {
            throw refuse("there is no directory for the login file; set HOME or PPTRANSFER_LOGIN", console)
        }
        let isForMore = force || !wanted.isEmpty || !sessions.isEmpty || !policies.isEmpty || needsSecondFactor
        if !isForMore, try await isLoggedIn(own, command) { return }
        guard code == "-" || isatty(STDIN_FILENO) == 1 else {
            throw refuse(
                "standard input is not a terminal; run 'pptransfer login' in one, or give '--code -' and write the code to it", console)
        }

        var session = LoginFlow.Session()
        for text in sessions { _ = session.add(text) }
        (session.policies, session.needsSecondFactor) = (policies, needsSecondFactor)
        let flow = LoginFlow(
            application: application, scopes: LoginScopes.all(for: wanted), session: session, environment: globus,
            client: Program.client, observe: console.outageObserver)
        console.note("open this page in a browser on any machine, log in, and paste the code that it shows:")
        console.text(flow.address + "\n")
        if !wanted.isEmpty {
            console.note(
                "(if the page says 'unknown scope', a collection has no consent: log in without naming collections first, and then again)")
        }
        console.note("code:")
        guard let answer = readLine()?.split(whereSeparator: \.isWhitespace).joined(), !answer.isEmpty else {
            throw refuse("no code was given; nothing has changed", console)
        }
        do {
            try await flow.finish(code: answer, variables: environment, names: .pptransfer)
        } catch {
            throw console.refused(login: error)
        }
        // Kept with the login: runs record whose tasks theirs are. One that cannot be asked now is asked then.
        _ = try? await own.username(in: globus, client: Program.client, variables: environment)
        console.result(line: "logged in; the login is in \(own.path). 'pptransfer whoami' shows whose it is and whether it is in use")
    }

    private var descriptions: DescriptionOptions {
        var descriptions = DescriptionOptions()
        (descriptions.files, descriptions.settings, descriptions.json) = (files, settings, false)
        return descriptions
    }

    private static let withoutApplication: Remedy = """
        log in with the Globus CLI, which needs none: \(command: "globus login --no-local-server"); to get it without root, use your \
        machine's module, or one of: \(command: "module load globus-cli") \(command: "pipx install globus-cli") \
        \(command: "pip install --user globus-cli"); or, once for a group, register a native application at developers.globus.org with the \
        redirect https://auth.globus.org/v2/web/auth-code, and put its id into PPTRANSFER_CLIENT_ID or, as 'login: {client: UUID}', into \
        ~/.config/pptransfer/sites.yaml
        """

    /// - Returns: the application to log in with, if there is one, and the collections whose consent is wanted.
    private func settle(_ command: CommandSession) async throws -> (application: String?, wanted: [CollectionID]) {
        let environment = command.environment
        do {
            let sites = try SiteCatalogue.load(environment: environment, words: .commands)
            var wanted: [CollectionID] = []
            for text in collections { wanted.append(try await collection(text, sites, command)) }
            if !files.isEmpty {
                let preparation = descriptions.preparation(environment: environment)
                let planned = try preparation.plans(
                    named: await named(preparation, command), today: SystemTimekeeper().now.day, isRehearsal: command.console.isRehearsal)
                wanted += planned.plans.flatMap { [$0.source.collection, $0.destination.collection] }
            }
            let own = ConnectPersonals(environment, processes: "/proc", host: Mounts.hostName).all.compactMap(\.collection)
            var seen: Set<CollectionID> = []
            wanted = wanted.filter { !own.contains($0) && $0 != .null && sites.site(for: $0)?.consent != false && seen.insert($0).inserted }
            let application = try application(sites, environment)
            return (application, application == nil ? wanted : await withConsent(wanted, sites, command))
        } catch let problems as Problems {
            throw command.console.refused(problems, asDocument: false)
        }
    }

    /// Those of the collections that have a consent, as far as a login that is there already can read their documents: the page refuses
    /// to ask for one that does not exist.
    private func withConsent(_ wanted: [CollectionID], _ sites: SiteCatalogue, _ command: CommandSession) async -> [CollectionID] {
        guard wanted.contains(where: { sites.site(for: $0)?.consent == nil }), let session = try? command.connected(for: .question) else {
            return wanted
        }
        var kept: [CollectionID] = []
        for id in wanted {
            if sites.site(for: id)?.consent == nil, let document = try? await session.transfer.collection(id), !document.needsDataAccess {
                continue
            }
            kept.append(id)
        }
        return kept
    }

    /// The collection of a word. A name can be looked up only with a login that is there already.
    private func collection(_ text: String, _ sites: SiteCatalogue, _ command: CommandSession) async throws -> CollectionID {
        let position = SourcePosition(file: "--collection \(text)")
        let reference: CollectionReference
        do throws(PlaceProblem) {
            reference = try sites.reference(text)
        } catch {
            throw Problems([Problem(at: position, error.what, remedy: error.remedy)])
        }
        if case .id(let id) = reference { return id }
        guard let name = sites.searchedName(of: reference) else {
            if case .alias(let alias) = reference, let site = sites.site(named: alias) { return site.collection }
            throw Problems([sites.unknown(text, at: position)])
        }
        let place = Positioned("/", at: position)
        let end = TaskDescription.End(collection: Positioned(.search(name), at: position), path: place)
        do {
            let search = CollectionSearch(service: try command.connected(for: .question).transfer, words: .commands)
            let description = TaskDescription(position: position, workflow: place, from: end, to: end)
            return try await search.collections(for: [description], sites)[name] ?? .null
        } catch CollectionSearch.Failure.problems(let problems) {
            if CollectionReading.isAlias(text) { throw Problems([sites.unknown(text, at: position)]) }
            throw problems
        } catch {
            throw Problems([
                CollectionReading.isAlias(text)
                    ? sites.unknown(text, at: position)
                    : Problem(
                        kind: .collection, at: position, "a name can be looked up only by somebody who is logged in",
                        remedy: "run 'pptransfer login' first, or give the collection's UUID")
            ])
        }
    }

    /// The collections that the descriptions call by name, as far as a login that is there already can look them up.
    private func named(_ preparation: Preparation, _ command: CommandSession) async -> Preparation.NamedCollections {
        guard preparation.needsSearch else { return .unknown }
        if let session = try? command.connected(for: .question),
            let found = try? await preparation.search(CollectionSearch(service: session.transfer, words: .commands))
        {
            return found
        }
        command.console.note(
            "collections that are called by their names cannot be looked up before the login; for their consents, run this command again after it",
            .warning)
        return .unknown
    }

    /// - Returns: `nil` if none is set.
    private func application(_ sites: SiteCatalogue, _ environment: [String: String]) throws(Problems) -> String? {
        if let given = environment[KnownSetting.loginApplication], !given.isEmpty {
            if let id = CollectionID(given) { return id.description }
            throw Problems([
                Problem(
                    at: SourcePosition(file: "PPTRANSFER_CLIENT_ID"), "this is not a UUID",
                    remedy: "copy the client UUID from app.globus.org/settings/developers")
            ])
        }
        return sites.loginApplication
    }

    /// Whether our own login is there and works; says so.
    private func isLoggedIn(_ own: OwnLogin, _ command: CommandSession) async throws -> Bool {
        do throws(GlobusError) {
            let username = try await own.username(
                in: command.globus, client: Program.client, variables: command.environment, observe: command.console.outageObserver)
            guard let username else { return false }
            command.console.result(line: "already logged in as \(username) (\(own.path)); use --force to log in again")
            return true
        } catch {
            if case .notLoggedIn(.stored(let problem)) = error.cause, problem.isMendedByLogin { return false }
            throw command.console.refused(login: error)
        }
    }

    private func refuse(_ text: String, _ console: Console) -> ExitCode {
        console.error("\(text)")
        return ExitCode(.usage)
    }
}

import ArgumentParser
import FoundationEssentials
import Globus
import GlobusCLILogin
import PPTransfer
import PPTransferReports
import PositionedYAML
import SystemFiles

struct CollectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collections",
        abstract: "Find collections, and list what is in them.",
        subcommands: [Known.self, Search.self, Show.self, Listing.self])

    /// What the online ones have in common.
    struct Online: ParsableArguments {
        @Flag(help: "Print one JSON object instead of text.")
        var json = false

        @OptionGroup var outage: OutageOptions

        func session() throws -> (GlobusSession, Console) {
            var command = try CommandSession(json: json)
            command.outage = outage.outage?.duration
            do {
                return (try command.connected(for: .question), command.console)
            } catch {
                throw refused(error, login: nil, command.console)
            }
        }

        func sites() throws -> SiteCatalogue {
            do {
                return try SiteCatalogue.load(environment: CommandEnvironment.variables, words: .commands)
            } catch {
                throw Console(isRehearsal: false).refused(error, asDocument: json)
            }
        }

        /// The service's own answer, for programs.
        func show(_ answer: some Encodable & Sendable, _ console: Console) {
            console.document(ReportDocument(AnswerReport(answer), status: .ok))
        }

        func refused(_ error: GlobusError, login: LoginKind?, _ console: Console) -> ExitCode {
            console.error("\(error)")
            var needs = LoginNeeds()
            if case .refused(let refusal) = error.cause { needs.add(refusal, domain: nil) }
            for command in needs.commands(for: login, in: .commands) { console.note("    " + command) }
            return ExitCode(ExitStatus(lookingUp: error))
        }
    }

    struct Known: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the aliases of the site files, without a network.")

        @Flag(help: "Also print paths, notes, and where each fact was read.")
        var long = false

        @OptionGroup var online: Online

        func run() throws {
            let sites = try online.sites().sites
            let console = Console(isRehearsal: false)
            if online.json { return console.document(ReportDocument(CollectionsReport(collections: sites), status: .ok)) }
            console.result(
                sites.flatMap { [$0.line] + (long ? $0.details : []) }.map(Outlet.line).joined(separator: "\n"))
        }
    }

    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "search",
            abstract: "Find collections by name.",
            discussion: """
                Prints all matches that Globus has, at most a thousand: UUID, name, kind, owner's organisation, host, and whether a \
                Globus Connect Personal is connected. A description may use the exact name: 'collection: "APS:DM:32ID"', or, if it could \
                be an alias, 'collection: {search: NAME}'.
                """)

        @Argument(help: "Words of the collection's name.") var words: [String]
        @OptionGroup var online: Online

        func run() async throws {
            let (session, console) = try online.session()
            let found: [CollectionInfo]
            do {
                found = try await session.transfer.search(words.joined(separator: " "))
            } catch {
                throw online.refused(error, login: session.login.kind, console)
            }
            if online.json {
                return online.show(EndpointList(endpoints: found, limit: found.count, offset: 0, hasNextPage: false), console)
            }
            guard let first = found.first(where: { !$0.isNonFunctional }) ?? found.first else {
                console.result("no collection has this name")
                throw ExitCode(.collection)
            }
            console.result(TextTable.text(found.map { $0.cells.map(Outlet.line) }))
            if found.count >= 1000 { console.note("there may be more; add words to narrow the search") }
            let isOne = found.count { $0.displayName?.lowercased() == first.displayName?.lowercased() } == 1
            let word = isOne ? first.displayName ?? first.id.description : first.id.description
            console.note("to list one: pptransfer collections ls \(ShellWord.plainOrQuoted(word))")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show what Globus knows about a collection.")

        @Argument(
            help: ArgumentHelp("An alias, a UUID, the exact name, or a link of the web app.", valueName: "collection"), completion: .alias)
        var name: String
        @OptionGroup var online: Online

        func run() async throws {
            let console = Console(isRehearsal: false)
            let wanted = try WantedCollection(try online.sites(), console) { () throws(PlaceProblem) in
                (try CollectionReference(word: name), nil)
            }
            let (session, shown) = try online.session()
            let (id, site) = try await wanted.id(online, session, shown) { "pptransfer collections show \($0)" }
            do throws(GlobusError) {
                let document = try await session.transfer.collection(id)
                if online.json { return online.show(document, shown) }
                shown.result(document.particulars(site).map(Outlet.line).joined(separator: "\n"))
            } catch {
                throw online.refused(error, login: session.login.kind, shown)
            }
        }
    }

    struct Listing: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ls", abstract: "List a directory, such as 'jasmin:/gws/nopw/j04/canari'.",
            discussion: """
                The collection is an alias, a UUID, or the exact name; or the place is a link of the Globus web app's file manager. Names \
                may hold colons: the last ':/' is where the path begins.

                  pptransfer collections ls 'APS:DM:32ID:/Smith-2026-11/'
                """)

        @Argument(
            help: ArgumentHelp(
                "A collection and a path, or a link. Without a path, the default directory.", valueName: "collection:/path"),
            completion: .alias)
        var place: String
        @OptionGroup var online: Online

        func run() async throws {
            let wanted = try WantedCollection(try online.sites(), Console(isRehearsal: false)) { () throws(PlaceProblem) in
                try PlaceArgument.listed(place)
            }
            let (session, console) = try online.session()
            let (id, site) = try await wanted.id(online, session, console) { word in
                "pptransfer collections ls \(ShellWord.plainOrQuoted(wanted.path.map { "\(word):\($0)" } ?? word))"
            }
            let path = try path(try await text(wanted, id, session, console), site, console)
            let list = try await list(path, on: id, session, console)
            if online.json { return online.show(list, console) }
            if !list.files.isEmpty { console.result(TextTable.text(list.files.map { $0.cells.map(Outlet.line) })) }
            console.result(list.totals)
            if let total = list.total, total > list.files.count { console.note("\(total - list.files.count) more entries") }
        }

        /// The path that was given, or the collection's own.
        private func text(
            _ wanted: WantedCollection, _ id: CollectionID, _ session: GlobusSession, _ console: Console
        ) async throws -> String {
            if let path = wanted.path { return path }
            do {
                return try await session.transfer.collection(id).defaultDirectory ?? "/~"
            } catch {
                throw online.refused(error, login: session.login.kind, console)
            }
        }

        private func path(_ text: String, _ site: Site?, _ console: Console) throws -> CollectionPath {
            do {
                return try site.map { site throws(PathProblem) in try site.collectionPath(for: text) } ?? CollectionPath(text)
            } catch {
                console.error("\(error)")
                throw ExitCode(.usage)
            }
        }

        private func list(
            _ path: CollectionPath, on id: CollectionID, _ session: GlobusSession, _ console: Console
        ) async throws -> FileList {
            do {
                return try await session.transfer.list(path, on: id, offset: 0, limit: 100_000)
            } catch {
                guard error.refusal?.kind == .notFound else { throw online.refused(error, login: session.login.kind, console) }
                let near = await NearestDirectory(above: path, on: id, session.transfer)
                let request = error.requestID.map { " (request id \($0))" } ?? ""
                console.error("there is no \(path)\(request)" + (near.map { "; \($0.sentence)" } ?? ""))
                throw ExitCode(ExitStatus(lookingUp: error))
            }
        }
    }
}

/// The collection that a word on the command line means.
struct WantedCollection {
    private let sites: SiteCatalogue
    private let reference: CollectionReference
    /// `nil` if the argument has none.
    let path: String?

    /// - Throws: `ExitCode`, after a message, for a word that can mean no collection. Nothing is sent.
    init(
        _ sites: SiteCatalogue, _ console: Console,
        _ read: () throws(PlaceProblem) -> (collection: CollectionReference, path: String?)
    ) throws {
        do throws(PlaceProblem) {
            let (reference, path) = try read()
            (self.sites, self.path) = (sites, path)
            self.reference = sites.reference(meantBy: reference)
        } catch {
            console.error("\(error)")
            throw ExitCode(.usage)
        }
    }

    /// Looks the collection up if only its name is known.
    ///
    /// - Parameter command: the command for a collection's UUID, if the name is not clear.
    /// - Throws: `ExitCode`, after a message.
    func id(
        _ online: CollectionsCommand.Online, _ session: GlobusSession, _ console: Console, _ command: (String) -> String
    ) async throws -> (id: CollectionID, site: Site?) {
        var site: Site?
        if case .alias(let alias) = reference { site = sites.site(named: alias) }
        if case .id(let id) = reference { return (id, sites.site(for: id)) }
        guard let name = sites.searchedName(of: reference) else {
            guard let site else { throw ExitCode(.usage) }
            return (site.collection, site)
        }
        let answer: CollectionSearch.Answer
        do {
            answer = try await CollectionSearch(service: session.transfer, words: .commands).collection(called: name)
        } catch {
            throw online.refused(error, login: session.login.kind, console)
        }
        let (what, candidates): (String, [CollectionInfo])
        switch answer {
        case .one(let collection):
            site?.collection = collection.id
            return (collection.id, site ?? sites.site(for: collection.id))
        case .several(let found): (what, candidates) = ("\(found.count) collections are called '\(name)'", found)
        case .none(let similar):
            let near = sites.alias(near: name).map { "did you mean '\($0)'?" }
            let advice = similar.isEmpty ? "search for words of its name with 'pptransfer collections search'" : "these are similar"
            (what, candidates) = ("no site and no collection is called '\(name)'; \(near ?? advice)", similar)
        }
        console.error(what)
        for candidate in candidates.prefix(10) {
            console.note("    \(command(candidate.id.description))  # '\(candidate.displayName ?? "-")', \(candidate.particulars)")
        }
        if candidates.count > 10 { console.note("    and \(candidates.count - 10) more") }
        throw ExitCode(.collection)
    }
}

extension Site {
    fileprivate var line: String {
        var notes: [String] = []
        if let retired { notes.append("retired: \(retired)") }
        if let until { notes.append("until \(until)") }
        if let identity { notes.append("login of \(identity)" + (session.map { ", good for \($0.written)" } ?? "")) }
        if let successor { notes.append("successor: \(successor)") }
        let id = searchedName != nil ? "(looked up by its name)" : collection == .null ? "(no collection)" : collection.description
        return "\(alias)  \(id)  \(name)"
            + (notes.isEmpty ? "" : "  (\(notes.joined(separator: "; ")))")
    }
}

extension Site {
    /// What else is known of it, a line each.
    fileprivate var details: [String] {
        var rows: [(String, String)] = []
        rows.append(("roots", roots.isEmpty ? "everything" : roots.map(\.description).joined(separator: ", ")))
        rows += pathMap.map { ("path", "\($0.mount) is \($0.target) in the collection") }
        if !shown.isEmpty { rows.append(("shown", shown.map(\.mount.description).joined(separator: ", "))) }
        rows += gone.map { ("moved", "\($0.path): \($0.advice)") }
        rows.append(("session", session.map { "a login is valid for \($0.written)" } ?? "not known"))
        if rights != ExpectedRights() { rows.append(("arrivals", rights.text + " expected")) }
        if !wantsConsent { rows.append(("consent", "none is needed")) }
        if forcesEncryption { rows.append(("encrypt", "required")) }
        rows += notes.map { ("note", $0) }
        if let source { rows.append(("source", source + (checked.map { ", \($0)" } ?? ""))) }
        return rows.map { "    " + $0.0 + String(repeating: " ", count: max(1, 9 - $0.0.count)) + $0.1 }
    }
}

extension CollectionInfo {
    /// What tells it apart, for a table.
    fileprivate var cells: [String] {
        [id.description, displayName ?? "-", kind, organisation ?? owner ?? "-", host ?? "-", connection ?? "-"]
    }

    fileprivate func particulars(_ site: Site?) -> [String] {
        var lines = ["\(id)  \(displayName ?? "-")", "kind: \(kindAndRules)"]
        if let organisation { lines.append("organisation: \(organisation)") }
        if let owner { lines.append("owner: \(owner)") }
        if let host { lines.append("host: \(host)") }
        if let site { lines.append("alias: \(site.alias)") }
        if let defaultDirectory { lines.append("default directory: \(defaultDirectory)") }
        lines.append("data_access consent: \(needsDataAccess ? "needed" : "none")")
        if forcesEncryption { lines.append("everything that is sent is encrypted") }
        if let minutes = authenticationTimeoutMinutes { lines.append("a login is valid for: \(Duration.seconds(minutes * 60).written)") }
        if let isConnected { lines.append(isConnected ? (isPaused ? "connected, paused" : "connected") : "not connected") }
        if isNonFunctional { lines.append("an endpoint, not a collection: it cannot send or receive files") }
        return lines
    }
}

extension DirectoryEntry {
    /// Type, size, time and name, for a table.
    fileprivate var cells: [String] {
        [
            isLink ? "link" : type, isDirectory ? "-" : Quantity.bytes(size ?? 0), lastModified ?? "-",
            "\(name)\(isDirectory ? "/" : "")\(linkTarget.map { " -> \($0)" } ?? "")",
        ]
    }
}

extension FileList {
    /// `2 files, 1 directory, 4.1 GB`
    fileprivate var totals: String {
        let directories = files.count { $0.isDirectory }, regular = files.filter { $0.isFile }
        let others = files.count - directories - regular.count
        let bytes = regular.reduce(into: Int64(0)) { $0 = $0.clampedSum($1.size ?? 0) }
        var parts = [Quantity.count(regular.count, "file"), directories == 1 ? "1 directory" : "\(directories) directories"]
        if others > 0 { parts.append(others == 1 ? "1 other entry" : "\(others) other entries") }
        return (parts + [Quantity.bytes(bytes)]).joined(separator: ", ")
    }
}

import ArgumentParser
import FoundationEssentials
import Globus
import GlobusCLILogin
import PPTransfer
import PPTransferReports
import PositionedYAML

struct CollectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collections",
        abstract: "Find collections, and list what is in them.",
        subcommands: [Known.self, Search.self, Show.self, Listing.self])

    /// What the online ones have in common.
    struct Online: ParsableArguments {
        @Flag(help: "Print one JSON object instead of text.")
        var json = false

        func session() throws -> (GlobusSession, Console) {
            let command = try CommandSession(json: json)
            do {
                return (try command.connected(for: .question), command.console)
            } catch {
                throw refused(error, login: nil, command.console)
            }
        }

        /// An alias of the sites, or an id.
        func collection(_ text: String) throws -> (id: CollectionID, site: Site?) {
            let sites = try sites()
            if let site = sites.site(named: text) { return (site.collection, site) }
            if let id = CollectionID(text) { return (id, sites.site(for: id)) }
            let near = sites.alias(near: text).map { "did you mean '\($0)'?" } ?? "'pptransfer collections list' shows the aliases"
            Console(isRehearsal: false).error("'\(text)' is neither an alias nor a UUID; \(near)")
            throw ExitCode(.usage)
        }

        func sites() throws -> SiteCatalogue {
            do {
                return try SiteCatalogue.load(environment: ProcessInfo.processInfo.environment, words: .commands)
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

        @OptionGroup var online: Online

        func run() throws {
            let sites = try online.sites().sites
            let console = Console(isRehearsal: false)
            if online.json { return console.document(ReportDocument(CollectionsReport(collections: sites), status: .ok)) }
            console.result(sites.map { Outlet.line($0.line) }.joined(separator: "\n"))
        }
    }

    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find collections by name.",
            discussion: "A description may use the exact name of a collection: 'collection: {search: \"APS:DM:32ID\"}'.")

        @Argument(help: "Words of the collection's name.") var words: [String]
        @OptionGroup var online: Online

        func run() async throws {
            let (session, console) = try online.session()
            let list: EndpointList
            do {
                list = try await session.transfer.search(words.joined(separator: " "), offset: 0, limit: 100)
            } catch {
                throw online.refused(error, login: session.login.kind, console)
            }
            if online.json { return online.show(list, console) }
            guard !list.endpoints.isEmpty else {
                console.result("no collection is called so")
                throw ExitCode(.collection)
            }
            for endpoint in list.endpoints { console.result(line: endpoint.line) }
            if list.hasNextPage == true { console.note("there are more; give more words") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what Globus knows about a collection.")

        @Argument(help: ArgumentHelp("An alias or a UUID.", valueName: "collection"), completion: .alias) var name: String
        @OptionGroup var online: Online

        func run() async throws {
            let (id, site) = try online.collection(name)
            let (session, console) = try online.session()
            do throws(GlobusError) {
                let document = try await session.transfer.collection(id)
                if online.json { return online.show(document, console) }
                console.result(document.particulars(site).map(Outlet.line).joined(separator: "\n"))
            } catch {
                throw online.refused(error, login: session.login.kind, console)
            }
        }
    }

    struct Listing: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ls", abstract: "List a directory, such as 'jasmin:/gws/nopw/j04/canari'.")

        @Argument(
            help: ArgumentHelp("An alias or a UUID, and a path. Without a path, the default directory.", valueName: "collection:/path"),
            completion: .alias)
        var place: String
        @OptionGroup var online: Online

        func run() async throws {
            // A name may hold colons; a path begins with a slash.
            let cut = place.firstRange(of: ":/")
            let (id, site) = try online.collection(cut.map { String(place[..<$0.lowerBound]) } ?? place)
            let (session, console) = try online.session()
            do {
                let path: CollectionPath
                if let cut {
                    let text = String(place[place.index(after: cut.lowerBound)...])
                    path = try site.map { try $0.collectionPath(for: text) } ?? CollectionPath(text)
                } else {
                    path = try CollectionPath(try await session.transfer.collection(id).defaultDirectory ?? "/~")
                }
                let list = try await session.transfer.list(path, on: id, offset: 0, limit: 100_000)
                if online.json { return online.show(list, console) }
                for file in list.files { console.result(line: file.line) }
                if let total = list.total, total > list.files.count { console.note("\(total - list.files.count) more entries") }
            } catch let error as GlobusError {
                throw online.refused(error, login: session.login.kind, console)
            } catch let problem as PathProblem {
                console.error("\(problem)")
                throw ExitCode(.usage)
            }
        }
    }
}

extension Site {
    fileprivate var line: String {
        var notes: [String] = []
        if let retired { notes.append("retired: \(retired)") }
        if let until { notes.append("until \(until)") }
        if let identity { notes.append("login of \(identity)" + (session.map { ", good for \($0.written)" } ?? "")) }
        if let successor { notes.append("successor: \(successor)") }
        return "\(alias)  \(collection)  \(name)" + (notes.isEmpty ? "" : "  (\(notes.joined(separator: "; ")))")
    }
}

extension CollectionInfo {
    fileprivate var line: String {
        "\(id?.description ?? "-")  \(displayName ?? "-")  (\(entityType.description)\(owner.map { ", \($0)" } ?? ""))"
    }

    fileprivate func particulars(_ site: Site?) -> [String] {
        var lines = [line]
        if let site { lines.append("alias: \(site.alias)") }
        if let defaultDirectory { lines.append("default directory: \(defaultDirectory)") }
        lines.append("data_access consent: \(needsDataAccess ? "needed" : "none")")
        if let minutes = authenticationTimeoutMinutes { lines.append("a login lasts: \(Duration.seconds(minutes * 60).written)") }
        if let isConnected { lines.append(isConnected ? (isPaused ? "connected, paused" : "connected") : "not connected") }
        if isNonFunctional { lines.append("an endpoint, not a collection: nothing can be sent from or to it") }
        return lines
    }
}

extension DirectoryEntry {
    fileprivate var line: String {
        let kind = isLink ? "link" : type
        let amount = isDirectory ? "-" : Quantity.bytes(size ?? 0)
        return "\(kind)  \(amount)  \(lastModified ?? "-")  \(name)\(isDirectory ? "/" : "")\(linkTarget.map { " -> \($0)" } ?? "")"
    }
}

import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports
import PositionedYAML
import SystemFiles

struct SitesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sites", abstract: "Add collections to your site file.", subcommands: [Add.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Give a collection a short name in your site file.",
            usage: "pptransfer sites add <alias> --collection <collection> [<options>]",
            discussion: """
                Asks Globus what the collection is, tries to list its default directory, and adds an entry to \
                ~/.config/pptransfer/sites.yaml, or to --file. Other entries stay as they are. A description then names the collection \
                by its alias.

                  pptransfer sites add hpc --collection 'Example HPC file systems'
                  pptransfer sites add lab --collection 0f5c1d2e-7a4b-4c3d-9e8f-1a2b3c4d5e6f
                """)

        @Argument(help: "The alias: letters, digits, '-', '_' and '.'.")
        var alias: String

        @Option(help: ArgumentHelp("The UUID, the exact name, or a link of the web app.", valueName: "collection"))
        var collection: String

        @Option(help: ArgumentHelp("The site file. Default: ~/.config/pptransfer/sites.yaml.", valueName: "file"), completion: .file())
        var file: String?

        @OptionGroup var online: CollectionsCommand.Online

        func run() async throws {
            let console = Console(isRehearsal: false)
            guard CollectionReading.isAlias(alias), alias != "login", alias != "acknowledge_end" else {
                let isReserved = CollectionReading.isAlias(alias)
                console.error(
                    "\(shown(alias)) cannot be an alias; "
                        + (isReserved ? "a site file uses this word itself" : "use letters, digits and '-_.' only"))
                throw ExitCode(.usage)
            }
            let sites = try online.sites()
            if let known = sites.site(named: alias), SiteCatalogue.isBuiltIn(known) {
                console.error(
                    "'\(alias)' is built in, and an entry of yours would replace all that is known of it; choose another alias, or see: "
                        + "pptransfer collections list --long")
                throw ExitCode(.usage)
            }
            let path = try path(console)
            if let known = sites.site(named: alias), known.position.file == path {
                console.error("'\(alias)' is in \(path) already, in line \(known.position.line); change it there")
                throw ExitCode(.usage)
            }
            let wanted = try WantedCollection(sites, console) { () throws(PlaceProblem) in (try CollectionReference(word: collection), nil)
            }
            let (session, shown) = try online.session()
            let (id, _) = try await wanted.id(online, session, shown) { "pptransfer sites add \(alias) --collection \($0)" }
            let document: CollectionInfo
            do throws(GlobusError) { document = try await session.transfer.collection(id) } catch {
                throw online.refused(error, login: session.login.kind, shown)
            }
            if let fault = document.fault {
                shown.error("\(id): \(fault)")
                throw ExitCode(.collection)
            }
            if let known = sites.site(for: id), SiteCatalogue.isBuiltIn(known) {
                shown.error("\(id) is known already, as '\(known.alias)'")
                throw ExitCode(.usage)
            }
            let look = await Look(id, document, session.transfer)
            let lines = Self.entry(alias, id, document, look)
            try add(lines, to: path, shown)
            if online.json {
                online.show(document, shown)
            } else {
                shown.result(lines.map(Outlet.line).joined(separator: "\n"))
            }
            shown.note("added to \(path)")
            if let home = look.home { shown.note("its default directory is \(home)") }
            if let refusal = look.refusal {
                shown.note("it cannot be listed yet: \(refusal)", .warning)
                for command in look.needs.commands(for: session.login.kind, in: .commands) { shown.note("    " + command) }
            }
        }

        private func path(_ console: Console) throws -> String {
            if let file { return Journal.absolute(file) }
            guard let first = SiteCatalogue.files(CommandEnvironment.variables).first(where: \.isOptional) else {
                console.error("HOME is not set; name the site file with --file")
                throw ExitCode(.usage)
            }
            return first.path
        }

        /// What a listing of the default directory shows.
        private struct Look {
            var home: String?
            var refusal: GlobusError?
            var needs = LoginNeeds()
            /// The domain of the identity that the collection asks for.
            var domain: String?

            init(_ id: CollectionID, _ document: CollectionInfo, _ service: any TransferService) async {
                guard let path = try? CollectionPath(document.defaultDirectory ?? "/~/") else { return }
                do throws(GlobusError) {
                    let list = try await service.list(path, on: id, offset: 0, limit: 1)
                    home = list.absolutePath ?? path.description
                } catch {
                    refusal = error
                    guard case .refused(let refused) = error.cause else { return }
                    needs.add(refused, domain: nil)
                    domain = refused.authorization?.requiredDomains.first
                }
            }
        }

        private static func entry(_ alias: String, _ id: CollectionID, _ document: CollectionInfo, _ look: Look) -> [String] {
            var lines = ["\(alias):", "  collection: \(id)"]
            if let name = document.displayName, !name.isEmpty { lines.append("  name: \(YAMLText.quoted(name))") }
            if let domain = look.domain { lines.append("  identity: \(YAMLText.quoted(domain))") }
            if let minutes = document.authenticationTimeoutMinutes, minutes > 0 {
                lines.append("  session: \(Duration.clamped(seconds: minutes.clampedProduct(60)).written)")
            }
            if !document.needsDataAccess { lines.append("  data_access: false") }
            if document.forcesEncryption { lines.append("  encrypt: required") }
            lines.append(
                "  notes: [\(YAMLText.quoted("A \(document.kind) collection" + (document.organisation.map { " of \($0)" } ?? "") + "."))]")
            lines.append("  source: Globus")
            lines.append("  checked: \(SystemTimekeeper().now.day)")
            return lines
        }

        /// Nothing is written unless the file can be read with the entry.
        private func add(_ lines: [String], to path: String, _ console: Console) throws {
            do {
                var text = String(decoding: try DurableFile.read(path) ?? [], as: UTF8.self)
                if !text.isEmpty { text += text.hasSuffix("\n") ? "\n" : "\n\n" }
                text += lines.joined(separator: "\n") + "\n"
                let problems = SiteCatalogue.problems(inSiteFile: Array(text.utf8), called: path)
                guard problems.isEmpty else { throw console.refused(Problems(problems), asDocument: online.json) }
                if let directory = path.directory { try DurableFile.makeDirectory(directory) }
                try DurableFile.write(Array(text.utf8), to: path)
            } catch let problem as FileProblem {
                console.error("the site file \(path) cannot be written: \(problem.reason)")
                throw ExitCode(.output)
            }
        }
    }
}

import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports
import PositionedYAML

struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy files between collections, or to this machine, in one line.",
        discussion: """
            Transfers the files of SOURCE into the directory DESTINATION, and verifies them, as 'run' does with a transfer description:

              pptransfer copy "APS:DM:32ID:/Smith-2026-11/" ./data
              pptransfer copy jasmin:/gws/nopw/j04/canari/obs archer2:/work/n02/n02/me/obs

            A place is one of these:

              ALIAS:/path      a collection of the site files ('collections list')
              UUID:/path       any collection
              "NAME:/path"     a collection by its exact name, which may hold colons: the last ':/' divides
              "https://…"      a link of the Globus web app, in quotes; in place of collection and path
              ./path, /path    this machine, through its Globus Connect Personal

            '~/' after the colon is your home on that collection. The files in a directory arrive in DESTINATION itself. If there are \
            several sources, each directory arrives in a directory of its own name there.

            The same command again fetches only what is new or has changed: it compares size and modification time (--sync). If nothing \
            is new, no Globus task is made. If it was interrupted, it resumes. 'pptransfer status' lists copies by their name, which is \
            made of both ends unless you give --name.

            A copy has no wait limit: Globus gives it up after 14 days. Without its computer, the Globus task continues; the same \
            command then verifies what arrived.
            """)

    @Argument(
        help: ArgumentHelp(
            "One or more sources, and the destination: ALIAS:/path, UUID:/path, NAME:/path, a link, or a path of this machine.",
            valueName: "place"))
    var places: [String]

    @Flag(name: .customLong("dry-run"), help: "List both ends, and print what is new, what is there, and how much space is free.")
    var dryRun = false

    @Flag(name: .customLong("print"), help: "Print the same as a transfer description, for 'pptransfer run'. Nothing is sent.")
    var prints = false

    @OptionGroup var selection: CopyOptions
    @OptionGroup var repeating: RepeatOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var forgetting: ForgetOptions
    @OptionGroup var forcing: ForceOptions
    @OptionGroup var sums: SumsOptions
    @OptionGroup var logging: LogOptions

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Option(
        help: ArgumentHelp("The journal directory. Default: PPTRANSFER_JOURNAL, otherwise ~/.local/state/pptransfer.", valueName: "dir"),
        completion: .directory)
    var journal: String?

    func validate() throws {
        if places.count < 2 { throw ValidationError("name a source and a destination: pptransfer copy jasmin:/path ./here") }
        if prints, dryRun { throw ValidationError("--print and --dry-run exclude each other") }
        if repeating.every != nil, prints || dryRun || waiting.noWait {
            throw ValidationError("--every excludes --print, --dry-run and --no-wait")
        }
        if prints, json { throw ValidationError("--print prints YAML: --json is for the other results") }
        _ = try copies(CommandEnvironment.variables["HOME"])
    }

    func run() async throws {
        let session = try CommandSession(json: json, narration: logging.narration(outputIsDocument: json || prints))
        let copies = try await separated(try copies(session.environment["HOME"]), in: session)
        var plans = try await session.plans(of: Self.preparation(copies, session), waits: !dryRun && !prints)
        if selection.name == nil {
            for index in plans.indices {
                let (source, destination) = (plans[index].source, plans[index].destination)
                let subject = source.path == .root ? source.name : String(source.path.name)
                plans[index].rename(RecordName.name(after: subject, from: source, to: destination))
            }
        }
        if prints { return session.console.text(Self.yaml(plans.map(\.description))) }
        if dryRun {
            return try await session.preview(plans, comparing: true) { [logging] in $0.comparison(isVerbose: logging.verbose) }
        }
        var options = SendOptions(limit: waiting.longest, forgetsTask: forgetting.forgetsTask)
        options.deletesMost = forcing.deletesMost
        options.rounds = try repeating.rounds(of: plans, session.console)
        try sums.check(plans, session.console)
        options.writesSums = sums.writesSums
        let place = session.journal(given: journal)
        guard place.hasPlace else { throw session.console.refused(JournalProblem.noPlace, asDocument: json) }
        try await session.send(plans, options, journal: place, reporter: RunReporter(session, journal: place))
    }

    // MARK: the descriptions

    private func copies(_ home: String?) throws -> [TaskDescription] {
        let here = FileManager.default.currentDirectoryPath
        let sources = try places.dropLast().map { try Self.place($0, .source, here, home) }
        let destination = try Self.place(places[places.count - 1], .destination, here, home)
        return sources.enumerated().map { index, source in
            // Without a name, one is made of both ends once they are looked up.
            var copy = TaskDescription.copy(from: source, to: destination, name: selection.name ?? "copy \(index)")
            if selection.name != nil, sources.count > 1 {
                copy.name = Positioned(String(source.path.withoutEndingSlashes.lastName), at: copy.position)
            }
            selection.apply(to: &copy, isRepeated: repeating.every != nil)
            return copy
        }
    }

    private static func place(
        _ text: String, _ role: PlaceArgument.Role, _ directory: String, _ home: String?
    ) throws -> PlaceArgument {
        do {
            return try PlaceArgument(text, as: role, workingDirectory: directory, home: home)
        } catch {
            throw ValidationError("\(role == .source ? "SOURCE" : "DESTINATION"): \(error.what); \(error.remedy)")
        }
    }

    /// Several sources do not arrive in one heap: a directory keeps its name. Which of them are directories must be asked.
    private func separated(_ copies: [TaskDescription], in session: CommandSession) async throws -> [TaskDescription] {
        guard copies.count > 1 else { return copies }
        let plans = try await session.plans(of: Self.preparation(copies, session), waits: !dryRun && !prints)
        let service: any TransferService
        do throws(GlobusError) {
            service = try session.connected(for: .question, heardBy: RunReporter(session)).transfer
        } catch {
            throw session.console.refused(login: error)
        }
        var separated = copies
        for (index, plan) in plans.enumerated() {
            let isFile =
                if let local = plan.localSource { local.isFile } else {
                    (try? await service.acting(as: plan.localUsers).stat(plan.source.path, on: plan.source.collection))?.isFile == true
                }
            guard !isFile else { continue }
            let name = String(copies[index].from.path.value.withoutEndingSlashes.lastName)
            separated[index].to.path.value = copies[index].to.path.value.withEndingSlash + name
        }
        return separated
    }

    private static func yaml(_ copies: [TaskDescription]) -> String { copies.map(\.yaml).joined(separator: "---\n") }

    private static func preparation(_ copies: [TaskDescription], _ session: CommandSession) -> Preparation {
        let variables = Variables(set: [:], environment: session.environment)
        return Preparation([.made(yaml: yaml(copies), of: CopyOptions.origin)], variables: variables, words: .commands)
    }
}

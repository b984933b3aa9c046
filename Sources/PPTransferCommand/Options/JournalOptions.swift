import ArgumentParser
import Globus
import PPTransfer

/// Which records, of which journal.
struct JournalOptions: ParsableArguments {
    @Argument(
        help: "Only this workflow. Default: CYLC_WORKFLOW_NAME, in Cylc 7 CYLC_SUITE_NAME, otherwise all.",
        completion: .workflow)
    var workflow: String?

    @Option(help: ArgumentHelp("The journal directory, as for 'run'.", valueName: "dir"), completion: .directory)
    var journal: String?

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    /// A served stand-in has a journal of its own.
    func place(_ environment: [String: String]) -> Journal { Journal(given: journal, environment) }

    func isRehearsal(_ environment: [String: String]) -> Bool { Journal.isRehearsal(environment) }

    func workflow(_ environment: [String: String]) -> String? {
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

        return workflow ?? set("CYLC_WORKFLOW_NAME") ?? set("CYLC_SUITE_NAME")
    }
}

/// Which cycles of it.
struct CycleOptions: ParsableArguments {
    @Option(
        name: .customLong("cycle"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("This cycle. May be repeated.", valueName: "point"))
    var cycles: [String] = []

    @Option(parsing: .unconditional, help: ArgumentHelp("This cycle and later ones.", valueName: "point"))
    var from: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("This cycle and earlier ones.", valueName: "point"))
    var to: String?

    @Option(help: ArgumentHelp("Only the transfer of this name.", valueName: "name"))
    var name: String?

    /// Whether a cycle or a name is given.
    var isNamed: Bool { !cycles.isEmpty || from != nil || to != nil || name != nil }

    func selection(_ workflow: String?) -> RecordSelection {
        var selection = RecordSelection(workflow: workflow)
        (selection.cycles, selection.from, selection.to, selection.name) = (Set(cycles), from, to, name)
        return selection
    }
}

extension Journal {
    /// - Parameter given: on the command line.
    init(given: String?, _ environment: [String: String]) {
        self.init(environment: environment, given: given, isRehearsal: Self.isRehearsal(environment) && given == nil)
    }

    static func isRehearsal(_ environment: [String: String]) -> Bool { (try? GlobusEnvironment(environment).transfer.isLoopback) ?? false }
}

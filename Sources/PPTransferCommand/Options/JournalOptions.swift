import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer

/// Which records, of which journal.
struct JournalOptions: ParsableArguments {
    @Argument(
        help: "Only this workflow, or one run of it (u-ab123/run2). Default: CYLC_WORKFLOW_NAME, in Cylc 7 CYLC_SUITE_NAME, otherwise all.",
        completion: .workflow)
    var workflow: String?

    @Option(help: JournalOptions.help, completion: .directory)
    var journal: String?

    static let help = ArgumentHelp(
        "The journal directory. Default: as for 'run'; outside of a job also the journals of the workflow's runs below ~/cylc-run.",
        valueName: "dir")

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    /// In the place of a directory: every journal that can be found.
    static let all = "-"

    func isRehearsal(_ environment: [String: String]) -> Bool { Journal.isRehearsal(environment) }

    func workflow(_ environment: [String: String]) -> String? {
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

        return workflow ?? set("CYLC_WORKFLOW_NAME") ?? set("CYLC_SUITE_NAME")
    }
}

/// Which cycles of it.
struct CycleOptions: ParsableArguments {
    @Argument(help: "These cycles, as 'status' prints them; '-': the transfers without a cycle.")
    var points: [String] = []

    @Option(
        name: .customLong("cycle"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("This cycle. May be repeated.", valueName: "point"))
    var cycles: [String] = []

    @Option(
        name: .customLong("from"), parsing: .unconditionalSingleValue, help: ArgumentHelp("This cycle and later ones.", valueName: "point"))
    var first: [String] = []

    @Option(
        name: .customLong("to"), parsing: .unconditionalSingleValue, help: ArgumentHelp("This cycle and earlier ones.", valueName: "point"))
    var last: [String] = []

    /// The cycles that are meant begin here.
    var from: String? { first.last }
    /// The cycles that are meant end here.
    var to: String? { last.last }

    func validate() throws {
        for (option, values) in [("--from", first), ("--to", last)] where values.filter({ !OtherEnds.isPlace($0) }).count > 1 {
            throw ValidationError("\(option) is given twice")
        }
    }

    /// Takes the places out of what is given as cycles: a command may read '--from' and '--to' as both.
    ///
    /// - Throws: `ValidationError`, if an end is given twice.
    mutating func takePlaces() throws -> (source: String?, destination: String?) {
        func take(_ values: inout [String], _ option: String) throws -> String? {
            let places = values.filter { OtherEnds.isPlace($0) }
            guard places.count < 2 else { throw ValidationError("\(option) names two places: '\(places[0])' and '\(places[1])'") }
            values.removeAll { OtherEnds.isPlace($0) }
            return places.first
        }
        return (try take(&first, "--from"), try take(&last, "--to"))
    }

    @Option(help: ArgumentHelp("Only the transfer of this name.", valueName: "name"))
    var name: String?

    /// Whether cycles are chosen.
    var areChosen: Bool { !points.isEmpty || !cycles.isEmpty || from != nil || to != nil }

    /// Whether a cycle or a name is given.
    var isNamed: Bool { areChosen || name != nil }

    /// To be asked before the journal is read: without cycles there must be a workflow, which may have none.
    ///
    /// - Parameter options: by which cycles are chosen.
    /// - Throws: `ValidationError`.
    func requireChoice(_ place: JournalOptions, _ options: String) throws {
        guard areChosen || place.workflow(CommandEnvironment.variables) != nil else {
            throw ValidationError("select cycles with \(options), or name a workflow that has none")
        }
    }

    func selection(_ workflow: String?) -> RecordSelection {
        var selection = RecordSelection(workflow: workflow)
        (selection.cycles, selection.from, selection.to, selection.name) = (Set(points + cycles), from, to, name)
        return selection
    }
}

extension Journal {
    static func isRehearsal(_ environment: [String: String]) -> Bool { (try? GlobusEnvironment(environment).transfer.isLoopback) ?? false }
}

import ArgumentParser
import PPTransfer
import PPTransferReports
import PositionedYAML

/// Which of the transfers on record are shown.
struct FilterOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("This cycle and later ones.", valueName: "point"))
    var from: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("This cycle and earlier ones.", valueName: "point"))
    var to: String?

    @Option(
        name: .customLong("state"),
        help: ArgumentHelp("Only transfers in this state (archived, submitted, session). May be repeated.", valueName: "state"))
    var states: [String] = []

    var isGiven: Bool { from != nil || to != nil || !states.isEmpty }

    func validate() throws {
        let known = StatusReport.states
        for state in states where !known.contains(state) {
            throw ValidationError("no transfer has the state '\(state)'; " + hint(for: state, known: known, listing: "the states are "))
        }
    }

    /// Leaves `report` with what is wanted.
    ///
    /// - Throws: if a range has none of the cycles that are on record.
    func keep(in report: inout StatusReport, _ places: [JournalSearch.Place]) throws(RecordProblem) {
        if from != nil || to != nil {
            let known = report.rows.compactMap(\.cycle)
            try RecordProblem.requireWritten(from: from, to: to, known: known, in: places)
            report.keep(from: from, to: to)
            if report.rows.isEmpty, !known.isEmpty { throw RecordProblem(noCycleFrom: from, to: to, known: known, in: places) }
        }
        report.keep(states: states)
    }
}

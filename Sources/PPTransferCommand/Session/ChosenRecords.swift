import ArgumentParser
import FoundationEssentials
import PPTransfer
import PPTransferReports
import PositionedYAML

/// The records that a command works on, of one journal: a command that changes something guesses at neither.
struct ChosenRecords {
    var journal: Journal
    /// The workflow as records call it.
    var workflow: String?
    var records: [JournalRecord]
    var problems: [JournalProblem]
    /// Records of the cycles that were named, whether the command has something to do with them or not; the oldest first.
    var named: [JournalRecord]
}

extension JournalOptions {
    /// Looks for the journals that hold what is meant.
    ///
    /// - Parameter extent: how far, if the command line names no journal.
    func search(_ environment: [String: String], _ extent: JournalSearch.Extent = .likely) -> JournalSearch {
        JournalSearch(
            workflow: workflow(environment), given: journal == Self.all ? nil : journal, extent: journal == Self.all ? .everywhere : extent,
            environment: environment, isRehearsal: isRehearsal(environment))
    }

    /// What a command is to work on.
    ///
    /// - Parameters:
    ///   - options: by which cycles are chosen, if some must be, or the workflow has none.
    ///   - command: as it is typed.
    ///   - refine: narrows the choice to what the command has something to do with.
    func chosen(
        _ cycles: CycleOptions, _ environment: [String: String], options: String?, command: String,
        _ refine: (inout RecordSelection) -> Void = { _ in }
    ) throws(RecordProblem) -> ChosenRecords {
        if journal == JournalOptions.all {
            throw RecordProblem(
                "--journal - lists the journals; '\(command)' works on one of them", details: ["pptransfer status --journal -"],
                status: .usage)
        }
        let search = search(environment, workflow(environment) == nil ? .standard : .likely)
        if let problem = RecordProblem(search, workflow: workflow, journal: journal) { throw problem }
        if workflow(environment) == nil, journal == nil, search.places.isEmpty {
            let known = Set(self.search(environment, .everywhere).places.flatMap { $0.journal.workflows() }).sorted()
            guard known.isEmpty else {
                throw RecordProblem(
                    "name the workflow", details: ["on record: " + Quantity.list(known, most: 8).joined(separator: ", ")], status: .usage)
            }
        }
        let places = search.places.isEmpty ? [JournalSearch.Place(search.standard)] : search.places
        var selection = cycles.selection(search.workflow)
        let named = places.map { (place: $0, found: selection.records(in: $0.journal)) }
        let problems = named.flatMap(\.found.problems)
        try requireWritten(cycles, search, places)
        if problems.isEmpty { try requireKnown(cycles, search, places) }
        if let options, !cycles.areChosen, let workflow = search.workflow {
            let records = named.flatMap(\.found.records)
            if records.isEmpty, problems.isEmpty {
                throw RecordProblem(no: "workflow", workflow, known: [], of: nil, in: places)
            }
            try Self.requireNoCycles(records, of: workflow, options)
        }
        refine(&selection)
        let chosen = named.map { (place: $0.place, records: $0.found.records.filter(selection.matches)) }.filter { !$0.records.isEmpty }
        guard let first = chosen.first else {
            return ChosenRecords(
                journal: places[0].journal, workflow: search.workflow, records: [], problems: problems,
                named: named.flatMap(\.found.records))
        }
        let cyclesToChange = Set(chosen.flatMap(\.records).map(\.cycle))
        let holders = named.filter { $0.found.records.contains { cyclesToChange.contains($0.cycle) } }.map(\.place)
        guard holders.count == 1 else {
            let points = cyclesToChange.compactMap(\.self).sorted(by: RecordSelection.isEarlier)
            let title = "workflow '\(search.workflow ?? "-")'" + (points.count == 1 ? ", cycle \(points[0])," : "")
            throw RecordProblem(ambiguous: title, in: holders, workflow: search.workflow, command: command)
        }
        return ChosenRecords(
            journal: first.place.journal, workflow: search.workflow, records: first.records, problems: problems,
            named: named.flatMap(\.found.records))
    }

    /// Makes sure that the bounds of a range can be compared with the cycles on record.
    private func requireWritten(
        _ cycles: CycleOptions, _ search: JournalSearch, _ places: [JournalSearch.Place]
    ) throws(RecordProblem) {
        guard cycles.from != nil || cycles.to != nil else { return }
        let known = places.flatMap { $0.journal.summaries(of: search.workflow).summaries }.compactMap(\.cycle)
        try RecordProblem.requireWritten(from: cycles.from, to: cycles.to, known: known, in: places)
    }

    /// Makes sure that each cycle and the name on the command line are on record: one that is not is an error in typing.
    private func requireKnown(
        _ cycles: CycleOptions, _ search: JournalSearch, _ places: [JournalSearch.Place]
    ) throws(RecordProblem) {
        guard cycles.isNamed else { return }
        let all = places.flatMap { $0.journal.summaries(of: search.workflow).summaries }
        try Self.requireKnown(
            cycles, cycles: all.map { $0.cycle ?? RecordSelection.noCycle }, names: all.compactMap(\.name), of: search.workflow, in: places)
    }

    /// - Parameters:
    ///   - points: the cycles on record.
    ///   - names: the names on record.
    static func requireKnown(
        _ options: CycleOptions, cycles points: [String], names: [String], of workflow: String?, in places: [JournalSearch.Place]
    ) throws(RecordProblem) {
        let known = Array(Set(points)).sorted(by: RecordSelection.isEarlier)
        for point in options.points + options.cycles where !known.contains(point) {
            throw RecordProblem(no: "cycle", point, known: known, of: workflow, in: places)
        }
        if let name = options.name, !names.contains(name) {
            throw RecordProblem(no: "transfer", name, known: Set(names).sorted(), of: workflow, in: places)
        }
        let isInRange = known.contains { point in
            !(options.from.map { RecordSelection.isEarlier(point, $0) } ?? false)
                && !(options.to.map { RecordSelection.isEarlier($0, point) } ?? false)
        }
        guard options.from != nil || options.to != nil, !isInRange else { return }
        throw RecordProblem(noCycleFrom: options.from, to: options.to, known: known, in: places)
    }

    /// Makes sure that a workflow has no cycles, so that its name says which transfers are meant.
    static func requireNoCycles(_ records: [JournalRecord], of workflow: String, _ options: String) throws(RecordProblem) {
        let points = records.compactMap(\.cycle).sorted(by: RecordSelection.isEarlier)
        guard let first = points.first, let last = points.last else { return }
        let range = first == last ? "the cycle \(first)" : "cycles, from \(first) to \(last)"
        throw RecordProblem("workflow '\(workflow)' has \(range); select cycles with \(options)", status: .usage)
    }
}

extension Console {
    /// Prints which journals are read, unless the caller has named the one.
    func tell(_ search: JournalSearch) {
        guard !search.isNamed else { return }
        for place in search.places.prefix(5) { note("journal\(place.run.map { " of \($0)" } ?? ""): \(place.journal.directory)") }
        if search.places.count > 5 { note("… and \(search.places.count - 5) more journals: pptransfer status --journal -") }
    }

    /// Why a command has no records to work on.
    ///
    /// - Parameter document: what `--json` prints, if it prints one.
    func refused(_ problem: RecordProblem, document: ReportDocument<some ReportBody>?) -> ExitCode {
        refuse(problem)
        if let document { self.document(document) }
        return ExitCode(problem.status)
    }

    func refused(_ problem: RecordProblem) -> ExitCode {
        refuse(problem)
        return ExitCode(problem.status)
    }

    private func refuse(_ problem: RecordProblem) {
        note(narration.format == .text ? "error: " + problem.message : problem.message, .error, details: problem.details)
    }
}

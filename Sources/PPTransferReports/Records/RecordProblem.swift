package import PPTransfer
import PositionedYAML
import SystemFiles

/// Why a command has no records to work on: nothing is on record of what it names, or it does not say which of several is meant.
package struct RecordProblem: Error, Hashable, Sendable {
    package var message: String
    /// Particulars and what to do, a line each.
    package var details: [String] = []
    package var status = ExitStatus.noRecord

    package init(_ message: String, details: [String] = [], status: ExitStatus = .noRecord) {
        (self.message, self.details, self.status) = (message, details, status)
    }
}

extension RecordProblem {
    /// - Parameter workflow: as it was typed.
    /// - Returns: `nil` if the search has found a journal, or nothing was named that it could have missed.
    package init?(_ search: JournalSearch, workflow: String?, journal: String?) {
        guard search.places.isEmpty else { return nil }
        let looked = search.others.map { ($0, Self.look($0.journal.directory)) }
        let unreadable = looked.contains { if case .unreachable = $1 { true } else { false } }
        if let workflow {
            let known = search.others.flatMap { place in
                place.journal.workflows().flatMap { name in [name] + (place.run.map { ["\(name)/\($0)"] } ?? []) }
            }
            var message = "no record of workflow '\(workflow)'"
            let near = Self.near(workflow, among: known)
            if let near { message += "; did you mean '\(near)'?" }
            self.init(message, status: unreadable ? .journal : .noRecord)
            details = Quantity.list(looked.map { "looked in " + Self.line($0, $1) }, most: 8) + Self.installation(search, workflow)
            if near == nil { details += ["To list all journals:", "    pptransfer status --journal -"] }
        } else if journal != nil, let (place, state) = looked.first, state != .directory {
            self.init("no journal: " + Self.line(place, state), status: unreadable ? .journal : .noRecord)
            details = ["To list all journals:", "    pptransfer status --journal -"]
        } else {
            return nil
        }
    }

    /// What was named of the workflows that are on record: cycles or a transfer's name.
    ///
    /// - Parameters:
    ///   - what: `cycle`, `transfer`
    ///   - known: those that there are, in their order.
    package init(no what: String, _ name: String, known: [String], of workflow: String?, in places: [JournalSearch.Place]) {
        var message = "no record of \(what) '\(name)'" + (workflow.map { " of workflow '\($0)'" } ?? "")
        if let near = Self.near(name, among: known) { message += "; did you mean '\(near)'?" }
        self.init(message, known: known, in: places)
    }

    /// A range of cycles has none of those that are on record.
    package init(noCycleFrom first: String?, to last: String?, known: [String], in places: [JournalSearch.Place]) {
        let range = [first.map { " from \($0)" }, last.map { " to \($0)" }].compactMap(\.self).joined()
        self.init("no cycle\(range) is on record", known: known, in: places)
    }

    /// A bound of a range that is not written as the cycles on record are: what it would select is not what was meant.
    ///
    /// - Parameters:
    ///   - option: `--from`
    ///   - known: in their order.
    package init?(bound: String?, option: String, known: [String], in places: [JournalSearch.Place]) {
        guard let bound, !RecordSelection.isComparable(bound, with: known) else { return nil }
        let points = known.filter { $0 != RecordSelection.noCycle }
        self.init("\(option) '\(bound)' is not written as the cycles on record are", known: points, in: places)
        if bound.has("/") { details.append("a place is written COLLECTION:/path, or /path on the recorded collection") }
        status = .usage
    }

    /// Makes sure that the bounds of a range are written as the cycles on record are.
    package static func requireWritten(
        from first: String?, to last: String?, known: [String], in places: [JournalSearch.Place]
    ) throws(RecordProblem) {
        let points = Array(Set(known)).sorted(by: RecordSelection.isEarlier)
        for (option, bound) in [("--from", first), ("--to", last)] {
            if let problem = RecordProblem(bound: bound, option: option, known: points, in: places) { throw problem }
        }
    }

    private init(_ message: String, known: [String], in places: [JournalSearch.Place]) {
        self.init(message, details: Quantity.list(places.map { "looked in \($0.journal.directory)" }, most: 8))
        if let first = known.first, let last = known.last {
            details.append(first == last ? "on record: \(first)" : "on record: \(Set(known).count), from \(first) to \(last)")
        }
    }

    /// Several journals have records of what a command would change.
    ///
    /// - Parameter command: up to the name of the workflow: `pptransfer rerun`.
    package init(ambiguous title: String, in places: [JournalSearch.Place], workflow: String?, command: String) {
        self.init("\(title) is in \(places.count) journals; name one of them", status: .usage)
        details = places.map { place in
            if let run = place.run, let workflow { return "\(command) \(ShellWord.plainOrQuoted("\(workflow)/\(run)")) …" }
            return "\(command) \(workflow.map { ShellWord.plainOrQuoted($0) + " " } ?? "")… --journal "
                + ShellWord.plainOrQuoted(place.journal.directory)
        }
    }

    /// The beginning of one name is a slip, too.
    private static func near(_ name: String, among known: [String]) -> String? {
        let continued = Set(known.filter { $0.begins(with: name) && !$0.isSameBytes(as: name) })
        return continued.count == 1 ? continued.first : nearest(to: name, among: known.filter { !$0.isSameBytes(as: name) })
    }

    private static func look(_ directory: String) -> DirectoryState {
        let state = DirectoryState(directory)
        guard state == .directory, access(directory, R_OK | X_OK) != 0 else { return state }
        return .unreachable(reason: SystemReason.words())
    }

    private static func line(_ place: JournalSearch.Place, _ state: DirectoryState) -> String {
        let directory = place.journal.directory
        switch state {
        case .nothing: return "\(directory): it does not exist"
        case .somethingElse: return "\(directory): it is not a directory"
        case .unreachable(let reason): return "\(directory): it cannot be read: \(reason)"
        case .directory:
            let workflows = place.journal.workflows()
            return "\(directory): "
                + (workflows.isEmpty ? "it has no records" : "it has " + Quantity.list(workflows, most: 3).joined(separator: ", "))
        }
    }

    /// What is known of the workflow where Cylc installs it: its jobs may have run on another host.
    private static func installation(_ search: JournalSearch, _ workflow: String) -> [String] {
        guard let directory = search.runDirectory else { return [] }
        guard DirectoryState(directory) == .directory else { return ["looked in \(directory): it does not exist"] }
        guard !search.others.contains(where: { $0.journal.directory.begins(with: directory + "/") }) else { return [] }
        return [
            "looked in \(directory): none of its runs has a journal (share/pptransfer) on this host",
            "If its jobs run on another host, as with PUMA2 and ARCHER2, the journal is there:",
            "    ssh HOST pptransfer status \(ShellWord.plainOrQuoted(workflow))",
        ]
    }
}

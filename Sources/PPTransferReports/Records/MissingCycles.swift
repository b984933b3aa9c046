package import CycleCalendar
package import PPTransfer
import PositionedYAML

/// Why it cannot be said which cycles are missing.
package enum MissingCyclesProblem: Error, Hashable, Sendable {
    case noRecord(workflow: String?)
    case severalWorkflows([String])
    case cycling(CyclingProblem)
}

extension MissingCyclesProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noRecord(let workflow?):
            "no record of workflow '\(workflow)'; 'pptransfer status' lists the workflows of the journal"
        case .noRecord(nil): "no record of any workflow"
        case .severalWorkflows(let names):
            "the journals have several workflows; name one of \(Quantity.list(names).joined(separator: ", "))"
        case .cycling(let problem): problem.description
        }
    }
}

extension MissingCyclesProblem {
    package var status: ExitStatus { if case .noRecord = self { .noRecord } else { .usage } }
}

extension StatusReport {
    /// Keeps, and adds, what keeps the cycles of a range from being archived: a row for each that has no archived record, under each
    /// name that the workflow's transfers have.
    ///
    /// - Parameters:
    ///   - workflow: which one's records were read; `nil` for all, of which there must be one then.
    ///   - period: without one, that of the cycles in the journal.
    ///   - findsFiles: whether the files that each cycle should have are compared with what is verified; a cycle that lacks one is missing.
    /// - Returns: the period, if it was taken from the journal.
    @discardableResult
    package mutating func keepMissing(
        from range: CycleRange, every period: CyclePeriod?, workflow: String?, findsFiles: Bool = false
    ) throws(MissingCyclesProblem) -> CyclePeriod? {
        let workflows = Set(rows.map(\.workflow)).sorted()
        guard let only = workflows.first else { throw .noRecord(workflow: workflow) }
        guard workflows.count == 1 else { throw .severalWorkflows(workflows) }
        let inferred = period == nil ? range.period(of: rows.compactMap(\.cycle)) : nil
        let points: [String]
        do throws(CyclingProblem) { points = try range.points(every: period ?? inferred) } catch { throw .cycling(error) }

        let names = Set(rows.map(\.name)).sorted { ($0 ?? "") < ($1 ?? "") }
        var known: [String?: [String?: Row]] = [:]
        // Of several runs, one that has archived the cycle is enough.
        for row in rows where known[row.cycle]?[row.name].map({ $0.status != .ok }) ?? true {
            known[row.cycle, default: [:]][row.name] = row
        }
        rows = points.flatMap { point in
            names.compactMap { name in
                var row = known[point]?[name] ?? Row(absent: point, name: name, workflow: only)
                if findsFiles { row.findFiles() }
                return row.status == .ok ? nil : row
            }
        }
        return inferred
    }
}

extension StatusReport.Row {
    /// Compares what the cycle should have with what is verified. One that was archived without a file of its list is `partial`.
    fileprivate mutating func findFiles() {
        guard let journal, let cycle else { return filesNote = "no record: it is not known which files it should have" }
        let place = Journal(directory: journal)
        do throws(JournalProblem) {
            guard let record = try place.record(workflow: workflow, cycle: cycle, name: name)?.record else { return }
            guard let found = try place.missingFiles(of: record) else {
                return filesNote = "its description names no list of files ('expect' or 'select.list')"
            }
            guard !found.paths.isEmpty else { return }
            missingFiles = found
            let names = Quantity.list(found.paths, most: 5).joined(separator: ", ")
            filesNote = "\(found.paths.count) of \(found.expected) files of \(shown(found.list)) not verified: \(names)"
            guard isArchived else { return }
            (state, exitStatus) = (ExitStatus.partial.name, ExitStatus.partial.number)
        } catch {
            filesNote = error.description
            // What is not known is not archived.
            if isArchived { (state, exitStatus) = (ExitStatus.unverified.name, ExitStatus.unverified.number) }
        }
    }

    /// A cycle of which the journal has no record.
    fileprivate init(absent cycle: String, name: String?, workflow: String) {
        (self.workflow, self.cycle, self.name, state, exitStatus) = (
            workflow, cycle, name, Self.absent, ExitStatus.noRecord.number
        )
        (files, bytes) = (0, 0)
        message = "no record: the cycle's task has not run, or its journal is another one"
    }
}

package import Globus
import PositionedYAML
import SystemFiles

/// Checks whether a staging directory holds anything that is not verified, so that a task may delete the directory as a whole.
///
/// A file counts as verified under the conditions under which `clean` would delete it, as far as the journal tells.
package struct StagedCheck: Sendable {
    private let journal: Journal
    private let time: any Timekeeper

    package init(_ journal: Journal, time: any Timekeeper = SystemTimekeeper()) { (self.journal, self.time) = (journal, time) }

    package struct Report: Sendable {
        package var directory: String
        /// All that are there.
        package var files = 0
        package var bytes: Int64 = 0
        /// What is not verified, each with its path and the reason.
        package var unproven: [String] = []
        /// Whether there is no such directory.
        package var isMissing = false
    }

    /// - Parameter plans: of the cycle's archived transfers.
    /// - Throws: if the journal's proof cannot be read, or another process works on the cycle.
    package func report(on directory: String, _ plans: [TransferPlan]) async throws(JournalProblem) -> Report {
        let found = await Leftovers(in: directory)
        var report = Report(directory: directory)
        // A single file has no directories, and nothing is in its way.
        guard access(found.root, F_OK) == 0, found.scan.directories > 0 || !found.scan.problems.isEmpty else {
            report.isMissing = true
            return report
        }
        let entries = found.entries
        (report.files, report.bytes) = (entries.count, found.scan.manifest.bytes)
        var seen = Seen(isKnown: Array(repeating: false, count: entries.count), isSelected: Array(repeating: nil, count: entries.count))
        for plan in plans { report.unproven += try await look(at: plan, in: found, &seen) }
        for index in entries.indices where !seen.isKnown[index] {
            let reason = seen.isSelected[index].map(Leftovers.reason) ?? "it is not in the source of a transfer of this cycle"
            report.unproven.append("\(found.root)/\(entries[index].path): \(reason)")
        }
        report.unproven += found.scan.problems.map { "\(found.root): \($0)" }
        return report
    }

    /// What transfers know of the directory's files.
    private struct Seen {
        var isKnown: [Bool]
        /// `nil`: it is in no transfer's source.
        var isSelected: [Bool?]
    }

    /// - Returns: a line for each file of the directory that the transfer's record has, and that is not what was verified.
    private func look(at plan: TransferPlan, in found: Leftovers, _ seen: inout Seen) async throws(JournalProblem) -> [String] {
        let cycle = try await CycleJournal(journal, plan, time: time)
        defer { cycle.release() }
        guard let root = plan.localRoot, let deletable = try Deletable(cycle, plan.description) else { return [] }
        let origin = Origin(source: root, directory: found.root)
        let selector = FileSelector(plan.description.select)
        for index in found.entries.indices where seen.isSelected[index] != true {
            guard let path = origin.path(ofFile: found.entries[index].path) else { continue }
            seen.isSelected[index] = selector.selects(path)
        }
        func present(_ manifest: Manifest) -> Manifest {
            var isThere: [Bool] = []
            for entry in manifest.entries {
                let place = origin.path(inDirectory: entry.path).flatMap { found.entries.index(ofPath: $0.utf8) }
                if let place { seen.isKnown[place] = true }
                isThere.append(place != nil)
            }
            return manifest.with(manifest.entries.filtered { isThere[$0] })
        }
        var here = deletable
        (here.rows, here.withheld) = (present(deletable.rows), present(deletable.withheld))
        let (free, held) = SourceClaims(on: plan, in: journal).part(here.rows)
        let kept = SourceCleaner(deletes: false).clean(free, in: root).kept + held + here.keptLines(in: root)
        return kept.map { "\(root)/\($0)" }
    }

    /// How the paths of a source lie to those of a directory: one is in the other.
    private struct Origin {
        private var source: String
        private var directory: String

        init(source: String, directory: String) {
            self.source = (Leftovers.real(source) ?? source).withEndingSlash
            self.directory = directory.withEndingSlash
        }

        /// The path from the source; `nil` if the file is not in it.
        func path(ofFile path: String) -> String? { Self.strip(source, from: directory + path) }
        /// The path from the directory; `nil` if the source's file is not in it.
        func path(inDirectory path: String) -> String? { Self.strip(directory, from: source + path) }

        private static func strip(_ beginning: String, from path: String) -> String? {
            path.utf8.starts(with: beginning.utf8) ? String(decoding: path.utf8.dropFirst(beginning.utf8.count), as: UTF8.self) : nil
        }
    }
}

package import Globus
package import PositionedYAML

/// Destination files that another transfer writes, too.
package struct SharedFiles: Sendable, Hashable {
    package enum Other: Sendable, Hashable {
        /// Of the same run: its title and where it is written.
        case document(String, SourcePosition)
        /// A record of the journal whose submission has not ended.
        case live(String, TaskID?)
        /// A record of the journal that has verified the files, and when.
        case archived(String, proven: String)
    }

    package var other: Other
    /// From this transfer's destination directory: the first of them, at most `most`. Empty if only the directories tell.
    package var paths: [String]
    package var count: Int

    static let most = 20
}

extension SharedFiles {
    package var status: ExitStatus { if case .document = other { .description } else { .conflict } }

    /// One sentence without a full stop.
    package func sentence(_ plan: TransferPlan) -> String {
        let files = count == 0 ? "the files" : Quantity.count(count, "file")
        let place = plan.destination.text
        switch other {
        case .document(let title, let position):
            return "this transfer (\(plan.description.position)) and '\(title)' (\(position)) would both write \(files) at \(place)"
        case .live(let title, let task):
            return "'\(title)' of the same journal is sending \(files) of the same names to \(place)"
                + (task.map { " (Globus task \($0))" } ?? "") + "; '\(plan.title)' would replace them"
        case .archived(let title, let proven):
            return "'\(title)' of the same journal has archived \(files) of the same names at \(place), verified at \(proven); "
                + "'\(plan.title)' would replace them"
        }
    }

    var remedy: String {
        switch other {
        case .document: "give each transfer a 'to.path' of its own, or choose different files with 'select: {include: […]}'"
        case .live: "wait until it has ended; give each cycle a directory of its own, as with {cycle} in 'to.path'"
        case .archived:
            "give each cycle a directory of its own, as with {cycle} in 'to.path'; if the archived files may be replaced, write "
                + "'existing: replace' in 'to'"
        }
    }
}

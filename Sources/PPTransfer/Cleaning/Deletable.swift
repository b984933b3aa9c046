import Globus
import SystemFiles

/// Decides which source files may be deleted: the only place that does.
///
/// A source file may go only if
/// - its own bytes were sent by a task of this transfer (Globus's list names it, or its digest is proven), or Globus compared them with
///   those at the destination by checksum: `init`,
/// - it is still the same file: `Sameness`,
/// - the destination is another place: `SourceDeletion`, by canaries,
/// - it is still at the destination with its size, and with its time where times are kept: `SourceDeletion`, by a listing,
/// - no other transfer of the journal has sent a file of its name to the same place since: `SourceDeletion`.
struct Deletable {
    /// Rows of files that may go, as far as the journal tells.
    var rows: Manifest
    /// Rows that are verified at the destination and must stay.
    var withheld: Manifest
    /// Why these must stay.
    private let reason: String

    /// - Returns: `nil` if nothing is proven at the level that is asked for.
    /// - Throws: if the journal's proof is not the one that its receipt speaks of.
    init?(_ cycle: CycleJournal, _ description: TaskDescription) throws(JournalProblem) {
        guard let proven = try cycle.proven(atLeast: max(.size, description.verify.level)) else { return nil }
        let links = try cycle.linksAtDestination()
        guard let links, let unsent = try cycle.unsent() else {
            // Recorded before it was written down what Globus had only compared.
            rows = proven.filter { links != nil && $0.digest != nil }
            withheld = proven.filter { links == nil || $0.digest == nil }
            reason = "the journal does not show whether Globus sent it or compared its contents"
            return
        }
        let (linked, skipped) = (Set(links.entries.map { FileName($0.path) }), Set(unsent.entries.map { FileName($0.path) }))
        func mustStay(_ entry: Manifest.Entry) -> Bool {
            guard !linked.isEmpty || !skipped.isEmpty else { return false }
            let name = FileName(entry.path)
            return linked.contains(name) || entry.digest == nil && skipped.contains(name)
        }
        rows = proven.filter { !mustStay($0) }
        withheld = proven.filter(mustStay)
        reason = "Globus neither sent it nor compared its contents, or it is a link at the destination"
    }

    /// A line for each withheld file that is still at the source.
    func keptLines(in root: String) -> [String] {
        withheld.entries.compactMap { entry in
            let look = SourceCleaner(deletes: false).clean(Manifest([entry]), in: root)
            return look.files > 0 ? "\(entry.path): \(reason)" : look.kept.first
        }
    }
}

import Globus

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Decides which source files may be deleted: the only place that does.
///
/// A source file may go only if
/// - its own bytes were sent by a task of this transfer (Globus's list names it, or its digest is proven), or Globus compared them with
///   those at the destination by checksum: `init`,
/// - it is still the same file: `Sameness`,
/// - the destination is another place: `SourceDeletion`, by canaries.
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
            rows = Manifest(proven.entries.filter { links != nil && $0.digest != nil })
            withheld = Manifest(proven.entries.filter { links == nil || $0.digest == nil })
            reason = "the journal does not tell whether Globus sent it or compared its contents"
            return
        }
        let (linked, skipped) = (Set(links.entries.map { FileName($0.path) }), Set(unsent.entries.map { FileName($0.path) }))
        func mustStay(_ entry: Manifest.Entry) -> Bool {
            guard !linked.isEmpty || !skipped.isEmpty else { return false }
            let name = FileName(entry.path)
            return linked.contains(name) || entry.digest == nil && skipped.contains(name)
        }
        rows = Manifest(proven.entries.filter { !mustStay($0) })
        withheld = Manifest(proven.entries.filter(mustStay))
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

/// Deletes at the source what may be deleted, once it is known that the destination is another place.
struct SourceDeletion {
    let plan: TransferPlan
    let cleaner: SourceCleaner
    /// Absent: nobody can be asked.
    let service: (any TransferService)?
    let time: any Timekeeper
    /// What other transfers still need of the source.
    var claims: SourceClaims?

    /// - Returns: what was deleted and what stays; or why nothing is deleted.
    func perform(on deletable: Deletable, in root: String) async -> SourceCleaner.Result {
        var deletable = deletable
        let (free, held) = claims?.part(deletable.rows) ?? (deletable.rows, [])
        deletable.rows = free
        var look = cleaner
        look.deletes = false
        look.isCancelled = { Task.isCancelled }
        var result = look.clean(deletable.rows, in: root)
        result.isOnlyTold = !cleaner.deletes
        var rows = deletable.rows
        var kept = deletable.keptLines(in: root)
        if cleaner.deletes, result.files > 0, !result.isCutOff {
            guard let service else { return .refusing("nobody can be asked whether the destination is another place") }
            switch await PlaceCheck(plan, service, time).finding(in: result.folders, of: root) {
            case .apart(let unwritable):
                if !unwritable.isEmpty {
                    let isUnwritable = { (entry: Manifest.Entry) in unwritable[FileName(entry.folder)] }
                    kept += rows.entries.compactMap { entry in isUnwritable(entry).map { "\(entry.path): its directory: \($0)" } }
                    rows = Manifest(rows.entries.filter { isUnwritable($0) == nil })
                }
                result = cleaner.clean(rows, in: root)
            case let finding: return .refusing(finding, plan, root)
            }
        }
        result.kept += kept
        result.held = held
        return result
    }
}

extension Manifest.Entry {
    /// The directory that holds it: empty, or ending in a slash.
    var folder: String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? ""
    }
}

extension SourceCleaner.Result {
    /// Nothing is deleted, and why.
    public struct Refusal: Sendable, Hashable {
        public var reason: String
        public var status = ExitStatus.unverified
        /// The destination is the source itself, so that nothing is archived.
        public var isSamePlace = false
    }

    static func refusing(_ reason: String, _ status: ExitStatus = .unverified, isSamePlace: Bool = false) -> Self {
        var result = Self()
        result.refusal = Refusal(reason: reason, status: status, isSamePlace: isSamePlace)
        return result
    }

    fileprivate static func refusing(_ finding: PlaceCheck.Finding, _ plan: TransferPlan, _ root: String) -> Self {
        switch finding {
        case .apart: Self()
        case .unknown(.cancelled): cutOff
        case .unknown(let error): refusing(finding.reason(plan, root), ExitStatus(unproven: error))
        case .same: refusing(finding.reason(plan, root), isSamePlace: true)
        case .notTheSource, .unmade: refusing(finding.reason(plan, root))
        }
    }

    private static var cutOff: Self {
        var result = Self()
        result.isCutOff = true
        return result
    }

    /// What it comes to.
    public var status: ExitStatus { ExitStatus(cleaned: self) }
}

extension PlaceCheck.Finding {
    /// Why nothing is deleted, and nothing sent again.
    func reason(_ plan: TransferPlan, _ root: String) -> String {
        switch self {
        case .apart: "the destination is another place"
        case .same(let folder):
            "source and destination are the same place: a file made in '\(root)/\(folder.text)' appeared at '\(plan.destination.text)'"
        case .notTheSource:
            "'\(root)' on this machine is not what \(plan.source.name) shows: a file made there did not appear at '\(plan.source.text)'"
        case .unmade(let reason): "whether the destination is another place cannot be checked: no file can be made in \(reason)"
        case .unknown(let error): "whether the destination is another place cannot be checked: \(error)"
        }
    }
}

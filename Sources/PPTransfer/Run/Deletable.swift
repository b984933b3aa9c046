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
            reason = "the journal does not tell whether Globus sent it or compared its contents"
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

/// Deletes at the source what may be deleted, once it is known that the destination is another place.
struct SourceDeletion {
    let plan: TransferPlan
    let cleaner: SourceCleaner
    /// Absent: nobody can be asked.
    let service: (any TransferService)?
    let time: any Timekeeper
    /// What other transfers still need of the source.
    var claims: SourceClaims?
    /// Of this transfer, and what else stands in the journal.
    var record: CycleJournal?
    var others: LiveTransfers?

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
                    rows = rows.filter { isUnwritable($0) == nil }
                }
                do throws(GlobusError) {
                    let lost = try await filesLost(of: rows).merging(filesReplaced(of: rows)) { first, _ in first }
                    kept += rows.entries.compactMap { entry in
                        guard let reason = lost[FileName(entry.path)], look.clean(Manifest([entry]), in: root).files > 0 else { return nil }
                        return "\(entry.path): \(reason)"
                    }
                    rows = rows.filter { lost[FileName($0.path)] == nil }
                } catch {
                    return .refusing(error)
                }
                result = cleaner.clean(rows, in: root)
            case let finding: return .refusing(finding, plan, root)
            }
        }
        result.kept += kept
        result.held = held
        return result
    }

    /// Files that were proven, perhaps long ago, and are at the destination no more: theirs may be the only bytes left.
    private func filesLost(of rows: Manifest) async throws(GlobusError) -> [FileName: String] {
        guard let service, !rows.entries.isEmpty else { return [:] }
        let keepsTimes = plan.description.transfer.preserveTimestamp
        let finding = try await Proof(service: service, time: time).finding(of: rows, at: plan.destination, comparesTimes: keepsTimes)
        var lost: [FileName: String] = [:]
        for path in finding.otherTimes {
            lost[FileName(path)] =
                "its time at the destination is another, so another file may have been written there since "
                + "('transfer: {preserve_timestamp: false}' if the destination keeps no times)"
        }
        for path in finding.links { lost[FileName(path)] = "it is a link at the destination" }
        for difference in finding.differences {
            lost[FileName(difference.path)] =
                "it is no longer at the destination as it was verified; 'pptransfer verify' records that, and the next run sends it again"
        }
        return lost
    }
}

extension SourceDeletion {
    /// Files in whose place another transfer of the journal has sent its own since they were verified, or sends them now.
    private func filesReplaced(of rows: Manifest) -> [FileName: String] {
        guard let record, let others, let proven = record.record.receipt.flatMap({ Timestamp(wire: $0.proven) }) else { return [:] }
        var replaced: [FileName: String] = [:]
        for other in others.journal.otherTransfers(besides: [plan]) {
            let isLater = other.proof.flatMap { Timestamp(wire: $0.proven) }.map { $0 >= proven } ?? false
            var sent: [(String, JournalRecord.Plan.End)] = []
            if isLater, let proof = other.proof { sent.append((".proven", proof.destination)) }
            if let live = other.live { sent.append((".sent", live.destination)) }
            for (ending, end) in sent {
                guard end.mayShare(plan.destination), let manifest = try? ManifestFile.read(other.stem + ending) else { continue }
                rows.entries.forEachAlso(in: manifest.entries, at: end, plan.destination) { index in
                    replaced[FileName(rows.entries[index].path)] = "'\(other.title)' sent a file to the same place since"
                }
            }
        }
        return replaced
    }
}

extension JournalRecord.Plan.End {
    /// Whether files at the two ends may be the same: one path holds the other.
    func mayShare(_ end: ResolvedEnd) -> Bool {
        guard collection == end.collection, let path = try? CollectionPath(path) else { return false }
        return path.prefix(from: end.path) != nil || end.path.prefix(from: path) != nil
    }
}

extension Manifest.Entries {
    /// Calls `body` with the index of each entry that is also in `other`, each seen from its own end of one collection.
    func forEachAlso(in other: Manifest.Entries, at end: JournalRecord.Plan.End, _ own: ResolvedEnd, _ body: (Int) -> Void) {
        guard let path = try? CollectionPath(end.path) else { return }
        if let prefix = path.prefix(from: own.path) {
            forEachShared(with: other, below: prefix) { index, _ in body(index) }
        } else if let prefix = own.path.prefix(from: path) {
            other.forEachShared(with: self, below: prefix) { _, index in body(index) }
        }
    }
}

extension Manifest.Entry {
    /// The directory that holds it: empty, or ending in a slash.
    var folder: String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(decoding: path.utf8[...$0], as: UTF8.self) } ?? ""
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

    fileprivate static func refusing(_ error: GlobusError) -> Self {
        if error == .cancelled { return cutOff }
        return refusing("whether the files are still at the destination cannot be checked: \(error)", ExitStatus(unproven: error))
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

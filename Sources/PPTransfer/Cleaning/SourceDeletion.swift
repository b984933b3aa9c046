import Globus
import SystemFiles

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
        let (free, held) = claims?.part(deletable.rows) ?? (deletable.rows, [])
        var result = look(at: free, in: root)
        result.isOnlyTold = !cleaner.deletes
        var kept = deletable.keptLines(in: root)
        if cleaner.deletes, result.files > 0, !result.isCutOff {
            do throws(Refused) {
                var rows = free
                kept += withhold(try await inUnwritableFolders(rows, result.folders, of: root), from: &rows, in: root)
                kept += withhold(try await notThere(rows), from: &rows, in: root)
                result = cleaner.clean(rows, in: root)
            } catch {
                return error.result
            }
        }
        result.kept += kept
        result.held = held
        return result
    }

    /// Nothing is deleted.
    private struct Refused: Error { var result: SourceCleaner.Result }

    /// What a deletion would come to.
    private func look(at rows: Manifest, in root: String) -> SourceCleaner.Result {
        var look = cleaner
        look.deletes = false
        look.isCancelled = { Task.isCancelled }
        return look.clean(rows, in: root)
    }

    /// Takes out what must stay.
    ///
    /// - Returns: a line for each of these that is still at the source.
    private func withhold(_ reasons: [FileName: String], from rows: inout Manifest, in root: String) -> [String] {
        guard !reasons.isEmpty else { return [] }
        let lines = rows.entries.compactMap { entry -> String? in
            guard let reason = reasons[FileName(entry.path)], look(at: Manifest([entry]), in: root).files > 0 else { return nil }
            return "\(entry.path): \(reason)"
        }
        rows = rows.filter { reasons[FileName($0.path)] == nil }
        return lines
    }

    /// Files in directories in which no canary can be made, so that nobody knows whether they are the destination's.
    ///
    /// - Throws: if the destination is the source, or that is not known.
    private func inUnwritableFolders(
        _ rows: Manifest, _ folders: Set<FileName>, of root: String
    ) async throws(Refused) -> [FileName: String] {
        guard let service else { throw Refused(result: .refusing("there is no login to check that the destination is another place")) }
        let finding = await PlaceCheck(plan, service, time).finding(in: folders, of: root)
        guard case .apart(let unwritable) = finding else { throw Refused(result: .refusing(finding, of: plan, in: root)) }
        var reasons: [FileName: String] = [:]
        for entry in rows.entries where !unwritable.isEmpty {
            reasons[FileName(entry.path)] = unwritable[FileName(entry.folder)].map { "its directory: \($0)" }
        }
        return reasons
    }

    /// Files that are not, or not surely, at the destination.
    private func notThere(_ rows: Manifest) async throws(Refused) -> [FileName: String] {
        do throws(GlobusError) {
            return try await filesLost(of: rows).merging(filesReplaced(of: rows)) { first, _ in first }
        } catch {
            throw Refused(result: .refusing(error))
        }
    }

    /// Files that were proven, perhaps long ago, and are at the destination no more: theirs may be the only bytes left.
    private func filesLost(of rows: Manifest) async throws(GlobusError) -> [FileName: String] {
        guard let service, !rows.entries.isEmpty else { return [:] }
        let keepsTimes = plan.description.transfer.preserveTimestamp
        let finding = try await Proof(service: service, time: time).finding(of: rows, at: plan.destination, comparesTimes: keepsTimes)
        var lost: [FileName: String] = [:]
        let known = Set((try? record?.timesAtDestination())?.entries.map(\.listed) ?? [])
        for entry in finding.otherTimes where !known.contains(entry.listed) {
            lost[FileName(entry.path)] =
                "its modification time at the destination differs: another file may have been written there since "
                + "('transfer: {preserve_timestamp: false}' if the destination keeps no times)"
        }
        for path in finding.links { lost[FileName(path)] = "it is a link at the destination" }
        for difference in finding.differences {
            lost[FileName(difference.path)] =
                "it is no longer at the destination as it was verified; \(cleaner.words[.recordLoss])"
        }
        return lost
    }
}

extension SourceDeletion {
    /// Files in whose place another transfer of the journal has sent its own since they were verified, or sends them now.
    private func filesReplaced(of rows: Manifest) -> [FileName: String] {
        guard let record, let others, let proven = record.record.receipt.flatMap({ Timestamp(wire: $0.oldest) }) else { return [:] }
        var replaced: [FileName: String] = [:]
        let ofOtherRuns = others.journal.ofOtherRuns.flatMap { $0.otherTransfers(besides: []) }
        for other in others.journal.otherTransfers(besides: [plan]) + ofOtherRuns {
            func isLater(_ time: String) -> Bool { Timestamp(wire: time).map { $0 >= proven } ?? true }
            var sent: [(String, JournalRecord.Plan.End)] = []
            if let proof = other.proof, isLater(proof.proven) { sent.append((".proven", proof.destination)) }
            if let live = other.live { sent.append((".sent", live.destination)) }
            // Without that list it had been proven before, and something was lost since.
            if let failed = other.failed, isLater(failed.ended), access(other.stem + ".sent", F_OK) == 0 {
                sent.append((".sent", failed.destination))
            }
            for (ending, end) in sent {
                guard end.mayShare(plan.destination) else { continue }
                guard let manifest = try? JournalFile.manifest(other.stem + ending) else {
                    // Any of the files may be in it.
                    for entry in rows.entries {
                        replaced[FileName(entry.path)] = "which files '\(other.title)' sent there since cannot be read"
                    }
                    continue
                }
                rows.entries.forEachAlso(in: manifest.entries, at: end, plan.destination) { index in
                    replaced[FileName(rows.entries[index].path)] = "'\(other.title)' sent a file to the same place since"
                }
            }
        }
        return replaced
    }
}

extension SourceCleaner.Result {
    fileprivate static func refusing(_ error: GlobusError) -> Self {
        if error == .cancelled { return cutOff }
        return refusing("whether the files are still at the destination cannot be checked: \(error)", ExitStatus(unproven: error))
    }

    fileprivate static func refusing(_ finding: PlaceCheck.Finding, of plan: TransferPlan, in root: String) -> Self {
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
}

import CycleCalendar
package import Globus
import PositionedYAML
import SystemFiles

/// Proves archived transfers by reading the files at the destination, by a job there: neither Globus nor a listing sees what a disk does to
/// a file's bytes later, or to two files of one size.
package struct FarEndVerification: Sendable {
    private let journal: Journal
    private let time: any Timekeeper

    package init(journal: Journal, time: any Timekeeper = SystemTimekeeper()) { (self.journal, self.time) = (journal, time) }

    /// Writes list and job of each transfer into a directory.
    ///
    /// - Parameter fixesRights: whether the jobs also give the files the group and the mode that their descriptions say.
    package func ask(_ plans: [TransferPlan], into directory: String, fixesRights: Bool = false) async -> [FinishedTransfer] {
        await reports(plans) { plan, cycle throws(JournalProblem) in
            guard cycle.isSent, cycle.provesPlan, let proven = try cycle.proof(), !proven.entries.isEmpty else { return .notArchived }
            let manifest = await digested(proven.digested(by: try cycle.formerDigests()), plan)
            let list = FarEndList(
                manifest: manifest, asked: try cycle.ask(for: manifest), directory: plan.description.to.path.value,
                name: [plan.workflow, plan.cycle?.description, plan.name].compactMap { $0.map(RecordName.fileName) }.joined(separator: "."),
                rights: plan.expectedRights, fixesRights: fixesRights && plan.expectedRights != nil,
                batch: plan.destination.site?.batch ?? [])
            let files = list.files
            do throws(OutputProblem) {
                try OutputFile.makeDirectory(directory)
                for file in files { try OutputFile.write(file.bytes, to: directory + "/" + file.name) }
            } catch {
                throw .output(error)
            }
            return .asked(
                FarEndRequest(
                    directory: directory, names: files.map(\.name), script: list.scriptName, report: list.reportName,
                    files: manifest.entries.count, bytes: manifest.bytes,
                    undigested: manifest.entries.filter { $0.digest == nil }.map(\.path), manifest: manifest.fingerprint,
                    fixes: list.fixesRights ? list.rights : nil))
        }
    }

    /// Takes what a job has found. Of several transfers, the report is the one's that it names.
    package func accept(_ report: String, _ plans: [TransferPlan]) async -> [FinishedTransfer] {
        let bytes: [UInt8]
        do throws(FileProblem) {
            guard let read = try DurableFile.read(report) else {
                throw FileProblem(.read, report, reason: "there is no such file")
            }
            bytes = read
        } catch {
            return plans.map {
                FinishedTransfer(plan: $0, outcome: .rechecked(.unreported(.unreadable(path: report, reason: error.reason))))
            }
        }
        let all = await reports(plans) { plan, cycle throws(JournalProblem) in try judge(bytes, plan, cycle) }
        let others = all.filter(\.outcome.isOfAnotherReport)
        return others.count == all.count ? all : all.filter { report in !others.contains { $0.plan.title == report.plan.title } }
    }

    private func judge(_ bytes: [UInt8], _ plan: TransferPlan, _ cycle: CycleJournal) throws(JournalProblem) -> Recheck {
        guard let manifest = try cycle.asked(), let asked = cycle.record.asked else { return .unreported(.neverAsked) }
        let report: FarEndReport
        do throws(ReportProblem) { report = try FarEndReport(bytes, of: manifest, asked: asked) } catch { return .unreported(error) }
        let directory = report.directory.withoutEndingSlashes
        let sources = [plan.description.from.path.value, cycle.record.plan.localSource ?? ""].map(\.withoutEndingSlashes)
        guard directory == plan.description.to.path.value.withoutEndingSlashes || !sources.contains(directory) else {
            return .unreported(.ofSource(directory: directory))
        }
        guard cycle.isSent, cycle.provesPlan, let receipt = cycle.record.receipt, let proven = try cycle.proof(),
            proven.entries.elementsEqual(manifest.entries, by: { Sameness($0, $1).isUnchanged && $0.path.isSameBytes(as: $1.path) })
        else { return .unreported(.outdated) }
        let differences = report.differences(from: manifest)
        let unread = zip(manifest.entries, report.rows).filter { $1 == .unreadable }.map(\.0.path)
        guard differences.isEmpty else {
            // Of what could not be read nothing is known.
            if unread.isEmpty { _ = try cycle.looked(differences, readsContents: true) } else { try cycle.disproven(differences) }
            return .lost(differences, receipt)
        }
        guard unread.isEmpty else { return .unreported(.unread(paths: unread, host: report.host)) }
        try cycle.readBack(manifest, report)
        return .readBack(cycle.record.receipt ?? receipt)
    }

    /// Holds each transfer's record while it is worked on, and writes down how that ended if it says something about the files.
    private func reports(
        _ plans: [TransferPlan], _ work: (TransferPlan, CycleJournal) async throws(JournalProblem) -> Recheck
    ) async -> [FinishedTransfer] {
        var reports: [FinishedTransfer] = []
        for plan in plans {
            var report = FinishedTransfer(plan: plan, outcome: .rechecked(.notArchived))
            do throws(JournalProblem) {
                let cycle = try await CycleJournal(journal, plan, time: time)
                defer { cycle.release() }
                report.task = cycle.record.submission?.task
                let recheck = try await work(plan, cycle)
                report.outcome = .rechecked(recheck)
                switch recheck {
                case .readBack: try cycle.confirmed(JournalRecord.Ending(report.outcome, plan, time.now))
                case .lost:
                    try cycle.ended(
                        JournalRecord.Ending(report.outcome, plan, time.now), taskHasFailed: report.outcome.taskHasFailed)
                case .verified, .readHere, .gone, .asked, .unreported, .notArchived: break
                }
                // Nothing depends on it, and the next run or look writes it.
                _ = cycle.copyReceipt()
            } catch {
                report.outcome = Task.isCancelled ? .interrupted() : .journal(error)
            }
            reports.append(report)
        }
        return reports
    }

    /// With the digests that were never taken: as their producer left them, else from the source, if it still has the very files.
    private func digested(_ manifest: Manifest, _ plan: TransferPlan) async -> Manifest {
        var manifest = manifest
        if let path = plan.description.verify.manifest?.value, let produced = try? ProducerManifest(path: path) {
            manifest = manifest.with(
                manifest.entries.map { entry in
                    guard entry.digest == nil, let row = produced.rows[FileName(entry.path)], row.size ?? entry.size == entry.size,
                        row.modified ?? entry.modified == entry.modified
                    else { return entry }
                    var produced = entry
                    produced.digest = row.digest
                    return produced
                })
        }
        let unknown = manifest.entries.filter { $0.digest == nil }
        guard !unknown.isEmpty, let root = plan.localRoot else { return manifest }
        let algorithm = plan.description.verify.digest.algorithm ?? .sha256
        let read = await DigestPass(algorithm).digest(
            Manifest(unknown).entries, in: root, followingLinks: plan.links == .follow
        ).entries
        return manifest.with(manifest.entries.filter { $0.digest != nil } + read)
    }
}

extension Manifest {
    /// With the digests of files that others know, where nothing else is known of them.
    fileprivate func digested(by others: Manifest) -> Manifest {
        guard !others.entries.isEmpty else { return self }
        return with(entries.map { entry in entry.digest == nil ? others.unchanged(entry) ?? entry : entry })
    }
}

extension Outcome {
    /// Whether the report that was read is not this transfer's.
    fileprivate var isOfAnotherReport: Bool {
        switch self {
        case .rechecked(.unreported(.otherManifest)), .rechecked(.unreported(.neverAsked)): true
        default: false
        }
    }
}

extension FarEndReport {
    /// What is not as `manifest` has it; what could not be read is neither here nor there.
    func differences(from manifest: Manifest) -> [FileDifference] {
        let owners = Dictionary(manifest.entries.compactMap { entry in entry.digest.map { ($0, entry.path) } }) { first, _ in first }
        return zip(manifest.entries, rows).compactMap { entry, row in
            switch row {
            case .missing: .missing(entry.path)
            case .notAFile: .notAFile(entry.path)
            case .unreadable: nil
            case .read(let size, _) where size != entry.size: .size(entry.path, expected: entry.size, found: size)
            case .read(_, let found?) where entry.digest.map { $0 != found } ?? false:
                entry.digest.map { .contents(entry.path, expected: $0, found: found, of: owners[found]) }
            case .read: nil
            }
        }
    }
}

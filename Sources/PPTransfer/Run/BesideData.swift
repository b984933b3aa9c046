import Crypto
import FoundationEssentials
import Globus
import PositionedYAML
import SystemFiles

/// What goes to the destination with the data of an archived cycle (`to: {manifest: beside}`), beside its directory: the checksums, as
/// `sha256sum -c` reads them, and the receipt.
///
/// Both exist only when the data is proven. So they are a transfer of their own, with its own record, label and proof; whatever ends the
/// program in between, the next run brings them. They are written into a directory beside the source, which is removed when they have
/// arrived.
struct BesideData {
    let plan: TransferPlan
    /// The transfer that brings them.
    let transfer: TransferPlan
    /// The directory on this machine from which it does.
    private let stage: String

    /// - Returns: `nil` if the directory beside the source is not known on this machine, or the destination has none that holds it.
    init?(_ plan: TransferPlan) {
        guard let local = plan.localSource, !local.isFile, let parent = local.path.directory,
            local.path.isSameBytes(as: parent.withEndingSlash + String(plan.source.path.name)), !plan.destination.path.name.isEmpty,
            plan.destination.path.name != "~"
        else { return nil }
        let position = plan.description.position
        let name = (plan.name.map { $0 + "." } ?? "") + "checksums"
        let folder =
            ".pptransfer-" + RecordName.fileName([plan.workflow, plan.cycle?.description, name].compactMap(\.self).joined(separator: "."))
        stage = parent.withEndingSlash + folder
        self.plan = plan
        var own = plan
        own.source.path = plan.source.path.parent.appending(folder)
        own.destination.path = plan.destination.path.parent
        own.localSource = LocalSource(path: stage, evidence: local.evidence)
        (own.localDestination, own.personalAccess, own.notMounted) = (nil, [], nil)
        own.description.name = Positioned(name, at: position)
        own.description.from.path = Positioned(stage, at: position)
        own.description.to.path = Positioned(own.destination.path.description, at: position)
        (own.description.manifest, own.description.existing) = (nil, .replace)
        (own.description.select, own.description.clean) = (TaskDescription.Selection(), TaskDescription.CleanOptions())
        (own.description.expect, own.description.partial) = (nil, .fail)
        (own.description.fileList, own.description.expires, own.description.cylcMessages) = (nil, nil, false)
        (own.description.transfer.deleteExtra, own.description.transfer.sync) = (false, .checksum)
        own.description.verify = TaskDescription.VerifyOptions()
        // What is compared is the data, and the directory that it is in.
        own.description.rights = TaskDescription.RightsOptions()
        own.destination.site?.rights = ExpectedRights()
        own.description.verify.level = .digest
        own.isAmongOthers = true
        own.label = TransferLabel(workflow: own.workflow, cycle: own.cycle?.description, name: name)
        transfer = own
    }

    /// `19880901T0000Z.atmos`
    private var base: String { [plan.cycle?.description, plan.name].compactMap { $0.map(RecordName.fileName) }.joined(separator: ".") }

    /// Writes the files, unless they were brought since the data was proven.
    ///
    /// - Returns: whether there is something to bring.
    func write(from journal: Journal) throws(JournalProblem) -> Bool {
        guard let record = try journal.record(workflow: plan.workflow, cycle: plan.cycle?.description, name: plan.name)?.record,
            let receipt = record.receipt
        else { return false }
        let stem = journal.stem(plan.workflow, cycle: plan.cycle?.description, name: plan.name)
        guard let proven = try receipt.list(beside: stem) else { throw .noProof(beside: stem) }
        var lines: [UInt8] = []
        for entry in proven.entries {
            guard let digest = entry.digest, digest.algorithm == .sha256 else { continue }
            lines += (ChecksumLine.text(digest, plan.destination.path.name + "/" + entry.path) + "\n").utf8
        }
        if try isBrought(lines, since: receipt, in: journal) { return false }
        let text = try JournalFile.encode(record.receiptAlone, for: stage)
        do throws(OutputProblem) {
            try OutputFile.makeDirectory(stage)
            try OutputFile.write(lines, to: stage + "/" + base + ".sha256")
            try OutputFile.write(text, to: stage + "/" + base + ".receipt.json")
        } catch {
            throw .output(error)
        }
        return true
    }

    /// Whether these checksums were brought after the data was proven. Times are whole seconds, so that they alone do not say it.
    private func isBrought(
        _ lines: [UInt8], since receipt: JournalRecord.Receipt, in journal: Journal
    ) throws(JournalProblem) -> Bool {
        let (workflow, cycle, name) = (transfer.workflow, transfer.cycle?.description, transfer.name)
        guard let own = try journal.record(workflow: workflow, cycle: cycle, name: name)?.record, own.standing == .archived,
            let brought = own.receipt, brought.proven >= receipt.proven,
            brought.destination.isSamePlace(as: JournalRecord.Plan.End(transfer.destination)),
            let list = try brought.list(beside: journal.stem(workflow, cycle: cycle, name: name))
        else { return false }
        return list.entries.entry(at: base + ".sha256")?.digest == Digest(.sha256, bytes: SHA256.hash(data: lines))
    }

    /// Removes the directory beside the source, once what was in it has arrived.
    func remove() {
        for ending in [".sha256", ".receipt.json"] { unlink(stage + "/" + base + ending) }
        rmdir(stage)
    }
}

extension JournalRecord {
    /// The receipt and what it is of, without what changes from run to run.
    fileprivate var receiptAlone: JournalRecord {
        var record = self
        record.plan.description = ""
        (record.earlier, record.outcome, record.unsettled, record.begun, record.asked, record.mounted) = ([], nil, nil, nil, nil, nil)
        (record.rounds, record.generation, record.unreadable) = (nil, nil, nil)
        record.submission?.fault = nil
        record.submission?.listed = nil
        record.updated = receipt?.proven ?? updated
        return record
    }
}

extension TransferRun {
    /// Brings what goes with the data of transfers that are archived.
    ///
    /// - Returns: a report for each further transfer.
    func sendBeside(_ reports: [FinishedTransfer], _ engine: Engine) async -> [FinishedTransfer] {
        guard let journal, !Task.isCancelled else { return [] }
        var ready: [BesideData] = []
        var failed: [FinishedTransfer] = []
        for report in reports where report.plan.description.manifest?.value == .beside && report.outcome.isProven {
            guard let beside = BesideData(report.plan) else {
                log.about(report.plan).warning(
                    "the checksums do not go with the data: this needs a source directory on this machine, and a destination below another one"
                )
                continue
            }
            do throws(JournalProblem) {
                if try beside.write(from: journal) { ready.append(beside) }
            } catch {
                failed.append(FinishedTransfer(plan: beside.transfer, outcome: .journal(error)))
            }
        }
        guard !ready.isEmpty else { return failed }
        var run = self
        // The workflow hears of the data.
        run.suite = nil
        let plans = ready.map(\.transfer)
        let brought = await run.run(plans, plans.map { TransferControl($0, time: time) }, engine)
        for (beside, report) in zip(ready, brought) where report.status == .ok { beside.remove() }
        return failed + brought
    }
}

import CycleCalendar
package import Logging
import PositionedYAML
import Synchronization

/// What the workflow learns of a run: messages to the scheduler, receipts beside the job's logs. Outside of Cylc jobs there is none.
///
/// A graph can trigger on
/// - `pptransfer submitted`, once Globus has every transfer of the run, from this run or an earlier one;
/// - `pptransfer archived`, once all of them are proven, else `pptransfer` and the name of the most serious status;
/// - the same with a transfer's name behind it, for every transfer that has one, as soon as that one has ended: `pptransfer archived atmos`.
///
/// A run that a signal ends tells nothing more: there is no time, and Cylc has seen the signal itself.
package struct SuiteReporter: Sendable {
    private let job: CylcJob
    private let messenger: CylcMessenger
    private let log: Logger
    /// Whether receipts say that nothing was really sent.
    package var isRehearsal = false
    /// The transfers whose end was told.
    private let told = Titles()

    private final class Titles: Sendable {
        private let titles = Mutex<Set<String>>([])

        /// - Returns: whether it is new.
        func note(_ title: String) -> Bool { titles.withLock { $0.insert(title).inserted } }
    }

    /// - Returns: `nil` outside of Cylc jobs.
    package init?(environment: [String: String], log: Logger) {
        guard let job = CylcJob(environment) else { return nil }
        self.init(job, CylcMessenger(job, environment: environment, log: log), log: log)
    }

    init(_ job: CylcJob, _ messenger: CylcMessenger, log: Logger) { (self.job, self.messenger, self.log) = (job, messenger, log) }

    /// Globus has the transfer, now or since an earlier run.
    ///
    /// - Parameter isLast: whether it has all others of the run.
    package func submitted(_ plan: TransferPlan, isLast: Bool) async {
        guard plan.description.cylcMessages else { return }
        await messenger.tell((isLast ? [.submitted()] : []) + [plan.name].compactMap { $0 }.map { .submitted($0) })
    }

    /// What a person should do before it is too late.
    package func warn(_ text: String, of plans: [TransferPlan]) async {
        guard plans.contains(where: \.description.cylcMessages) else { return }
        await messenger.tell([CylcMessage("pptransfer, \(text)", .warning)])
    }

    /// One of the run's transfers has ended.
    ///
    /// - Parameter journal: holds its receipt.
    package func ended(_ transfer: FinishedTransfer, journal: Journal?) async {
        guard !transfer.status.isSignal, told.note(transfer.plan.title) else { return }
        if transfer.status == .ok { keepReceipt(of: transfer.plan, journal) }
        guard transfer.plan.description.cylcMessages, let name = transfer.plan.name else { return }
        await messenger.tell([.ended(transfer.status, name)])
    }

    /// The run is over. Returns once the scheduler knows, or cannot be told.
    ///
    /// - Parameter journal: holds the receipts.
    package func ended(_ report: RunReport, journal: Journal?) async {
        if !report.status.isSignal { for transfer in report.transfers { await ended(transfer, journal: journal) } }
        guard report.transfers.contains(where: \.plan.description.cylcMessages) else { return }
        await end(report.status)
    }

    /// Nothing was begun. Whether the description asks for silence may not be known.
    package func refused(_ status: ExitStatus) async { await end(status) }

    private func end(_ status: ExitStatus) async {
        guard !status.isSignal else { return await messenger.abandon() }
        await messenger.tell([.ended(status)])
        await messenger.finish()
    }

    /// `pptransfer-receipt.txt` among the job's logs, where `cylc cat-log` and its web pages find it.
    private func keepReceipt(of plan: TransferPlan, _ journal: Journal?) {
        guard let directory = job.logDirectory, let journal,
            let record = try? journal.record(workflow: plan.workflow, cycle: plan.cycle?.description, name: plan.name)?.record,
            let entry = ReceiptEntry(record)
        else { return }
        let name = plan.name.map { "-" + RecordName.fileName($0) } ?? ""
        do {
            let lines = Outlet.text(entry.text).split(separator: "\n").map { (isRehearsal ? "REHEARSAL " : "") + $0 + "\n" }
            try OutputFile.write(Array(lines.joined().utf8), to: "\(directory)/pptransfer-receipt\(name).txt")
        } catch {
            log.warning("\(error); the journal holds the receipt")
        }
    }
}

public import Logging

/// What the workflow learns of a run: messages to the scheduler, receipts beside the job's logs. Outside of Cylc jobs there is none.
///
/// A graph can trigger on
/// - `pptransfer submitted`, once Globus has every transfer of the run, from this run or an earlier one;
/// - `pptransfer archived`, once all of them are proven, else `pptransfer` and the name of the most serious status;
/// - the same with a transfer's name behind it, for every transfer that has one: `pptransfer archived atmos`.
///
/// A run that a signal ends tells nothing more: there is no time, and Cylc has seen the signal itself.
public struct SuiteReporter: Sendable {
    private let job: CylcJob
    private let messenger: CylcMessenger
    private let log: Logger

    /// - Returns: `nil` outside of Cylc jobs.
    public init?(environment: [String: String], log: Logger) {
        guard let job = CylcJob(environment) else { return nil }
        self.init(job, CylcMessenger(job, environment: environment, log: log), log: log)
    }

    init(_ job: CylcJob, _ messenger: CylcMessenger, log: Logger) { (self.job, self.messenger, self.log) = (job, messenger, log) }

    /// Globus has these of the run's transfers, now or since an earlier run.
    public func submitted(_ plans: [TransferPlan], of all: [TransferPlan]) async {
        let loud = plans.filter(\.description.cylcMessages)
        guard !loud.isEmpty else { return }
        await messenger.tell((plans.count == all.count ? [.submitted()] : []) + loud.compactMap(\.name).map { .submitted($0) })
    }

    /// What a person should do before it is too late.
    public func warn(_ text: String, of plans: [TransferPlan]) async {
        guard plans.contains(where: \.description.cylcMessages) else { return }
        await messenger.tell([CylcMessage("pptransfer, \(text)", .warning)])
    }

    /// The run is over. Returns once the scheduler knows, or cannot be told.
    ///
    /// - Parameter journal: holds the receipts.
    public func ended(_ report: RunReport, journal: Journal?) async {
        for transfer in report.transfers where transfer.status == .ok { keepReceipt(of: transfer.plan, journal, report.isRehearsal) }
        let loud = report.transfers.filter(\.plan.description.cylcMessages)
        guard !loud.isEmpty else { return }
        await end(
            report.status,
            loud.filter { !$0.status.isSignal }.compactMap { transfer in
                transfer.plan.name.map { .ended(transfer.status, $0) }
            })
    }

    /// Nothing was begun. Whether the description asks for silence may not be known.
    public func refused(_ status: ExitStatus) async { await end(status, []) }

    private func end(_ status: ExitStatus, _ named: [CylcMessage]) async {
        guard !status.isSignal else { return await messenger.abandon() }
        await messenger.tell(named + [.ended(status)])
        await messenger.finish()
    }

    /// `pptransfer-receipt.txt` among the job's logs, where `cylc cat-log` and its web pages find it.
    private func keepReceipt(of plan: TransferPlan, _ journal: Journal?, _ isRehearsal: Bool) {
        guard let directory = job.logDirectory, let journal,
            let record = try? journal.record(workflow: plan.workflow, cycle: plan.cycle?.description, name: plan.name)?.record,
            let entry = ReceiptReport.Entry(record)
        else { return }
        let name = plan.name.map { "-" + Journal.fileName($0) } ?? ""
        do {
            let lines = entry.text.split(separator: "\n").map { (isRehearsal ? "REHEARSAL " : "") + $0 + "\n" }
            try DurableFile.write(Array(lines.joined().utf8), to: "\(directory)/pptransfer-receipt\(name).txt")
        } catch {
            log.warning("\(error); the journal holds the receipt")
        }
    }
}

public import Globus

/// Deletes at the source what archived cycles have proven, or tells what could be.
public struct CleanUp: Sendable {
    private let journal: Journal
    private let cleaner: SourceCleaner
    private let time: any Timekeeper

    public init(_ journal: Journal, _ cleaner: SourceCleaner, time: any Timekeeper = SystemTimekeeper()) {
        (self.journal, self.cleaner, self.time) = (journal, cleaner, time)
    }

    public struct Report: Sendable, Encodable {
        public var title: String
        public var status: String
        public var exitStatus: Int32
        public var message: String
        public var files = 0
        public var bytes: Int64 = 0
        public var kept: [String] = []

        enum CodingKeys: String, CodingKey {
            case title, status
            case exitStatus = "exit_status"
            case message, files, bytes, kept
        }
    }

    public func clean(_ plan: TransferPlan) async -> Report {
        do throws(JournalProblem) {
            let cycle = try await CycleJournal(journal, plan, time: time)
            defer { cycle.release() }
            guard cycle.record.isArchived, let proven = try cycle.proven(atLeast: max(.size, plan.description.verify.level)) else {
                return report(plan, .unverified, "not proven at the level that is asked for, so nothing is deleted")
            }
            guard let root = plan.localRoot else {
                return report(plan, .ok, "the source is not on this machine, or gone: nothing to delete")
            }
            let result = cleaner.clean(proven, in: root)
            if result.isComplete { try cycle.cleaned(proven) }
            let amount = "\(Quantity.count(result.files, "file")), \(Quantity.bytes(result.bytes)) at \(root)"
            var answer = report(
                plan, result.kept.isEmpty ? .ok : .unverified, cleaner.deletes ? "deleted \(amount)" : "would delete \(amount)")
            (answer.files, answer.bytes, answer.kept) = (result.files, result.bytes, result.kept)
            if !result.kept.isEmpty { answer.message += "; \(Quantity.count(result.kept.count, "file")) left there" }
            return answer
        } catch {
            return report(plan, error.status, "\(error)")
        }
    }

    private func report(_ plan: TransferPlan, _ status: ExitStatus, _ message: String) -> Report {
        Report(title: plan.title, status: status.name, exitStatus: status.number, message: message)
    }
}

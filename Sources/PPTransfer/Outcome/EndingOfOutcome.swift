import Globus
import Logging

extension JournalRecord.Ending {
    init(_ outcome: Outcome, _ plan: TransferPlan, _ now: Timestamp) {
        (status, exitStatus) = (outcome.status.name, outcome.status.number)
        (message, time) = (Secrets.inUse.redacted(outcome.whatHappened(plan)), now.description)
        if case .stopped = outcome { stopped = true }
    }
}

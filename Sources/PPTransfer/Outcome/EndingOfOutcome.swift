import Globus
import Logging

extension JournalRecord.Ending {
    init(_ outcome: Outcome, _ plan: TransferPlan, leaving unsettled: Unsettled? = nil, unread: Unread? = nil, _ now: Timestamp) {
        (status, exitStatus) = (outcome.status.name, outcome.status.number)
        (message, time) = (Secrets.inUse.redacted(outcome.whatHappened(plan, leaving: unsettled, unread)), now.description)
        if case .stopped = outcome { stopped = true }
    }
}

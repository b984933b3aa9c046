package import Globus
import Synchronization

/// Picks, of the notices that a long outage gives rise to, those that a job log should have: the first, then fewer and fewer, then one in
/// ten minutes.
package final class OutageNarrator: Sendable {
    /// By request: how long its outage had lasted when it was last told of.
    private let told = Mutex<[String: Duration]>([:])

    package init() {}

    package func isWorthTelling(_ notice: RetryNotice) -> Bool {
        told.withLock { told in
            if let last = told[notice.request], notice.outage >= last,
                notice.outage - last < min(last + .seconds(1), WaitProgress.heartbeat)
            {
                return false
            }
            told[notice.request] = notice.outage
            return true
        }
    }
}

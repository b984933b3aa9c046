package import Globus
import Synchronization

/// Picks, of the notices that a long outage gives rise to, those that are worth a line: the first, then fewer and fewer, then one in each
/// interval.
package final class OutageNarrator: Sendable {
    /// By request: how long its outage had lasted when it was last told of.
    private let told = Mutex<[String: Duration]>([:])

    private let interval: Duration

    /// - Parameter interval: the longest time between two lines; by default ten minutes, as a job log should have it.
    package init(interval: Duration = WaitProgress.heartbeat) { self.interval = interval }

    package func isWorthTelling(_ notice: RetryNotice) -> Bool {
        told.withLock { told in
            if let last = told[notice.request], notice.outage >= last,
                notice.outage - last < min(last + .seconds(1), interval)
            {
                return false
            }
            told[notice.request] = notice.outage
            return true
        }
    }
}

import Foundation
import Synchronization

/// The service's clock, which may differ from this machine's.
final class ServiceClock: Sendable {
    private let shift: Mutex<TimeInterval>

    init(shift: Duration = .zero) { self.shift = Mutex(shift / .seconds(1)) }

    var now: Date { Date().addingTimeInterval(shift.withLock { $0 }) }

    /// When this machine's clock shows what the service's shows at `date`.
    func local(_ date: Date) -> Date { date.addingTimeInterval(-shift.withLock { $0 }) }

    func set(shift: Duration) { self.shift.withLock { $0 = shift / .seconds(1) } }
}

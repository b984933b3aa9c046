import Synchronization

/// Raised once, for ever.
final class Flag: Sendable {
    private let state = Mutex(false)

    var isRaised: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}

final class Counter: Sendable {
    private let state = Mutex(0)

    /// 1 the first time.
    func next() -> Int {
        state.withLock { number in
            number += 1
            return number
        }
    }
}

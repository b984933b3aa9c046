import NIOCore
import Synchronization

/// All open connections of a listener: how many there may be, what they hold, and their end.
final class Connections: Sendable {
    private struct Entry {
        let channel: any Channel
        /// In the order of arrival.
        let number: Int
        /// Whether a request on it had the secret.
        var isKnown = false
        var work: Task<Void, Never>?
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var arrivals = 0
        var bodyBytes = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let limits: ListenerLimits

    init(_ limits: ListenerLimits) { self.limits = limits }

    var count: Int { state.withLock { $0.entries.count } }

    /// Takes a new connection in. Where there are too many, one that has not shown the secret makes room, the oldest first, so that
    /// strangers cannot keep out the simulator's owner.
    /// - Returns: whether it may stay.
    func admit(_ channel: any Channel) -> Bool {
        let (isAdmitted, leaving) = state.withLock { state -> (Bool, (any Channel)?) in
            guard !state.isClosed else { return (false, nil) }
            var leaving: (any Channel)?
            if state.entries.count >= limits.connections {
                let oldest = state.entries.filter { !$0.value.isKnown }.min { $0.value.number < $1.value.number }
                guard let oldest else { return (false, nil) }
                leaving = oldest.value.channel
                state.entries[oldest.key] = nil
            }
            state.arrivals += 1
            state.entries[ObjectIdentifier(channel)] = Entry(channel: channel, number: state.arrivals)
            return (true, leaving)
        }
        leaving?.close(promise: nil)
        return isAdmitted
    }

    func remove(_ channel: any Channel) { state.withLock { $0.entries[ObjectIdentifier(channel)] = nil } }

    func isKnown(_ channel: any Channel) { state.withLock { $0.entries[ObjectIdentifier(channel)]?.isKnown = true } }

    /// Notes the work on a request's answer, to be cancelled with the listener. A client that goes does not cancel it: what was asked for
    /// is carried out.
    func works(_ channel: any Channel, _ work: Task<Void, Never>) {
        let isClosed = state.withLock { state in
            state.entries[ObjectIdentifier(channel)]?.work = work
            return state.isClosed
        }
        if isClosed { work.cancel() }
    }

    /// - Returns: whether so many bytes of a body may be held; then they must be given back.
    func take(bodyBytes count: Int) -> Bool {
        state.withLock { state in
            guard state.bodyBytes + count <= limits.allBodyBytes else { return false }
            state.bodyBytes += count
            return true
        }
    }

    func giveBack(bodyBytes count: Int) { state.withLock { $0.bodyBytes -= count } }

    /// Ends every connection, and admits no more.
    func close() async {
        let entries = state.withLock { state in
            state.isClosed = true
            return Array(state.entries.values)
        }
        for entry in entries {
            entry.work?.cancel()
            entry.channel.close(promise: nil)
        }
        for entry in entries { try? await entry.channel.closeFuture.get() }
    }
}

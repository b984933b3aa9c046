/// Listens, and can stop listening for a while.
actor Door {
    private let wanted: UInt16
    private let gate: Gate
    private let limits: ListenerLimits
    private var listener: Listener?
    private var reopening: Task<Void, Never>?
    private var answer: (@Sendable (Request) async -> Reply)?

    init(port: UInt16, gate: Gate, limits: ListenerLimits) { (wanted, self.gate, self.limits) = (port, gate, limits) }

    var connections: Int { listener?.connections.count ?? 0 }

    /// - Returns: the port.
    func open(_ answer: @escaping @Sendable (Request) async -> Reply) async throws -> UInt16 {
        let listener = try await Listener.start(port: wanted, gate: gate, limits: limits, answer: answer)
        (self.listener, self.answer) = (listener, answer)
        return listener.port
    }

    /// Returns at once; connections are cut, new ones refused, and after `duration` the same port is served again.
    func close(for duration: Duration) {
        guard let listener, let answer, reopening == nil else { return }
        self.listener = nil
        reopening = Task { [gate, limits] in
            await listener.stop()
            guard (try? await Task.sleep(for: duration)) != nil else { return }
            // Another program may hold the port for a moment.
            while !Task.isCancelled {
                if let again = try? await Listener.start(port: listener.port, gate: gate, limits: limits, answer: answer) {
                    return await reopened(again)
                }
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private func reopened(_ listener: Listener) async {
        reopening = nil
        // It may have been shut for good in the meantime.
        if answer == nil { await listener.stop() } else { self.listener = listener }
    }

    /// For good.
    func shut() async {
        answer = nil
        reopening?.cancel()
        await reopening?.value
        let listener = listener
        self.listener = nil
        await listener?.stop()
    }
}

extension RequestDeadline {
    /// Runs `body`, whose requests end by `instant`, and by what holds already.
    package static func by<Value: Sendable>(_ instant: Duration, _ body: () async throws -> Value) async rethrows -> Value {
        try await $current.withValue(min(instant, current ?? instant), operation: body)
    }
}

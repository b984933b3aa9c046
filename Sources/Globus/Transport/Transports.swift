extension GlobusEnvironment {
    /// What carries requests in this environment, and repeats them as `policy` has it.
    package func transport(
        for client: ClientInfo, policy: RetryPolicy, time: any Timekeeper, clock: ServiceClock? = nil,
        observe: @escaping @Sendable (RetryNotice) -> Void = { _ in }, watch: (@Sendable (ExchangeNotice) -> Void)? = nil
    ) -> some HTTPTransport {
        var settings = ConnectionSettings(client: client)
        (settings.trust, settings.proxy, settings.timeout) = (trust, proxy, timeout)
        let transport = WatchedTransport(CurlTransport(settings), time: time, watch: watch)
        return RetryingTransport(transport, policy: policy, time: time, clock: clock, observe: observe)
    }
}

extension RetryPolicy {
    /// While a person looks on.
    package static let interactive = RetryPolicy(budget: .seconds(30))
}

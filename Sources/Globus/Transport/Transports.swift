extension GlobusEnvironment {
    /// What carries requests in this environment, and repeats them as `policy` has it.
    func transport(
        for client: ClientInfo, policy: RetryPolicy, time: any Timekeeper, clock: ServiceClock? = nil,
        observe: @escaping @Sendable (RetryNotice) -> Void = { _ in }, watch: (@Sendable (ExchangeNotice) -> Void)? = nil
    ) -> some HTTPTransport {
        let transport = WatchedTransport(CurlTransport(client: client, trust: trust, timeout: timeout), time: time, watch: watch)
        return RetryingTransport(transport, policy: policy, time: time, clock: clock, observe: observe)
    }
}

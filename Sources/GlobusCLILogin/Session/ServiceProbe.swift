import FoundationEssentials
package import Globus

/// What a first contact tells: whether a service can be reached at all, and what time it is there.
package struct ServiceProbe: Sendable {
    package var address: String
    /// How far this machine's clock is ahead of its own, below zero if it is behind; `nil` if it does not say what time it is there.
    package var clockSkew: Duration?
}

extension GlobusSession {
    /// Asks both services something harmless, without the login: any answer will do.
    ///
    /// - Returns: for Auth and for Transfer, in this order.
    package func probe(_ time: any Timekeeper = SystemTimekeeper()) async -> [(address: String, Result<ServiceProbe, GlobusError>)] {
        var results: [(address: String, Result<ServiceProbe, GlobusError>)] = []
        for url in [
            environment.auth.appending("/.well-known/openid-configuration"),
            environment.transfer.appending("/v0.10/task_list", query: [.init("limit", "1")]),
        ] {
            var request = HTTPRequest(.get, url)
            request.patience = .seconds(5)
            do throws(GlobusError) {
                let asked = time.elapsed
                let response = try await transport.exchange(request)
                // The answer was made about half a round trip ago.
                let way = (time.elapsed - asked) / 2
                let skew = response.headers["date"].flatMap { Timestamp(httpDate: $0) }.map { time.now - $0 - way }
                results.append((url.host, .success(ServiceProbe(address: url.host, clockSkew: skew))))
            } catch {
                results.append((url.host, .failure(error)))
            }
        }
        return results
    }
}

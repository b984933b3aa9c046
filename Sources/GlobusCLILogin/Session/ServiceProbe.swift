import FoundationEssentials
package import Globus

/// What a first contact tells: whether a service can be reached at all, and what time it is there.
package struct ServiceProbe: Sendable {
    package var address: String
    /// `nil` if it does not say.
    package var time: Timestamp?
}

extension GlobusSession {
    /// Asks both services something harmless, without the login: any answer will do.
    ///
    /// - Returns: for Auth and for Transfer, in this order.
    package func probe() async -> [(address: String, Result<ServiceProbe, GlobusError>)] {
        var results: [(address: String, Result<ServiceProbe, GlobusError>)] = []
        for url in [
            environment.auth.appending("/.well-known/openid-configuration"),
            environment.transfer.appending("/v0.10/task_list", query: [.init("limit", "1")]),
        ] {
            var request = HTTPRequest(.get, url)
            request.patience = .seconds(5)
            do throws(GlobusError) {
                let response = try await transport.exchange(request)
                let time = response.headers["date"].flatMap { Timestamp(httpDate: $0) }
                results.append((url.host, .success(ServiceProbe(address: url.host, time: time))))
            } catch {
                results.append((url.host, .failure(error)))
            }
        }
        return results
    }
}

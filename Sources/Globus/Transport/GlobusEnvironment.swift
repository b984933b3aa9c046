import FoundationEssentials

/// Where the services are and how to talk to them: the environment variables of the Globus SDK, read as the SDK reads them.
package struct GlobusEnvironment: Hashable, Sendable {
    package enum Trust: Hashable, Sendable {
        /// The system's own list of authorities.
        case system
        /// A file of authorities in PEM form, or a directory of such files.
        case bundle(String)
    }

    /// What stands wrong in which variable.
    package struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        package var variable: String
        package var description: String
    }

    package var transfer: ServiceURL
    package var auth: ServiceURL
    package var trust: Trust = .system
    /// The variable that names the authorities; `nil` for the system's own.
    package var trustVariable: String?
    /// For one whole exchange, not counting the time a large body needs.
    package var timeout: Duration = .seconds(60)
    /// By the variables of proxies, which libcurl reads too; `nil` without one.
    package var proxy: ProxyAddress?

    /// - Parameters:
    ///   - variables: `GLOBUS_SDK_ENVIRONMENT`, `GLOBUS_SDK_SERVICE_URL_TRANSFER`, `GLOBUS_SDK_SERVICE_URL_AUTH`,
    ///     `GLOBUS_SDK_VERIFY_SSL`, `GLOBUS_SDK_HTTP_TIMEOUT`; those of proxies and of certificate authorities that the SDK and libcurl
    ///     read. An empty one counts as unset.
    ///   - names: what the program is called in messages, and which of its variables is a secret.
    ///
    /// Two departures from the SDK, both on the side of care: verification cannot be switched off, and `-1` (no timeout) means one hour.
    /// What only concerns the network is not looked at where both services are on this machine.
    package init(_ variables: [String: String], names: LoginNames? = nil) throws(Problem) {
        func set(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

        Secrets.inUse.learn(from: variables, names: names)
        proxy = ProxyAddress(variables)
        let name = set("GLOBUS_SDK_ENVIRONMENT") ?? "production"
        let domain: String
        switch name {
        case "production": domain = "globus.org"
        case "preview": domain = "preview.globus.org"
        case "sandbox", "integration", "test", "staging": domain = "\(name).globuscs.info"
        default:
            throw Problem(
                variable: "GLOBUS_SDK_ENVIRONMENT",
                description: "GLOBUS_SDK_ENVIRONMENT: '\(name)' is not an environment of Globus; unset it, or write production or preview")
        }
        transfer = try Self.service(
            set("GLOBUS_SDK_SERVICE_URL_TRANSFER"), from: "GLOBUS_SDK_SERVICE_URL_TRANSFER", else: "https://transfer.api.\(domain)/")
        auth = try Self.service(set("GLOBUS_SDK_SERVICE_URL_AUTH"), from: "GLOBUS_SDK_SERVICE_URL_AUTH", else: "https://auth.\(domain)/")
        if let text = set("GLOBUS_SDK_VERIFY_SSL") { trust = try Self.trust(text, names?.program ?? "this program") }
        if trust != .system { trustVariable = "GLOBUS_SDK_VERIFY_SSL" }
        let hosts = [transfer, auth].filter { !$0.isLoopback }.map(\.host)
        if !hosts.isEmpty { try readNetwork(variables, hosts) }
        if let text = set("GLOBUS_SDK_HTTP_TIMEOUT") {
            guard let seconds = Double(text), seconds == -1 || (seconds > 0 && seconds <= 86_400) else {
                throw Problem(
                    variable: "GLOBUS_SDK_HTTP_TIMEOUT",
                    description: "GLOBUS_SDK_HTTP_TIMEOUT: '\(text)' is not a number of seconds; write 60, for example, or unset it")
            }
            timeout = seconds == -1 ? .seconds(3600) : .milliseconds(Int(seconds * 1000))
        }
    }

    /// The variables by which other programs name authorities: those of the SDK's HTTP library in its order, then that of OpenSSL.
    package static let authorityVariables = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]

    /// Reads what is of use on the way to `hosts`: authorities, unless they are named already, and the proxy.
    private mutating func readNetwork(_ variables: [String: String], _ hosts: [String]) throws(Problem) {
        let first = Self.authorityVariables.first { variables[$0]?.isEmpty == false }
        if trust == .system, let name = first, let path = variables[name] {
            if let fault = CertificateBundle.fault(of: path) {
                throw Problem(
                    variable: name,
                    description: "\(name): '\(path)' is not a CA bundle that can be read (\(fault)); give the bundle's path, or unset it")
            }
            (trust, trustVariable) = (.bundle(path), name)
        }
        if let setting = ProxySetting(variables), let problem = setting.problem,
            hosts.contains(where: { ProxySetting.exception(for: $0, variables) == nil })
        {
            throw Problem(variable: setting.variable, description: problem)
        }
    }

    private static func service(_ given: String?, from variable: String, else standard: String) throws(Problem) -> ServiceURL {
        do {
            return try ServiceURL(base: given ?? standard)
        } catch {
            switch error {
            case .notAURL(let text) where text.contains("@"):
                throw Problem(
                    variable: variable,
                    description:
                        "\(variable): an address with a login in it (not shown here) is not accepted; write https://host/ and log in as usual"
                )
            case .notAURL(let text):
                throw Problem(
                    variable: variable, description: "\(variable): '\(text)' is not an address; write https://host/ without /v0.10 or /v2")
            case .plainHTTP(let text):
                throw Problem(
                    variable: variable,
                    description:
                        "\(variable): '\(text)' would send your login over plain http; use https (http is for 127.0.0.1, ::1 and localhost alone)"
                )
            }
        }
    }

    private static func trust(_ text: String, _ program: String) throws(Problem) -> Trust {
        switch text.lowercased() {
        case "y", "yes", "t", "true", "on", "1": return .system
        case "n", "no", "f", "false", "off", "0":
            throw Problem(
                variable: "GLOBUS_SDK_VERIFY_SSL",
                description:
                    "GLOBUS_SDK_VERIFY_SSL: '\(text)' would switch off TLS verification, which \(program) never does; unset it, or give the path of a CA bundle"
            )
        default:
            if let fault = CertificateBundle.fault(of: text) {
                throw Problem(
                    variable: "GLOBUS_SDK_VERIFY_SSL",
                    description:
                        "GLOBUS_SDK_VERIFY_SSL: '\(text)' is neither a yes or no nor a CA bundle that can be read (\(fault)); unset it, or "
                        + "give the bundle's path")
            }
            return .bundle(text)
        }
    }
}

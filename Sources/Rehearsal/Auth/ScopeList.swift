/// Scopes as clients ask for them: separated by blanks, each with the scopes it depends on in brackets.
struct ScopeList: Hashable, Sendable {
    static let transfer = "urn:globus:auth:scope:transfer.api.globus.org:all"
    static let transferServer = "transfer.api.globus.org"
    static let authServer = "auth.globus.org"

    /// Top-level scopes with their brackets.
    let scopes: [String]

    init(_ text: String) {
        var scopes: [String] = []
        var (current, depth) = ("", 0)
        for character in text {
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            if character == " ", depth <= 0 {
                if !current.isEmpty { scopes.append(current) }
                current = ""
            } else {
                current.append(character)
            }
        }
        if !current.isEmpty { scopes.append(current) }
        self.scopes = scopes
    }

    /// The scopes without brackets, by resource server, servers in the order of their first scope.
    var byServer: [(server: String, scope: String)] {
        var order: [String] = []
        var scopes: [String: [String]] = [:]
        for scope in self.scopes {
            let bare = String(scope.prefix { $0 != "[" }.drop { $0 == "*" })
            let server = ScopeList.server(of: bare)
            if scopes[server] == nil { order.append(server) }
            scopes[server, default: []].append(bare)
        }
        return order.map { ($0, scopes[$0, default: []].joined(separator: " ")) }
    }

    /// The collections whose `data_access` is granted by asking for these scopes.
    var consentedCollections: Set<String> {
        let prefix = "https://auth.globus.org/scopes/"
        let words = scopes.joined(separator: " ").split { " []*".contains($0) }
        return Set(
            words.filter { $0.hasPrefix(prefix) && $0.hasSuffix("/data_access") }.map {
                String($0.dropFirst(prefix.count).dropLast("/data_access".count))
            })
    }

    private static func server(of scope: String) -> String {
        if scope.hasPrefix("urn:globus:auth:scope:") {
            return scope.dropFirst("urn:globus:auth:scope:".count).split(separator: ":").first.map(String.init) ?? authServer
        }
        if scope.hasPrefix("https://auth.globus.org/scopes/") {
            let id = scope.dropFirst("https://auth.globus.org/scopes/".count).prefix { $0 != "/" }
            // Flows is the one service whose server is known by a name though its scopes carry an id.
            return id == "eec9b274-0c81-4334-bdc2-54e90e689b9a" ? "flows.globus.org" : String(id)
        }
        return authServer
    }
}

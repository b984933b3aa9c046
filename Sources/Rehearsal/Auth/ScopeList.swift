/// Scopes as clients ask for them: separated by blanks, each with the scopes it depends on in brackets.
struct ScopeList: Hashable, Sendable {
    struct Scope: Hashable, Sendable {
        let name: String
        /// Whether it was marked with `*`: it can be rescinded alone.
        let isOptional: Bool
        var dependencies: [Scope] = []
    }

    static let transfer = "urn:globus:auth:scope:transfer.api.globus.org:all"
    static let transferServer = "transfer.api.globus.org"
    static let authServer = "auth.globus.org"
    static let viewIdentitySet = "urn:globus:auth:scope:auth.globus.org:view_identity_set"

    let scopes: [Scope]

    init(_ text: String) {
        var rest = Substring(text)
        scopes = ScopeList.scopes(&rest)
    }

    /// Reads up to the bracket that ends the list, or to the end.
    private static func scopes(_ rest: inout Substring) -> [Scope] {
        var scopes: [Scope] = []
        while let character = rest.first {
            switch character {
            case " ": rest.removeFirst()
            case "]":
                rest.removeFirst()
                return scopes
            case "[":
                rest.removeFirst()
                let dependencies = ScopeList.scopes(&rest)
                if !scopes.isEmpty { scopes[scopes.count - 1].dependencies += dependencies }
            default:
                let word = rest.prefix { !" []".contains($0) }
                rest = rest.dropFirst(word.count)
                scopes.append(Scope(name: String(word.drop { $0 == "*" }), isOptional: word.hasPrefix("*")))
            }
        }
        return scopes
    }

    static func dataAccess(_ collection: some CustomStringConvertible) -> String {
        "https://auth.globus.org/scopes/\(collection)/data_access"
    }

    /// The scopes without what they depend on, by resource server, servers in the order of their first scope.
    var byServer: [(server: String, scope: String)] {
        var order: [String] = []
        var scopes: [String: [String]] = [:]
        for scope in self.scopes {
            let server = ScopeList.server(of: scope.name)
            if scopes[server] == nil { order.append(server) }
            if scopes[server]?.contains(scope.name) != true { scopes[server, default: []].append(scope.name) }
        }
        return order.map { ($0, scopes[$0, default: []].joined(separator: " ")) }
    }

    /// Every scope, also those that others depend on.
    var names: [String] {
        func names(_ scopes: [Scope]) -> [String] { scopes.flatMap { [$0.name] + names($0.dependencies) } }
        return names(scopes)
    }

    /// The collections whose `data_access` is asked for.
    var collections: [String] { names.compactMap(ScopeList.collection(of:)) }

    /// The collection that a `data_access` scope is for.
    static func collection(of scope: String) -> String? {
        let (prefix, suffix) = ("https://auth.globus.org/scopes/", "/data_access")
        guard scope.hasPrefix(prefix), scope.hasSuffix(suffix), scope.count > prefix.count + suffix.count else { return nil }
        return String(scope.dropFirst(prefix.count).dropLast(suffix.count))
    }

    /// Whether it has the form of a scope at all.
    static func isScope(_ name: String) -> Bool {
        ["openid", "profile", "email", "offline_access"].contains(name) || name.hasPrefix("urn:globus:auth:scope:")
            || name.hasPrefix("https://auth.globus.org/scopes/")
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

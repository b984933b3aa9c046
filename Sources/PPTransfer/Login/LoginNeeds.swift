package import Globus
import SystemFiles

/// What a person must do before the service will answer, gathered from its refusals: of both ends, not one after the other.
package struct LoginNeeds: Hashable, Sendable {
    /// A login at all: there is none, or it is dead.
    package var login = false
    /// Scopes to consent to.
    package var scopes: [String] = []
    /// Domains, identities or policies to log in again for.
    package var sessions: [String] = []
    package var policies: [String] = []

    package init() {}

    package var isEmpty: Bool { self == LoginNeeds() }

    /// Adds what `refusal` asks for.
    ///
    /// - Parameter domain: the collection's own, for a service that does not say which login it misses.
    package mutating func add(_ refusal: Refusal, domain: String?) {
        switch refusal.kind {
        case .authentication: login = true
        case .consent: scopes.append(missing: refusal.authorization?.requiredScopes ?? [])
        case .session:
            let asked = refusal.authorization
            policies.append(missing: asked?.requiredPolicies ?? [])
            scopes.append(missing: asked?.requiredScopes ?? [])
            let targets = (asked?.requiredDomains ?? []) + (asked?.requiredIdentities ?? [])
            if targets.isEmpty, policies.isEmpty {
                sessions.append(missing: [domain].compactMap(\.self))
            } else {
                sessions.append(missing: targets)
            }
        default: break
        }
    }

    package mutating func add(consentFor collection: CollectionID) {
        scopes.append(missing: [LoginScopes.transfer(for: [collection])])
    }

    package mutating func add(session domain: String) { sessions.append(missing: [domain]) }

    /// The collections whose data a consent is missing for.
    private var collections: [String] {
        scopes.flatMap { scope in
            scope.split { $0 == "[" || $0 == "]" || $0 == " " || $0 == "*" }.compactMap { part in
                part.ends(with: "/data_access") ? part.parts(at: "/").dropLast().last.map(String.init) : nil
            }
        }
    }

    /// What to type, a line each, ready to paste; empty if nothing is needed or typing does not help.
    package func commands(for login: LoginKind?, in wording: RemedyWording) -> [String] {
        switch login {
        case .own:
            guard !isEmpty else { return [] }
            let command = wording[.logIn(collections: collections, sessions: sessions, policies: policies)]
            return command.isEmpty ? [] : [command]
        case .serviceAccount, .custom: return []
        case .commandLine, .token, nil:
            var lines: [String] = []
            if self.login { lines.append("globus login --force") }
            if !scopes.isEmpty { lines.append("globus session consent " + scopes.map(ShellWord.plainOrQuoted).joined(separator: " ")) }
            if !sessions.isEmpty { lines.append("globus session update " + sessions.map(ShellWord.plainOrQuoted).joined(separator: " ")) }
            if !policies.isEmpty {
                lines.append("globus session update --policy " + ShellWord.plainOrQuoted(policies.joined(separator: ",")))
            }
            return lines
        }
    }

    /// For people: what to type, or whom to ask.
    package func remedy(for kind: LoginKind?, in wording: RemedyWording) -> String {
        let lines = commands(for: kind, in: wording)
        if !lines.isEmpty {
            let again = login || !sessions.isEmpty || !policies.isEmpty ? "log in again" : nil
            let consent = scopes.isEmpty ? nil : "give the consent"
            let text = [again, consent].compactMap(\.self).joined(separator: " and ") + ": " + lines.joined(separator: " && ")
            if case .token(let variable) = kind, again != nil { return text + ", then put its access token into \(variable)" }
            return text
        }
        if case .serviceAccount = kind { return "ask the collection's owners to admit the service account" }
        return "log in again"
    }
}

extension [String] {
    fileprivate mutating func append(missing items: [String]) {
        for item in items where !contains(item) { append(item) }
    }
}

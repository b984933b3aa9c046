package import Globus
import SystemFiles

/// What a person must do before the service will answer, gathered from its refusals: of both ends, not one after the other.
package struct LoginNeeds: Hashable, Sendable {
    /// A login at all: there is none, or it is dead.
    package var login = false
    /// Scopes to consent to.
    package var scopes: [String] = []
    /// Logins to renew.
    private var sessions: [Session] = []
    package var policies: [String] = []
    /// Whether the login must be made with a second factor.
    private var factor = false
    /// The user's own identity of a domain, where it is known.
    private var users: [String: String] = [:]

    package init() {}

    private enum Session: Hashable, Sendable {
        /// An identity of one of these domains suffices.
        case anyOf([String])
        /// All of these identities, by user name or id.
        case identities([String])
    }

    package var isEmpty: Bool { !login && scopes.isEmpty && sessions.isEmpty && policies.isEmpty && !factor }

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
            if asked?.requiresMFA == true { factor = true }
            let (domains, identities) = (asked?.requiredDomains ?? [], asked?.requiredIdentities ?? [])
            if !domains.isEmpty { sessions.append(missing: [.anyOf(domains)]) }
            if !identities.isEmpty { sessions.append(missing: [.identities(identities)]) }
            if domains.isEmpty, identities.isEmpty, policies.isEmpty, let domain { add(session: domain) }
        default: break
        }
    }

    package mutating func add(consentFor collection: CollectionID) {
        scopes.append(missing: [LoginScopes.transfer(for: [collection])])
    }

    /// - Parameter username: of the user's own identity there, if it is known.
    package mutating func add(session domain: String, as username: String? = nil) {
        sessions.append(missing: [.anyOf([domain])])
        if let username { users[domain] = username }
    }

    /// Learns the user's identities, by whose names one command renews several logins. Of several of one domain nobody knows which is meant.
    package mutating func know(_ identities: [LinkedIdentity]) {
        for (domain, ours) in Dictionary(grouping: identities, by: \.domain) where ours.count == 1 && users[domain] == nil {
            users[domain] = ours[0].username
        }
    }

    /// What `globus session update` takes at once: identities by name or id, all of which it renews; or domains, of which it renews one.
    private var updates: [[String]] {
        var (identities, others): ([String], [[String]]) = ([], [])
        for session in sessions {
            switch session {
            case .identities(let names): identities.append(missing: names)
            case .anyOf(let domains):
                let names = domains.compactMap { users[$0] }
                if sessions.count > 1, domains.count == 1, let name = names.first {
                    identities.append(missing: [name])
                } else {
                    others.append(domains)
                }
            }
        }
        return (identities.isEmpty ? [] : [identities]) + others
    }

    private var renewals: [String] {
        let updates = updates.map { "globus session update " + $0.map(ShellWord.plainOrQuoted).joined(separator: " ") }
        // The Globus CLI has no word for the second factor: the provider of the identity asks for it at the login.
        return factor && updates.isEmpty && policies.isEmpty ? ["globus session update --all"] : updates
    }

    /// What to do so that the logins are renewed, with the commands of the Globus CLI.
    var renewal: Remedy {
        guard hasSessions else { return "log in again" }
        return "\(again): \(Remedy.joined(renewals.map { .command($0) }, separator: " && "))"
    }

    /// Whether a login must be renewed.
    var hasSessions: Bool { !sessions.isEmpty || factor }

    private var again: String { factor ? "log in again with a second factor" : "log in again" }

    /// The collections whose data a consent is missing for.
    private var collections: [String] {
        scopes.flatMap { scope in
            scope.split { $0 == "[" || $0 == "]" || $0 == " " || $0 == "*" }.compactMap { part in
                part.ends(with: "/data_access") ? part.parts(at: "/").dropLast().last.map(String.init) : nil
            }
        }
    }

    /// The same for `pptransfer login`, which takes no user names.
    private var ownUpdates: [[String]] {
        sessions.map { session in
            switch session {
            case .anyOf(let names), .identities(let names): names
            }
        }
    }

    /// What to type, a line each, ready to paste; empty if nothing is needed or typing does not help.
    package func commands(for login: LoginKind?, in wording: RemedyWording) -> [String] {
        switch login {
        case .own:
            guard !isEmpty else { return [] }
            // One login renews one domain, or several identities.
            let (first, others) = (ownUpdates.first ?? [], ownUpdates.dropFirst())
            return wording[.logIn(collections: collections, sessions: first, policies: policies, factor: factor)].commands
                + others.flatMap { wording[.logIn(collections: [], sessions: $0, policies: [], factor: factor)].commands }
        case .serviceAccount, .custom: return []
        case .commandLine, .token, nil:
            var lines: [String] = []
            if self.login { lines.append("globus login --force") }
            if !scopes.isEmpty { lines.append("globus session consent " + scopes.map(ShellWord.plainOrQuoted).joined(separator: " ")) }
            lines += renewals
            if !policies.isEmpty {
                lines.append("globus session update --policy " + ShellWord.plainOrQuoted(policies.joined(separator: ",")))
            }
            return lines
        }
    }

    /// For people: what to type, or whom to ask.
    package func remedy(for kind: LoginKind?, in wording: RemedyWording) -> Remedy {
        let lines = commands(for: kind, in: wording)
        if !lines.isEmpty {
            let again = login || hasSessions || !policies.isEmpty ? again : nil
            let consent = scopes.isEmpty ? nil : "give the consent"
            let commands = Remedy.joined(lines.map { .command($0) }, separator: " && ")
            let text: Remedy = "\([again, consent].compactMap(\.self).joined(separator: " and ")): \(commands)"
            if case .token(let variable) = kind, again != nil { return "\(text), then put its access token into \(variable)" }
            return text
        }
        if case .serviceAccount = kind { return "ask the owners of the collection to give the service account access" }
        return "log in again"
    }
}

extension Array where Element: Equatable {
    fileprivate mutating func append(missing items: [Element]) {
        for item in items where !contains(item) { append(item) }
    }
}

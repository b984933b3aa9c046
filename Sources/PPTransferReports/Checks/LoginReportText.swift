package import Globus
import PPTransfer
import PositionedYAML

extension LoginReport {
    /// A line for each thing, with its kind before it.
    package var text: String {
        var lines: [(kind: String, text: String)] = []
        if let used = findings.first {
            lines.append(("login", used.kind.title))
            lines += used.warnings.map { ("warning", $0.description) }
        }
        if let problem {
            lines.append(("problem", problem.description))
            if case .notLoggedIn(let login) = problem { lines.append(("what to do", login.remedy)) }
        } else if identities.isEmpty {
            lines.append(("identity", "not known: the login is for Globus Transfer alone"))
        }
        for (number, identity) in identities.enumerated() { lines.append((number == 0 ? "identity" : "linked", text(of: identity))) }
        lines += standings.map { ("site", text(of: $0)) }
        for finding in findings.dropFirst() {
            lines.append(("not used", finding.kind.title + (finding.problem.map { " (\($0))" } ?? "")))
        }
        let width = lines.map(\.kind.count).max() ?? 0
        return lines.map { Outlet.line($0.kind + String(repeating: " ", count: width - $0.kind.count + 2) + $0.text) }
            .joined(separator: "\n")
    }

    private func text(of identity: Identity) -> String {
        identity.identity.username + (identity.identity.provider.map { " (\($0))" } ?? "")
            + (identity.lastLogin.map { ", last logged in with at \($0)" } ?? "")
    }

    private func text(of standing: Standing) -> String {
        let wants = "\(standing.alias) wants an identity of \(standing.domain): "
        var needs = LoginNeeds()
        needs.add(session: standing.domain)
        let renewal = needs.remedy(for: findings.first?.kind)
        switch standing.state {
        case .notLinked: return wants + "none is linked; link it at app.globus.org/account/identities"
        case .notInSession: return wants + "\(standing.username ?? "") is linked, but not part of this login's session; \(renewal)"
        case .expired: return wants + "\(standing.username ?? "") was good until \(standing.ends?.description ?? ""); \(renewal)"
        case .good:
            let left = standing.ends.map { ", good until \($0) (\(Quantity.count(Self.days(from: now, to: $0), "day")) left)" }
            return wants + (standing.username ?? "") + (left ?? "")
        }
    }

    /// Whole days; 0 for what is over.
    static func days(from now: Timestamp, to end: Timestamp) -> Int64 { max(0, (end - now).components.seconds / 86_400) }
}

extension Login.Kind {
    /// As messages call it.
    package var title: String {
        switch self {
        case .token(let variable): "the access token of \(variable)"
        case .serviceAccount(let id): "the service account \(id) of GLOBUS_CLI_CLIENT_ID and GLOBUS_CLI_CLIENT_SECRET"
        case .own(let path): "pptransfer's own, \(path)"
        case .commandLine(let path, let namespace): "the Globus CLI's, \(path) (\(namespace))"
        }
    }

    /// For programs.
    var word: String {
        switch self {
        case .token: "token"
        case .serviceAccount: "service-account"
        case .own: "own"
        case .commandLine: "globus-cli"
        }
    }
}

extension LoginReport: Encodable {
    enum CodingKeys: String, CodingKey {
        case format = "pptransfer_whoami"
        case status
        case exitStatus = "exit_status"
        case login, identities, sites, problem
        case unused = "not_used"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(1, forKey: .format)
        try container.encode(status.name, forKey: .status)
        try container.encode(status.number, forKey: .exitStatus)
        try container.encode(findings.first.map(FindingDocument.init), forKey: .login)
        try container.encode(identities.map(IdentityDocument.init), forKey: .identities)
        try container.encode(standings.map { StandingDocument($0, now: now) }, forKey: .sites)
        try container.encode(problem?.description, forKey: .problem)
        try container.encode(findings.dropFirst().map(FindingDocument.init), forKey: .unused)
    }

    private struct FindingDocument: Encodable {
        var kind: String
        var variable: String?
        var client: String?
        var path: String?
        var namespace: String?
        var problem: String?
        var warnings: [String]

        init(_ finding: LoginFinding) {
            kind = finding.kind.word
            switch finding.kind {
            case .token(let name): variable = name
            case .serviceAccount(let id): client = id
            case .own(let path): self.path = path
            case .commandLine(let path, let namespace): (self.path, self.namespace) = (path, namespace)
            }
            (problem, warnings) = (finding.problem?.description, finding.warnings.map(\.description))
        }
    }

    private struct IdentityDocument: Encodable {
        var id: String
        var username: String
        var provider: String?
        var lastLogin: String?

        init(_ identity: Identity) {
            (id, username, provider) = (identity.identity.id, identity.identity.username, identity.identity.provider)
            lastLogin = identity.lastLogin?.description
        }

        enum CodingKeys: String, CodingKey {
            case id, username, provider
            case lastLogin = "last_login"
        }
    }

    private struct StandingDocument: Encodable {
        var alias: String
        var identity: String
        var state: Standing.State
        var username: String?
        var goodUntil: String?
        var daysLeft: Int64?

        init(_ standing: Standing, now: Timestamp) {
            (alias, identity, state, username) = (standing.alias, standing.domain, standing.state, standing.username)
            goodUntil = standing.ends?.description
            daysLeft = standing.ends.map { LoginReport.days(from: now, to: $0) }
        }

        enum CodingKeys: String, CodingKey {
            case alias, identity, state, username
            case goodUntil = "good_until"
            case daysLeft = "days_left"
        }
    }
}

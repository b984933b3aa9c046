package import Globus
package import GlobusCLILogin
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
            if case .notLoggedIn(let login) = problem.cause { lines.append(("what to do", login.remedy.oneLine)) }
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
        let wants = "\(standing.alias) requires an identity of \(standing.domain): "
        var needs = LoginNeeds()
        needs.add(session: standing.domain, as: standing.username)
        let renewal = needs.remedy(for: findings.first?.kind, in: .commands)
        switch standing.state {
        case .notLinked: return wants + "none is linked; link it at app.globus.org/account/identities"
        case .notInSession: return wants + "\(standing.username ?? "") is linked, but not part of this login's session; \(renewal)"
        case .expired: return wants + "\(standing.username ?? "") was valid until \(standing.ends?.description ?? ""); \(renewal)"
        case .good:
            let left = standing.ends.map { ", valid until \($0) (\(Quantity.count(Self.days(from: now, to: $0), "day")) left)" }
            return wants + (standing.username ?? "") + (left ?? "")
        }
    }

    /// Whole days; 0 for what is over.
    static func days(from now: Timestamp, to end: Timestamp) -> Int64 { max(0, (end - now).components.seconds / 86_400) }
}

extension LoginKind {
    /// As messages call it.
    package var title: String {
        switch self {
        case .token(let variable): "the access token of \(variable)"
        case .serviceAccount(let id): "the service account \(id) of GLOBUS_CLI_CLIENT_ID and GLOBUS_CLI_CLIENT_SECRET"
        case .own(let path): "pptransfer's own, \(path)"
        case .commandLine(let path, let namespace): "the Globus CLI's, \(path) (\(namespace))"
        case .custom: "the program's own source of tokens"
        }
    }

    /// For programs.
    var word: String {
        switch self {
        case .token: "token"
        case .serviceAccount: "service-account"
        case .own: "own"
        case .commandLine: "globus-cli"
        case .custom: "custom"
        }
    }
}

extension LoginReport: ReportBody {
    package static let document = SchemaDocument.whoami
    package static let fields: [JSONField<Self>] = [
        .nullable("login", \.findings.first), JSONField("identities", \.identities),
        JSONField("sites") { report in report.standings.map { TimedStanding(standing: $0, now: report.now) } },
        .nullable("problem") { $0.problem?.description }, JSONField("not_used") { Array($0.findings.dropFirst()) },
    ]

    /// What is left of a standing depends on the time.
    private struct TimedStanding: JSONDocument {
        var standing: Standing
        var now: Timestamp

        static let fields: [JSONField<Self>] = [
            JSONField("alias", \.standing.alias), JSONField("identity", \.standing.domain), JSONField("state", \.standing.state),
            JSONField("username", \.standing.username), JSONField("good_until") { $0.standing.ends?.description },
            JSONField("days_left") { timed in timed.standing.ends.map { LoginReport.days(from: timed.now, to: $0) } },
        ]
    }
}

extension LoginReport.Standing.State: JSONChoice {}

extension LoginReport.Identity: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("id", \.identity.id), JSONField("username", \.identity.username), JSONField("provider", \.identity.provider),
        JSONField("last_login") { $0.lastLogin?.description },
    ]
}

extension LoginFinding: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("kind", \.kind.word), JSONField("variable") { if case .token(let name) = $0.kind { name } else { nil } },
        JSONField("client") { if case .serviceAccount(let id) = $0.kind { id } else { nil } }, JSONField("path", \.kind.path),
        JSONField("namespace") { if case .commandLine(_, let namespace) = $0.kind { namespace } else { nil } },
        JSONField("problem") { $0.problem?.description }, JSONField("warnings") { $0.warnings.map(\.description) },
    ]
}

extension LoginKind {
    fileprivate var path: String? {
        switch self {
        case .own(let path), .commandLine(let path, _): path
        case .token, .serviceAccount, .custom: nil
        }
    }
}

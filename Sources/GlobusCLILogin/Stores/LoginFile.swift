import FoundationEssentials
import Globus
import SystemFiles

/// A program's own login: one file for its owner's eyes, with a login for each environment of Globus.
struct LoginFile: LoginStore {
    let path: String
    /// `production`, `sandbox`, … or the address of another Globus Auth.
    let environment: String

    private let names: LoginNames

    var owner: StoredLoginProblem.Owner { .own(names) }
    let pauses: [Duration] = [.zero, .milliseconds(200), .milliseconds(800)]

    /// Where the program's variable says (`NAME_LOGIN`), else `NAME/login.json` in `XDG_CONFIG_HOME` or `~/.config`.
    ///
    /// - Returns: `nil` if the program has no login of its own, or there is no home either.
    init?(_ variables: LoginVariables) {
        guard let names = variables.names else { return nil }
        // An XDG directory that is not absolute is to be ignored, says its specification.
        let configuration =
            variables["XDG_CONFIG_HOME"].flatMap { $0.begins(with: "/") ? $0 : nil } ?? variables["HOME"].map { $0 + "/.config" }
        guard let path = variables[names.loginFileVariable] ?? configuration.map({ "\($0)/\(names.path)" }) else { return nil }
        (self.path, self.names, environment) = (path, names, variables.authority)
    }

    /// - Returns: `nil` if nobody has logged in to this environment.
    func login() throws(LoginProblem) -> StoredLogin? {
        guard let entry = try document().environments[environment] else { return nil }
        return StoredLogin(client: .native(id: entry.client), tokens: entry.tokens.mapValues(\.token), identity: entry.identity)
    }

    func read() throws(LoginProblem) -> StoredLogin {
        guard let login = try login() else { throw problem(.noLogin(others: [])) }
        guard login.reachesTransfer else { throw problem(.noTransfer) }
        return login
    }

    /// Replaces the login of this environment; the others stay.
    func write(_ login: StoredLogin) throws(LoginProblem) {
        guard case .native(let client) = login.client else { return }
        var document = try document()
        document.environments[environment] = Entry(client: client, tokens: login.tokens.mapValues(Token.init), identity: login.identity)
        try write(document)
    }

    /// Removes the login of this environment, and the file with its last.
    func remove() throws(LoginProblem) {
        var document = try document()
        document.environments[environment] = nil
        guard document.environments.isEmpty else { return try write(document) }
        try attempt { () throws(StoredLoginProblem.Fault) in try SecretFile.remove(path) }
    }

    func keep(_ token: StoredToken, for server: String, insteadOf used: AccessToken) -> LoginWarning? {
        do throws(LoginProblem) {
            // Somebody who logged in again or renewed meanwhile has written what is newer than ours.
            guard var login = try login(), login.tokens[server]?.refreshToken == used else { return nil }
            login.tokens[server] = token
            try write(login)
            return nil
        } catch {
            // As long as the refresh token is the same, nothing is lost: others renew for themselves.
            return token.refreshToken == used ? nil : .notKept(path: path, reason: "\(error)")
        }
    }

    // MARK: the file

    private struct Document: CodableWithConfiguration {
        static let current = 1

        var format = Document.current
        var environments: [String: Entry] = [:]

        init() {}

        init(from decoder: any Decoder, configuration names: LoginNames) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            format = try fields.decode(Int.self, forKey: .format(names))
            environments = try fields.decode([String: Entry].self, forKey: .environments)
        }

        func encode(to encoder: any Encoder, configuration names: LoginNames) throws {
            var fields = encoder.container(keyedBy: Key.self)
            try fields.encode(format, forKey: .format(names))
            try fields.encode(environments, forKey: .environments)
        }
    }

    /// A key of the document. The one of the format bears the program's name.
    private struct Key: CodingKey {
        static let environments = Key(stringValue: "environments")

        static func format(_ names: LoginNames) -> Key { Key(stringValue: names.formatKey) }

        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    private struct Entry: Codable {
        /// The native application that logged in.
        var client: String
        var tokens: [String: Token]
        /// The id of whoever logged in; absent until it was asked for.
        var identity: String?
    }

    private struct Token: Codable {
        var accessToken: AccessToken
        var refreshToken: AccessToken?
        /// Seconds since 1970.
        var expires: Int64
        var scope: String

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case refreshToken = "refresh_token"
            case expires = "expires_at_seconds"
            case scope
        }

        init(_ token: StoredToken) {
            (accessToken, refreshToken) = (token.accessToken, token.refreshToken)
            (expires, scope) = (token.expires.secondsSince1970, token.scope)
        }

        var token: StoredToken {
            StoredToken(
                accessToken: accessToken, refreshToken: refreshToken, expires: Timestamp(secondsSince1970: expires), scope: scope)
        }
    }

    private struct Format: DecodableWithConfiguration {
        var format: Int

        init(from decoder: any Decoder, configuration names: LoginNames) throws {
            format = try decoder.container(keyedBy: Key.self).decode(Int.self, forKey: .format(names))
        }
    }

    private func document() throws(LoginProblem) -> Document {
        guard let data = try attempt({ () throws(StoredLoginProblem.Fault) in try SecretFile.read(path) }) else { return Document() }
        guard let format = try? JSONDecoder().decode(Format.self, from: data, configuration: names).format else {
            throw problem(.notJSON(entry: "the login"))
        }
        guard format == Document.current else { throw problem(.foreignFormat("\(format)")) }
        guard let document = try? JSONDecoder().decode(Document.self, from: data, configuration: names) else {
            throw problem(.notJSON(entry: "the login"))
        }
        return document
    }

    private func write(_ document: Document) throws(LoginProblem) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(document, configuration: names) else { return }
        try attempt { () throws(StoredLoginProblem.Fault) in
            try SecretFile.makeDirectory(for: path)
            try SecretFile.write(data, to: path)
        }
    }

    private func attempt<Value>(_ body: () throws(StoredLoginProblem.Fault) -> Value) throws(LoginProblem) -> Value {
        do {
            return try body()
        } catch {
            throw problem(error)
        }
    }
}

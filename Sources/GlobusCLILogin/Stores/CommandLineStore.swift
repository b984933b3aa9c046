import FoundationEssentials
import Globus
import SystemFiles

/// What `globus login` left: the tokens, and the client that each installation of the Globus CLI is. Read only.
struct CommandLineStore: LoginStore {
    let path: String
    /// Under which the login is written: `userprofile/<environment>[/<profile>]`.
    let namespace: String
    private let place: Place

    private enum Place {
        /// The CLI's directory, of which `path` is a part.
        case home(directory: String)
        /// The variable that names the database, in the place of the one in the home directory.
        case named(variable: String)
    }

    var owner: StoredLoginProblem.Owner { .commandLine(namespace: namespace) }
    let pauses = [Duration.zero]

    /// - Returns: `nil` if there is no home and no variable that names a database.
    init?(_ variables: LoginVariables) {
        let profile = variables["GLOBUS_PROFILE"].map { "/\($0)" } ?? ""
        namespace = "userprofile/\(variables.environment)\(profile)"
        if let variable = variables.names?.commandLineStoreVariable, let given = variables[variable] {
            (path, place) = (given, .named(variable: variable))
        } else if let home = variables["HOME"] {
            place = .home(directory: "\(home)/.globus")
            path = "\(home)/.globus/cli/storage.db"
        } else {
            return nil
        }
    }

    /// - Returns: `false` if the CLI was never used by this home. Nothing is opened.
    /// - Throws: if it looks as if it had been used, but the database is not there.
    func isThere() throws(LoginProblem) -> Bool {
        let kind = FileKind(path)
        if kind == .file { return true }
        switch place {
        case .named(let variable): throw problem(kind.fault ?? .missing(variable: variable))
        case .home(let directory): return try isThere(in: directory, kind)
        }
    }

    /// - Parameter kind: what stands in the database's place.
    private func isThere(in directory: String, _ kind: FileKind) throws(LoginProblem) -> Bool {
        switch FileKind(directory) {
        case .nothing: return false
        case .danglingLink(let target): throw problem(.danglingLink(target: target), at: directory)
        case .directory(let target):
            if let fault = kind.fault { throw problem(fault) }
            throw problem(.noDatabase(target: target), at: directory)
        case .file, .other: throw problem(.notADirectory, at: directory)
        case .unreachable(let reason): throw problem(.unreadable(reason: reason), at: directory)
        }
    }

    private func problem(_ fault: StoredLoginProblem.Fault, at place: String) -> LoginProblem {
        .stored(StoredLoginProblem(owner, place, fault))
    }

    func read() throws(LoginProblem) -> StoredLogin {
        do throws(StoredLoginProblem.Fault) {
            return try login()
        } catch {
            throw problem(error)
        }
    }

    private func login() throws(StoredLoginProblem.Fault) -> StoredLogin {
        if access(path, R_OK) != 0 { throw .unreadable(reason: String(cString: strerror(errno))) }
        let database = try TokenDatabase(readingFrom: path)
        let rows = try database.rows(
            "SELECT resource_server, token_data_json FROM token_storage WHERE namespace = ?", [namespace])
        guard !rows.isEmpty else {
            // 'globus logout' takes the tokens away. Newer versions (3.30, not 3.17) leave the application of the installation;
            // older ones leave nothing.
            let others = try others(database)
            let rest = try database.rows(
                "SELECT 1 FROM config_storage WHERE namespace = ? AND config_name = 'auth_client_data'", [namespace])
            throw rest.isEmpty && !others.isEmpty ? .noLogin(others: others) : .loggedOut
        }
        var login = StoredLogin(client: nil, tokens: [:])
        for row in rows where [ClientCredentials.transferServer, ClientCredentials.authServer].contains(row[0]) {
            guard let token = try? JSONDecoder().decode(TokenRow.self, from: Data(row[1].utf8)) else {
                throw .notJSON(entry: "the token for \(row[0])")
            }
            login.tokens[row[0]] = token.token
        }
        guard login.reachesTransfer else { throw .noTransfer }
        let clients = try database.rows(
            "SELECT config_data_json FROM config_storage WHERE namespace = ? AND config_name = 'auth_client_data'", [namespace])
        if let text = clients.first?.first {
            guard let client = try? JSONDecoder().decode(ClientRow.self, from: Data(text.utf8)) else {
                throw .notJSON(entry: "the CLI's own client")
            }
            login.client = .confidential(id: client.client_id, secret: client.client_secret)
        }
        let users = try database.rows(
            "SELECT config_data_json FROM config_storage WHERE namespace = ? AND config_name = 'auth_user_data'", [namespace])
        // Older versions of the CLI did not keep it.
        login.identity = users.first?.first.flatMap { try? JSONDecoder().decode(UserRow.self, from: Data($0.utf8)).sub }
        return login
    }

    /// Who has logged in under other names.
    private func others(_ database: borrowing TokenDatabase) throws(StoredLoginProblem.Fault) -> [String] {
        try database.rows("SELECT DISTINCT namespace FROM token_storage WHERE namespace LIKE 'userprofile/%' ORDER BY namespace").map {
            $0[0]
        }
    }

    func keep(_ token: StoredToken, for server: String, insteadOf used: AccessToken) -> LoginWarning? {
        guard let refreshToken = token.refreshToken, refreshToken != used else { return nil }
        return .notKept(path: path, reason: "the file is the Globus CLI's")
    }

    /// Whether others may read what only its owner should. The CLI made the file, so it is for its owner to mend.
    var warning: LoginWarning? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return nil }
        return .exposed(path: path, mode: UInt32(status.st_mode & 0o777))
    }

    // As the CLI spells them.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    private struct TokenRow: Decodable {
        var access_token: AccessToken
        var refresh_token: AccessToken?
        var expires_at_seconds: Double
        var scope: String?

        var token: StoredToken {
            StoredToken(
                accessToken: access_token, refreshToken: refresh_token,
                expires: Timestamp(secondsSince1970: Int64(exactly: expires_at_seconds.rounded(.down)) ?? 0), scope: scope ?? "")
        }
    }

    private struct UserRow: Decodable {
        var sub: String
    }

    // swift-format-ignore: AlwaysUseLowerCamelCase
    private struct ClientRow: Decodable {
        var client_id: String
        var client_secret: AccessToken
    }
}

extension StoredLogin {
    var reachesTransfer: Bool {
        tokens[ClientCredentials.transferServer]?.scope.split(separator: " ").contains(Substring(ClientCredentials.transferScope)) ?? false
    }
}

import SystemFiles

/// Why there is no usable login. What it is stands in `description`, what to do about it in `remedy`.
package enum LoginProblem: Error, Hashable, Sendable {
    /// There is none at all, neither of the Globus CLI nor under the names of the program, if it has a login of its own. `home` is the
    /// home directory in which they would be.
    case none(LoginNames?, home: String? = nil)
    /// Only one of the two variables is set.
    case halfAClient(missing: String)
    /// The token that was given is refused, and there is no way to another.
    case tokenRefused(source: String, requestID: String?)
    /// What the variable holds cannot be a token.
    case unusableToken(source: String)
    /// Globus Auth does not accept the client's id and secret.
    case clientRefused(code: String?)
    /// None of the logins that the program named is there.
    case absent
    /// The program's own source of tokens has none, and said this.
    case supplied(String)
    /// A login that is kept in a file is there, but of no use.
    case stored(StoredLoginProblem)
}

extension LoginProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .none(let names, let home):
            "not logged in: "
                + (home.map { "no login of the Globus CLI\(names.map { " or of '\($0.command)'" } ?? "") in the home directory '\($0)'" }
                    ?? "HOME is not set, so there is no login of the Globus CLI")
                + ", and none in the environment"
        case .halfAClient(let missing): "\(missing) is not set, and the other half of the service account is; set both or neither"
        case .tokenRefused(let source, let id):
            "Globus does not accept the access token of \(source)\(id.map { " (request id \($0))" } ?? ""); it may have expired (access tokens are valid for 48 hours)"
        case .unusableToken(let source): "\(source) holds blanks or control characters; an access token is one word"
        case .clientRefused(let code):
            "Globus Auth does not accept GLOBUS_CLI_CLIENT_ID and GLOBUS_CLI_CLIENT_SECRET\(code.map { " (\($0))" } ?? "")"
        case .absent: "not logged in: none of the logins that this program looks for is there"
        case .supplied(let detail): "not logged in: \(detail)"
        case .stored(let problem): problem.description
        }
    }

    package var remedy: Remedy {
        switch self {
        case .none(let names, let home):
            "\(home == nil ? "set HOME, or " : "")log in: \(command: "globus login")\(Self.own(names))\(Self.link(home)); "
                + "or put a service account into GLOBUS_CLI_CLIENT_ID and GLOBUS_CLI_CLIENT_SECRET"
        case .halfAClient: "set both for the service account, or unset both for your own login"
        case .tokenRefused(let source, _), .unusableToken(let source):
            "put a fresh access token for Transfer into \(source), or unset it and log in"
        case .clientRefused: "look up the service account's id and secret at app.globus.org/settings/developers"
        case .absent: "put a service account into GLOBUS_CLI_CLIENT_ID and GLOBUS_CLI_CLIENT_SECRET, or log in"
        case .supplied: "check the program's own source of tokens"
        case .stored(let problem): problem.remedy
        }
    }

    private static func own(_ names: LoginNames?) -> Remedy { names.map { ", or \(command: $0.command)" } ?? "" }

    /// Jobs on ARCHER2 had their home on /work, people theirs, with their login, on /home; NCAS's page for its users has this command.
    private static func link(_ home: String?) -> Remedy {
        guard let home, home.begins(with: "/work/") else { return "" }
        let other = "/home/" + String(Substring(home.utf8.dropFirst("/work/".utf8.count)))
        return "; or, if your login is in \(other), link to it: \(command: "ln -s \(other)/.globus \(home)/.globus")"
    }
}

/// What is the matter with a login that is kept in a file.
package struct StoredLoginProblem: Hashable, Sendable {
    package enum Owner: Hashable, Sendable {
        /// The Globus CLI's database, which only the CLI writes, and the name of the login there:
        /// `userprofile/<environment>[/<profile>]`.
        case commandLine(namespace: String)
        /// The program's own file, which the program of these names writes.
        case own(LoginNames)
    }

    package enum Fault: Error, Hashable, Sendable {
        /// The variable that names the file names none.
        case missing(variable: String)
        case danglingLink(target: String)
        /// The CLI's directory is there, its database is not; `target` if the directory is a link.
        case noDatabase(target: String?)
        case notADirectory
        /// A link where the file itself should be.
        case symbolicLink
        case notAFile
        /// Others than its owner may read or write it.
        case exposed(mode: UInt32)
        case unreadable(reason: String)
        case unwritable(reason: String)
        case notADatabase
        /// Damaged, or half written.
        case damaged(detail: String)
        /// Another program kept it locked.
        case locked
        case foreignSchema(detail: String)
        /// Of another format than this version writes.
        case foreignFormat(String)
        /// The part of it that is so called cannot be read.
        case notJSON(entry: String)
        /// The login was ended, as by `globus logout`: its tokens are gone, and no other is there.
        case loggedOut
        /// Nobody has logged in under the name that is asked for; these others have.
        case noLogin(others: [String])
        /// Logged in, but not for Globus Transfer.
        case noTransfer
        /// The access token has lapsed, and the store holds nothing to get another with.
        case unrenewable
        /// Globus Auth does not accept the refresh token.
        case dead(code: String?)
        /// Globus Auth does not know the application that logged in any more.
        case clientRefused(code: String?)
    }

    package var owner: Owner
    package var path: String
    package var fault: Fault

    /// Whether a new login takes the place of what is there, as it stands.
    package var isMendedByLogin: Bool {
        switch fault {
        case .loggedOut, .noLogin, .noTransfer, .unrenewable, .dead, .clientRefused: true
        default: false
        }
    }

    package init(_ owner: Owner, _ path: String, _ fault: Fault) { (self.owner, self.path, self.fault) = (owner, path, fault) }
}

import SystemFiles

extension StoredLoginProblem: CustomStringConvertible {
    package var description: String {
        switch fault {
        case .missing(let variable): "\(variable) names \(path), which does not exist"
        case .danglingLink(let target): "\(path) is a link to \(target), which is not there"
        case .noDatabase(nil): "\(path) is a separate directory of this home, without a login of the Globus CLI (cli/storage.db)"
        case .noDatabase(let target?): "\(path) leads to \(target), without a login of the Globus CLI (cli/storage.db)"
        case .notADirectory: "\(path) is not a directory"
        case .symbolicLink: "\(path) is a link; a login is kept in a file of its own"
        case .notAFile: "\(path) is not a file"
        case .exposed(let mode): "\(path) holds a login, and other users may read or write it (mode \(String(mode, radix: 8)))"
        case .unreadable(let reason): "the login in \(path) cannot be read: \(reason)"
        case .unwritable(let reason): "the login cannot be written to \(path): \(reason)"
        case .notADatabase: "\(path) is not the Globus CLI's: no SQLite database"
        case .damaged(let detail): "\(path) is damaged, or only half of it was written: \(detail)"
        case .locked: "\(path) is kept locked by another program"
        case .foreignSchema(let detail): "\(path) is not a database as the Globus CLI writes it: \(detail)"
        case .foreignFormat(let format): "\(path) is written in format \(format), which this version does not know"
        case .notJSON(let entry): "\(path): \(entry) cannot be read"
        case .loggedOut: "logged out: \(path) holds no token for \(name)"
        case .noLogin(let others):
            "\(path) holds no login for \(name), "
                + (others.isEmpty ? "and no other" : "but for \(others.joined(separator: ", "))")
        case .noTransfer: "the login in \(path) is not for Globus Transfer"
        case .unrenewable: "the access token in \(path) has expired, and there is no refresh token to renew it"
        case .dead(let code): "the login in \(path) is no longer valid: Globus Auth does not renew it\(code.map { " (\($0))" } ?? "")"
        case .clientRefused(let code):
            "the login in \(path) is no longer valid: Globus Auth does not know its application\(code.map { " (\($0))" } ?? "")"
        }
    }

    package var remedy: Remedy {
        switch fault {
        case .missing(let variable): "name the storage.db of a Globus CLI that has logged in, or unset \(variable)"
        case .danglingLink(let target):
            "check that this machine has \(target) mounted (compute nodes often lack /home), or remove the link and log in: \(command: command)"
        case .noDatabase(nil):
            "log in: \(command: command); or, if your login is in another home directory, replace this directory by a link: "
                + "\(command: "mv \(path) \(path).old; ln -s \(otherHome) \(path)")"
        case .noDatabase, .noTransfer, .loggedOut: "log in: \(command: command)"
        case .symbolicLink:
            "remove it and log in: \(command: command)\(names.map { "; or name another file in \($0.loginFileVariable)" } ?? "")"
        case .exposed: .command("chmod 600 \(path)")
        case .unreadable: "check the permissions of the file and of the directories above it"
        case .unwritable: names.map { "name a file that you may write in \($0.loginFileVariable)" } ?? "log in: \(command: command)"
        case .locked: "find out which program locks it (fuser \(path)); on a network file system it may be a program on another machine"
        case .foreignFormat: "use the newer \(names?.program ?? "program") that wrote it, or remove it and log in: \(command: command)"
        case .notADirectory, .notAFile, .notADatabase, .damaged, .foreignSchema, .notJSON:
            "\(names == nil ? "move it away" : "remove it") and log in: \(command: command)"
        case .noLogin(let others):
            "\(others.isEmpty ? "" : "choose one of these with GLOBUS_PROFILE and GLOBUS_SDK_ENVIRONMENT, or ")log in: \(command: command)"
        case .unrenewable, .dead, .clientRefused: "log in again: \(command: command + (names == nil ? " --force" : ""))"
        }
    }

    /// Of the program whose file it is; `nil` for the Globus CLI's.
    private var names: LoginNames? {
        switch owner {
        case .own(let names): names
        case .commandLine: nil
        }
    }

    private var command: String {
        switch owner {
        case .own(let names): names.command
        case .commandLine(let namespace): Self.variables(of: namespace) + "globus login"
        }
    }

    /// Under which name a login is looked for.
    private var name: String {
        switch owner {
        case .own: "this environment of Globus"
        case .commandLine(let namespace): namespace
        }
    }

    /// Jobs on ARCHER2 have their home on /work, people have theirs (and their login) on /home.
    private var otherHome: String {
        path.begins(with: "/work/") ? "/home/" + String(Substring(path.utf8.dropFirst("/work/".utf8.count))) : "THAT-HOME/.globus"
    }

    /// What makes the Globus CLI log in under this name: `userprofile/<environment>[/<profile>]`.
    private static func variables(of namespace: String) -> String {
        let parts = namespace.split(separator: "/", maxSplits: 2)
        func setting(_ name: String, _ index: Int) -> String {
            parts.count > index ? "\(name)=\(ShellWord.plainOrQuoted(String(parts[index]))) " : ""
        }
        let isUsual = parts.count < 2 || parts[1] == "production"
        return (isUsual ? "" : setting("GLOBUS_SDK_ENVIRONMENT", 1)) + setting("GLOBUS_PROFILE", 2)
    }
}

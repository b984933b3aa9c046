/// The names that a program gives to a login of its own: its command, environment variables and file, all derived from the program's name.
///
/// Whoever gives none has no such login: then only what the Globus CLI knows is looked at, its variables `GLOBUS_CLI_CLIENT_ID` and
/// `GLOBUS_CLI_CLIENT_SECRET` and its stored login, and messages mention nothing else.
package struct LoginNames: Hashable, Sendable {
    /// The program's name, as people type it: `my-tool`.
    package let program: String

    /// - Parameter program: the name of the command, in letters, digits and hyphens. The names of the variables have it in upper case, with
    ///   an underscore for whatever no variable can be called by.
    package init(program: String) { self.program = program }

    /// The command that logs in: `my-tool login`.
    package var command: String { "\(program) login" }

    /// The variable that holds an access token for Transfer: `MY_TOOL_ACCESS_TOKEN`. Its value is a secret.
    package var accessTokenVariable: String { variable("_ACCESS_TOKEN") }

    /// The variable that names another login file: `MY_TOOL_LOGIN`.
    package var loginFileVariable: String { variable("_LOGIN") }

    /// The variable that names another database of the Globus CLI than the one in the home directory: `MY_TOOL_GLOBUS_STORE`.
    package var commandLineStoreVariable: String { variable("_GLOBUS_STORE") }

    /// The login file's place in `XDG_CONFIG_HOME` or `~/.config`: `my-tool/login.json`.
    package var path: String { "\(program)/login.json" }

    /// The key of the login file that holds the number of its format: `my-tool_login`.
    package var formatKey: String { "\(program)_login" }

    private func variable(_ ending: String) -> String {
        let prefix = program.utf8.map { byte -> Character in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): Character(Unicode.Scalar(byte - 32))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): Character(Unicode.Scalar(byte))
            default: "_"
            }
        }
        return String(prefix) + ending
    }
}

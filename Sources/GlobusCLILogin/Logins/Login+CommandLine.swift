public import Globus

extension Login {
    /// Uses the login that `globus login` left below a home directory, in `.globus/cli/storage.db`.
    ///
    /// There is no such login if the Globus CLI was never used by this home. The database is opened for reading alone, and not before the
    /// first token is needed; tokens are renewed in memory a minute before they lapse, and the login is read again when one is refused.
    /// Neither a profile of the CLI's (`GLOBUS_PROFILE`) nor another environment of Globus is looked for.
    ///
    /// Calls of the client throw `GlobusError` with the code `notLoggedIn` if the login is there but of no use.
    ///
    /// - Parameter home: the home directory, absolute: usually the value of `HOME`.
    public static func commandLine(home: String) -> Login {
        Login { context throws(GlobusError) in try Credentials.commandLine(home: home, context) }
    }
}

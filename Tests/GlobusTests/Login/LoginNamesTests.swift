import Globus
import Testing

/// What a program's name stands for, and what a program without one is told.
struct LoginNamesTests {
    @Test func `everything is derived from the program's name`() {
        let names = LoginNames(program: "my-tool2")
        #expect(names.command == "my-tool2 login")
        #expect(names.accessTokenVariable == "MY_TOOL2_ACCESS_TOKEN")
        #expect(names.loginFileVariable == "MY_TOOL2_LOGIN")
        #expect(names.commandLineStoreVariable == "MY_TOOL2_GLOBUS_STORE")
        #expect(names.path == "my-tool2/login.json")
        #expect(names.formatKey == "my-tool2_login")
    }

    @Test func `who has a login of its own is told of it`() {
        let problem = LoginProblem.none(LoginNames(program: "mover"))
        #expect(
            problem.description
                == "not logged in: there is neither MOVER_ACCESS_TOKEN nor GLOBUS_CLI_CLIENT_ID with GLOBUS_CLI_CLIENT_SECRET in the environment, no login by 'mover login', and no ~/.globus of the Globus CLI's"
        )
        #expect(
            problem.remedy
                == "log in: globus login, or mover login; or put a service account into GLOBUS_CLI_CLIENT_ID and GLOBUS_CLI_CLIENT_SECRET")
    }

    @Test func `a stranger is told of the Globus CLI alone`() throws {
        let problem = LoginProblem.none(nil)
        #expect(
            problem.description
                == "not logged in: there is no GLOBUS_CLI_CLIENT_ID with GLOBUS_CLI_CLIENT_SECRET in the environment, and no ~/.globus of the Globus CLI's"
        )
        #expect(
            problem.remedy == "log in: globus login; or put a service account into GLOBUS_CLI_CLIENT_ID and GLOBUS_CLI_CLIENT_SECRET")
    }

    @Test(arguments: [
        (StoredLoginProblem.Fault.dead(code: nil), "log in again: mover login"), (.noTransfer, "log in: mover login"),
        (.symbolicLink, "remove it and log in: mover login; or name another file in MOVER_LOGIN"),
        (.unwritable(reason: "x"), "name a file that you may write in MOVER_LOGIN"),
        (.foreignFormat("2"), "use the newer mover that wrote it, or remove it and log in: mover login"),
    ])
    func `what to do about a program's own file is said in its names`(fault: StoredLoginProblem.Fault, remedy: String) {
        #expect(StoredLoginProblem(.own(LoginNames(program: "mover")), "/f", fault).remedy.oneLine == remedy)
    }
}

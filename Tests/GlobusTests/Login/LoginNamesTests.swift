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
        let problem = LoginProblem.none(LoginNames(program: "mover"), home: "/work/n02/me")
        #expect(
            problem.description
                == "not logged in: no login of the Globus CLI or of 'mover login' in the home directory '/work/n02/me', and none in the environment"
        )
        #expect(
            problem.remedy.oneLine
                == "log in: globus login, or mover login; or, if your login is in /home/n02/me, link to it: "
                + "ln -s /home/n02/me/.globus /work/n02/me/.globus; "
                + "or put a service account into GLOBUS_CLI_CLIENT_ID and GLOBUS_CLI_CLIENT_SECRET")
    }

    @Test func `a stranger is told of the Globus CLI alone`() throws {
        let problem = LoginProblem.none(nil)
        #expect(
            problem.description
                == "not logged in: HOME is not set, so there is no login of the Globus CLI, and none in the environment"
        )
        #expect(
            problem.remedy.oneLine
                == "set HOME, or log in: globus login; or put a service account into GLOBUS_CLI_CLIENT_ID and GLOBUS_CLI_CLIENT_SECRET")
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

import Globus
import Testing

/// What depends on where a home lies is said for that place.
struct LoginTextTests {
    private let owner = StoredLoginProblem.Owner.commandLine(namespace: "userprofile/production")

    @Test func `a job on /work is told how to link the login of /home`() {
        let problem = StoredLoginProblem(owner, "/work/n02/n02/me/.globus", .noDatabase(target: nil))
        #expect(
            problem.remedy.oneLine
                == "log in: globus login; or, if your login is in another home directory, replace this directory by a link: "
                + "mv /work/n02/n02/me/.globus /work/n02/n02/me/.globus.old; ln -s /home/n02/n02/me/.globus /work/n02/n02/me/.globus")
    }

    @Test func `the command logs in under the name that is looked for`() {
        for (namespace, command) in [
            ("userprofile/production", "globus login"), ("userprofile/production/day", "GLOBUS_PROFILE=day globus login"),
            ("userprofile/sandbox", "GLOBUS_SDK_ENVIRONMENT=sandbox globus login"),
            ("userprofile/sandbox/a/b", "GLOBUS_SDK_ENVIRONMENT=sandbox GLOBUS_PROFILE=a/b globus login"),
            ("userprofile/production/ work $x", "GLOBUS_PROFILE=' work $x' globus login"),
        ] {
            #expect(StoredLoginProblem(.commandLine(namespace: namespace), "/db", .noTransfer).remedy.oneLine == "log in: " + command)
        }
    }

    @Test func `a refresh token that could not be kept is told with the reason`() {
        #expect(
            "\(LoginWarning.notKept(path: "/db", reason: "the file is the Globus CLI's"))"
                == "Globus has replaced the refresh token that /db holds, and the new one is not written there (the file is the Globus CLI's); log in again soon"
        )
    }
}

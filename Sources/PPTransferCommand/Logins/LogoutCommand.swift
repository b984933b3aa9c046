import ArgumentParser
import FoundationEssentials
import Globus
import GlobusCLILogin
import PPTransfer

struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "End the login that 'pptransfer login' made.",
        discussion: """
            Globus revokes the tokens, so that programs which still use them stop. Then pptransfer removes its login file. To end the \
            login of the Globus CLI, run 'globus logout'. To end the use of a service account, unset its variables.
            """)

    func run() async throws {
        let session = try CommandSession(json: false)
        let console = session.console
        guard let own = OwnLogin(session.environment, names: .pptransfer) else {
            return console.result("not logged in by 'pptransfer login'")
        }
        do {
            let wasThere = try await own.end(in: session.globus, client: Program.client, observe: console.outageObserver)
            console.result(line: wasThere ? "logged out: \(own.path) is removed" : "not logged in by 'pptransfer login'")
        } catch {
            let status = console.refused(login: error)
            if case .notLoggedIn = error.cause { throw status }
            console.note(
                "the login stays in \(own.path); try again, or remove the file: its tokens expire six months after their last use")
            throw status
        }
    }
}

import Globus
import GlobusCLILogin
import Testing

/// A session knows what it was given.
struct GlobusSessionTests {
    @Test func `a session without names looks at no other program's login`() throws {
        let variables = ["PPTRANSFER_ACCESS_TOKEN": "a-token", "PPTRANSFER_GLOBUS_STORE": "/none.db"]
        let error = #expect(throws: GlobusError.self) {
            try GlobusSession(
                environment: GlobusEnvironment(variables), variables: variables, client: ClientInfo(known: "test", version: "1"))
        }
        #expect(error == .notLoggedIn(.none(nil)))
        let environment = #expect(throws: GlobusEnvironment.Problem.self) { try GlobusEnvironment(["GLOBUS_SDK_VERIFY_SSL": "no"]) }
        for text in ["\(try #require(error))", "\(try #require(environment))"] { #expect(!text.lowercased().contains("pptransfer")) }
    }
}

import Foundation
import GlobusTesting
import TestSupport
import Testing

@testable import Globus
@testable import GlobusCLILogin

/// The databases that versions of the Globus CLI have left themselves; `CommandLine/make.py` makes them.
struct CommandLineStoreTests {
    private static let versions = ["3.0.1", "3.8.0", "3.17.0", "3.30.1", "3.42.0"]

    private func home(_ version: String, after command: String) throws -> Home {
        let home = try Home()
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("CommandLine/globus-cli-\(version)-\(command).sql")
        _ = try CommandLineDatabase(home.store, schema: String(contentsOf: file, encoding: .utf8))
        return home
    }

    @Test(arguments: versions) func `the login of each version is used, by the token for Transfer among those for other services`(
        version: String
    ) async throws {
        let login = try home(version, after: "login").find(ScriptedTransport())
        #expect(try await login.tokens.token().text == "made-up-access-transfer")
        #expect(login.identity == "5f1d2a6e-0000-4000-8000-000000000003")
        #expect(login.identities != nil)
    }

    @Test(arguments: versions) func `an expired token is renewed with the application that the version made for itself`(
        version: String
    ) async throws {
        let home = try home(version, after: "login")
        try home.database().execute(
            "UPDATE token_storage SET token_data_json = replace(token_data_json, '\"expires_at_seconds\": ', '\"expires_at_seconds\": -')")
        let script = ScriptedTransport(.renewed("new"))
        #expect(try await home.find(script).tokens.token().text == "new")
        #expect(script.requests.first?.proof == "5f1d2a6e-0000-4000-8000-000000000004:made-up-secret")
        #expect(script.requests.first?.form.contains("refresh_token=made-up-refresh-transfer") == true)
    }

    @Test(arguments: versions) func `a store that 'globus logout' has swept is reported as logged out`(version: String) throws {
        let home = try home(version, after: "logout")
        let error = #expect(throws: GlobusError.self) { try home.find(ScriptedTransport()) }
        #expect(error?.description == "logged out: \(home.store) holds no token for userprofile/production")
        #expect(error?.remedy == "log in: globus login")
    }
}

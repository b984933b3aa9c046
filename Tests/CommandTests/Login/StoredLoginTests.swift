import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// Transfers in the name of a person's login, which may lapse or die under way.
struct StoredLoginTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description())
    }

    private func accepted(_ service: LocalService) -> Int {
        service.standIn.requests.count { $0.method == "POST" && $0.path == "/v0.10/transfer" && $0.status < 300 }
    }

    /// A person has logged in; the task waits until it is resumed.
    private func withHeldTask(
        _ body: (LocalService, _ secrets: [String], _ resume: () async throws -> Void) async throws -> Void
    ) async throws {
        try await LocalService.with(desk) { service in
            let secrets = try await service.logIn(desk)
            await service.standIn.setFaults(StandInFaults(tasks: [.label("*", .pause(message: "until the test goes on"))]))
            try await body(service, secrets) {
                let paths = service.standIn.requests.map { $0.path.split(separator: "/") }
                let task = try #require(paths.first { $0.count >= 3 && $0[1] == "task" }?[2])
                #expect(try await service.standIn.resume(#require(TaskID(task))))
            }
        }
    }

    @Test func `the Globus CLI's login is used as it is, and its file stays as it was`() async throws {
        try await LocalService.with(desk) { service in
            let secrets = try await service.logIn(desk)
            let before = desk.contents("home/.globus/cli/storage.db")
            let end = try await desk.run("run", "--json", "task.yaml", with: service.addresses)
            #expect(end.status == 0, "\(end.everything)")
            #expect(desk.contents("home/.globus/cli/storage.db") == before)
            #expect(!service.standIn.requests.contains { $0.path.hasPrefix("/v2/") })
            #expect(secrets.allSatisfy { !end.everything.contains($0) })
            #expect(try desk.tree("home/.globus").keys.sorted() == ["cli/storage.db"])
        }
    }

    @Test func `an access token that lapsed since the login is renewed first`() async throws {
        try await LocalService.with(desk) { service in
            let secrets = try await service.logIn(desk, lasting: 30)
            let before = desk.contents("home/.globus/cli/storage.db")
            let end = try await desk.run("run", "task.yaml", with: service.addresses)
            #expect(end.status == 0, "\(end.everything)")
            #expect(service.standIn.requests.count { $0.path == "/v2/oauth2/token" } == 1)
            #expect(desk.contents("home/.globus/cli/storage.db") == before)
            #expect(secrets.allSatisfy { !end.everything.contains($0) })
        }
    }

    @Test func `tokens that expire during the wait are renewed, and the wait goes on`() async throws {
        try await withHeldTask { service, secrets, resume in
            let program = try desk.start(["run", "task.yaml"], service.addresses)
            await service.request(for: "/v0.10/task/", of: program)
            await service.standIn.expireAccessTokens()
            await service.request(for: "/v2/oauth2/token", of: program)
            try await resume()
            let end = await program.completed()
            #expect(end.status == 0, "\(end.everything)")
            #expect(accepted(service) == 1)
            #expect(secrets.allSatisfy { !end.everything.contains($0) })
        }
    }

    @Test func `a login that is revoked during the wait ends the wait; the task goes on, and a new login takes it up`() async throws {
        try await withHeldTask { service, secrets, resume in
            let program = try desk.start(["run", "task.yaml"], service.addresses)
            await service.request(for: "/v0.10/task/", of: program)
            await service.standIn.revokeTokens()
            let end = await program.completed()
            #expect(end.status == 20, "\(end.everything)")
            let words = "the login in \(desk.globusStore) is no longer valid: Globus Auth does not renew it (invalid_grant)"
            #expect(end.output.contains(words))
            #expect(end.advice.hasPrefix("log in again: globus login --force"))
            #expect(secrets.allSatisfy { !end.everything.contains($0) })

            let still = try await desk.run("run", "task.yaml", with: service.addresses)
            #expect(still.status == 20, "\(still.everything)")
            #expect(accepted(service) == 1, "\(still.everything)")

            try await service.logIn(desk)
            try await resume()
            let again = try await desk.run("run", "task.yaml", with: service.addresses)
            #expect(again.status == 0, "\(again.everything)")
            #expect(again.errors.contains("resumes Globus task"), "\(again.everything)")
            #expect(accepted(service) == 1)
        }
    }

    @Test func `whoever logs in again during the wait need not start the run again`() async throws {
        try await withHeldTask { service, _, resume in
            let program = try desk.start(["run", "task.yaml"], service.addresses)
            await service.request(for: "/v0.10/task/", of: program)
            await service.standIn.revokeTokens()
            try await service.logIn(desk)
            await service.request(for: "/v0.10/task/", of: program)
            try await resume()
            let end = await program.completed()
            #expect(end.status == 0, "\(end.everything)")
        }
    }

    @Test func `two processes that renew our own login at once both end well`() async throws {
        try await LocalService.with(desk) { service in
            let tokens = try await service.tokens(lasting: 30)
            try OwnLoginDocument(authority: service.standIn.baseURL, tokens: tokens).write(to: desk)
            try desk.describe(desk.description(cycle: "19881001T0000Z"), as: "other.yaml")
            let programs = try ["task.yaml", "other.yaml"].map { try desk.start(["run", $0], service.addresses) }
            for program in programs {
                let end = await program.completed()
                #expect(end.status == 0, "\(end.everything)")
                #expect(tokens.allSatisfy { !end.everything.contains($0.access) && !end.everything.contains($0.refresh ?? $0.access) })
            }
            let renewals = service.standIn.requests.count { $0.path == "/v2/oauth2/token" }
            #expect(1...2 ~= renewals)
            let kept = try JSONValue(
                text: String(decoding: try #require(desk.contents("home/.config/pptransfer/login.json")), as: UTF8.self))
            let transfer = kept["environments"][service.standIn.baseURL]["tokens"]["transfer.api.globus.org"]
            #expect(transfer["refresh_token"].string == tokens.first { $0.server == "transfer.api.globus.org" }?.refresh)
            #expect(transfer["access_token"].string != tokens.first { $0.server == "transfer.api.globus.org" }?.access)
            #expect(try desk.tree("home/.config/pptransfer").keys.sorted() == ["login.json", "sites.yaml"])
            let mode = try FileManager.default.attributesOfItem(atPath: desk.ownLogin)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            // Which the next run finds as it is.
            let third = try await desk.run("run", "task.yaml", with: service.addresses)
            #expect(third.status == 0)
            #expect(service.standIn.requests.count { $0.path == "/v2/oauth2/token" } == renewals)
        }
    }

    @Test func `a dry run and a rehearsal open no login`() async throws {
        // Whoever opened this would say that it is no database.
        try desk.write("home/.globus/cli/storage.db", "no database at all")
        for arguments in [["run", "--dry-run", "task.yaml"], ["rehearse", "task.yaml"]] {
            let end = try await desk.start(arguments).completed()
            #expect(end.status == 0, "\(end.everything)")
            #expect(!end.everything.contains("storage.db"), "\(end.everything)")
        }
        let end = try await desk.run("run", "task.yaml")
        #expect(end.status == 20)
        #expect(end.output.contains("storage.db is not the Globus CLI's: no SQLite database"))
    }

    @Test func `others who may read the CLI's login are warned of, once, and it is used`() async throws {
        try await LocalService.with(desk) { service in
            try await service.logIn(desk)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: desk.globusStore)
            let end = try await desk.run("run", "task.yaml", with: service.addresses)
            #expect(end.status == 0, "\(end.everything)")
            let warning = "WARN  \(desk.globusStore) holds your login, and others may read it (mode 644): chmod 600 \(desk.globusStore)"
            #expect(end.errorLines.count { $0.hasSuffix(warning) } == 1, "\(end.errors)")
        }
    }

    @Test func `a service account gives its own consent, and a person is told how to`() async throws {
        try await LocalService.with(desk, consent: true) { service in
            let person = service.addresses
            try await service.logIn(desk)
            let refused = try await desk.run("run", "task.yaml", with: person)
            #expect(refused.status == 21, "\(refused.everything)")
            #expect(accepted(service) == 0, "\(refused.everything)")
            let asked = service.standIn.requests.count { $0.path == "/v2/oauth2/token" }
            #expect(asked == 0)
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(accepted(service) == 1, "\(end.everything)")
            // One for the account itself, one for the consent.
            #expect(service.standIn.requests.count { $0.path == "/v2/oauth2/token" } == 2)
        }
    }
}

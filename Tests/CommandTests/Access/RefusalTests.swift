import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// What a run says that lacks something which only a person can give.
struct RefusalTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description())
    }

    @Test func `what both collections want is told at once`() async throws {
        try await LocalService.with(
            desk,
            configure: { configuration in
                for index in configuration.collections.indices { configuration.collections[index].requiresConsent = true }
            }
        ) { service in
            try await service.logIn(desk)
            let end = try await desk.run("run", "task.yaml", "--json", with: service.addresses)
            let transfer = try JSONValue(text: end.output)["transfers"][0]
            func scope(_ id: String) -> String { "'\(LoginScopes.transfer(for: [CollectionID(id) ?? .null]))'" }
            #expect(end.status == 21, "\(end.everything)")
            #expect(
                Set(transfer["commands"].strings ?? []) == ["globus session consent \(scope(Desk.archer2)) \(scope(Desk.jasmin))"]
                    || Set(transfer["commands"].strings ?? []) == ["globus session consent \(scope(Desk.jasmin)) \(scope(Desk.archer2))"],
                "\(end.output)")
            #expect(try await service.tasks().isEmpty)
        }
    }

    @Test(arguments: [(false, false, "is not connected: start Globus Connect Personal"), (true, true, "is paused on its machine")])
    func `a Globus Connect Personal that is off is told before anything is submitted`(
        isConnected: Bool, isPaused: Bool, text: String
    ) async throws {
        let id = "22222222-2222-4333-8444-555555555555"
        try desk.write("home/.globusonline/lta/client-id.txt", id + "\n")
        try desk.describe(desk.description().replacing("to: {collection: jasmin", with: "to: {collection: {gcp: local}"))
        try FileManager.default.createDirectory(atPath: desk.path("laptop"), withIntermediateDirectories: true)
        try await LocalService.with(
            desk,
            configure: { configuration in
                guard let collection = CollectionID(id) else { return }
                var laptop = StandInCollection(
                    id: collection, displayName: "my laptop", root: desk.path("laptop"), entityType: .personalMappedCollection)
                (laptop.isConnected, laptop.isPaused) = (isConnected, isPaused)
                configuration.collections.append(laptop)
            }
        ) { service in
            for command in ["run", "check"] {
                let end = try await desk.run(command, "task.yaml", with: service.environment)
                #expect(end.status == 42, "\(end.everything)")
                #expect(end.everything.contains("'my laptop' \(text)"), "\(end.everything)")
            }
            #expect(!service.standIn.requests.contains { $0.path == "/v0.10/transfer" })
        }
    }

    @Test(arguments: [0, 1]) func `an endpoint in place of a collection has one status and one sentence`(end: Int) async throws {
        try await LocalService.with(desk, configure: { $0.collections[end].entityType = .endpoint }) { service in
            let name = ["Archer2 file systems", "JASMIN Default Collection"][end]
            // A source on this machine is listed here, so that a dry run has no question to its collection.
            let dryRun = end == 1 ? [["run", "--dry-run", "--remote"]] : []
            for command in [["run"], ["check"], ["run", "--json"]] + dryRun {
                let ended = try await desk.run(arguments: command + ["task.yaml"], with: service.environment)
                #expect(ended.status == 42, "\(ended.everything)")
                #expect(
                    ended.everything.contains("'\(name)' is an endpoint, not a collection: name one of its collections"),
                    "\(ended.everything)")
                #expect(!ended.everything.contains("defect"), "\(ended.everything)")
            }
        }
    }

    @Test func `verify names an endpoint in place of the destination as run does`() async throws {
        try await LocalService.with(desk) { service in
            let run = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(run.status == 0)
        }
        try await LocalService.with(desk, configure: { $0.collections[1].entityType = .endpoint }) { service in
            let end = try await desk.run("verify", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment)
            #expect(end.status == 42, "\(end.everything)")
            #expect(end.everything.contains("is an endpoint, not a collection: name one of its collections"), "\(end.everything)")
        }
    }

    @Test(arguments: [true, false])
    func `this machine's own collection that Globus does not show, or that is off, is a matter of this machine`(isThere: Bool) async throws
    {
        let id = "22222222-2222-4333-8444-555555555555"
        try desk.write("home/.globusonline/lta/client-id.txt", id + "\n")
        try desk.write("home/.globusonline/lta/config-paths", "/,0,1\n")
        let ends = ["from: {collection: archer2", "to: {collection: jasmin"]
        try await LocalService.with(
            desk,
            configure: { configuration in
                guard isThere, let collection = CollectionID(id) else { return }
                var laptop = StandInCollection(id: collection, displayName: "my laptop", root: "/", entityType: .personalMappedCollection)
                laptop.isConnected = false
                configuration.collections.append(laptop)
            }
        ) { service in
            for end in ends {
                let local = String(end.prefix { $0 != ":" }) + ": {collection: {gcp: local}"
                try desk.describe(desk.description(to: desk.path("arrived")).replacing(end, with: local))
                for command in ["run", "check"] {
                    let ended = try await desk.run(command, "task.yaml", with: service.environment)
                    #expect(ended.status == 42, "\(ended.everything)")
                    #expect(ended.everything.contains("globusconnectpersonal -start &"), "\(ended.everything)")
                    let words = isThere ? "'my laptop' is not connected" : "(\(id) in \(desk.path("home"))/.globusonline/lta/client-id.txt)"
                    #expect(ended.everything.contains(words), "\(ended.everything)")
                    #expect(!ended.everything.contains("PPTRANSFER_SITES"), "\(ended.everything)")
                }
            }
            #expect(!service.standIn.requests.contains { $0.path == "/v0.10/transfer" })
        }
    }
}

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
}

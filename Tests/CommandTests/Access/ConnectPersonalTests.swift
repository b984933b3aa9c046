import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// Globus Connect Personal of a login node, as its set-up leaves it, and the mistakes that are made with it.
struct ConnectPersonalTests {
    private let desk: Desk
    private static let (first, second) = ("22222222-2222-4333-8444-555555555555", "33333333-2222-4333-8444-555555555555")

    init() throws {
        desk = try Desk()
        try desk.write("scratch/run/a.pp", "a")
        try desk.write("gcp/lta/client-id.txt", Self.first + "\n")
        try desk.write("home/.globusonline/lta/client-id.txt", Self.second + "\n")
        try desk.write("gcp/lta/config-paths", "~/,0,1\n\(desk.path("scratch")),0,0\n")
        try desk.write("home/.globusonline/lta/config-paths", "~/,0,1\n")
        try desk.write(
            "bin/globusconnectpersonal", "#!/bin/sh\ntrap 'kill $!; exit' TERM\nsleep 600 &\nwait\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: desk.path("bin/globusconnectpersonal"))
        try describe(from: "{collection: {gcp: local}, path: \(desk.path("scratch/run"))}")
    }

    private func describe(from: String, to: String = "{collection: jasmin, path: \"/gws/{cycle}\"}") throws {
        try desk.describe("pptransfer: 1\nworkflow: u-ab123\ncycle: 19880901T0000Z\nfrom: \(from)\nto: \(to)\n")
    }

    /// Runs with its own settings until the test is over.
    private func started(_ directory: String) throws -> Child {
        try Child(
            ["/bin/sh", desk.path("bin/globusconnectpersonal"), "-dir", desk.path(directory), "-start"],
            environment: ["HOME": desk.path("home"), "PATH": "/usr/bin:/bin"])
    }

    /// The stand-in shows this machine's files for both.
    private func with(isConnected: Bool = true, _ body: (LocalService) async throws -> Void) async throws {
        try await LocalService.with(
            desk,
            configure: { configuration in
                for (id, name) in [(Self.first, "login node"), (Self.second, "laptop")] {
                    guard let id = CollectionID(id) else { continue }
                    var personal = StandInCollection(id: id, displayName: name, root: "/", entityType: .personalMappedCollection)
                    personal.isConnected = isConnected
                    configuration.collections.append(personal)
                }
            }, body)
    }

    @Test func `one that runs with a directory of its own is the source, and each mistake has its message`() async throws {
        try await with { service in
            let personal = try started("gcp")
            defer { personal.terminate() }
            func end(_ command: String = "check", _ variables: [String: String] = [:]) async throws -> Completed {
                try await desk.run(command, "task.yaml", with: service.environment.merging(variables) { $1 })
            }

            // No mistake: the running one is used, although there is another at home.
            let good = try await end("run")
            #expect(good.status == 0, "\(good.everything)")
            #expect(
                good.errors.contains("used is the one that runs; set GCP_DIR to the directory of the one that you mean"), "\(good.errors)")
            #expect(try desk.tree("jasmin/gws/19880901T0000Z").keys.sorted() == ["a.pp"])
            let tasks = try await service.tasks()
            #expect(tasks.map(\.sourceCollection) == [CollectionID(Self.first)])

            // 1: a source that is not shared.
            try desk.write("gcp/lta/config-paths", "~/,0,1\n")
            let unshared = try await end()
            #expect(unshared.status == 23, "\(unshared.everything)")
            #expect(
                unshared.output.contains(
                    "Globus Connect Personal of this machine may not read '\(desk.path("scratch/run"))'; it is permitted to use: "))
            try describe(from: "{collection: {gcp: local}, path: \(desk.path("scratch/other"))}")
            try desk.write("scratch/other/a.pp", "a")
            let stopped = try await end("run", ["PPTRANSFER_JOURNAL": desk.path("other")])
            #expect(stopped.status == 23, "\(stopped.everything)")
            let line = "the line '\(desk.path("scratch/other")),0,0' to \(desk.path("gcp"))/lta/config-paths, and restart it; or name"
            #expect(stopped.advice.contains(line), "\(stopped.everything)")
            for option in ["-stop", "-start &"] {
                #expect(stopped.errors.contains("    globusconnectpersonal -dir \(desk.path("gcp")) \(option)\n"), "\(stopped.errors)")
            }
            let preview = try await desk.run("run", "--dry-run", "task.yaml", with: service.environment)
            #expect(preview.status == 23, "\(preview.everything)")

            // 2: a line that says nothing.
            try desk.write("gcp/lta/config-paths", "# ours\n~/,0,1\n/scratch 0 1\n")
            let garbled = try await end()
            #expect(
                garbled.everything.contains(
                    "gcp/lta/config-paths:3:1: warning: '/scratch 0 1' is not of the form PATH,SHARING,WRITE; the line is ignored here"),
                "\(garbled.everything)")

            // 3: a destination that may only be read.
            try desk.write("gcp/lta/config-paths", "/,0,0\n")
            try describe(
                from: "{collection: archer2, path: \(desk.path("scratch/run"))}", to: "{collection: {gcp: local}, path: \(desk.path("in"))}"
            )
            let readOnly = try await end()
            #expect(readOnly.output.contains("may read '\(desk.path("in"))', but not write there"), "\(readOnly.everything)")

            // 4: a directory that this machine does not have.
            let elsewhere = try await end("check", ["GCP_DIR": "/none/gcp"])
            #expect(
                elsewhere.everything.contains("GCP_DIR is '/none/gcp', and there is no '/none/gcp/lta/client-id.txt' on this machine ("))
            #expect(elsewhere.status == 42, "\(elsewhere.everything)")

            // 5: two that run.
            let other = try started("home/.globusonline")
            defer { other.terminate() }
            let both = try await end()
            #expect(both.everything.contains("2 Globus Connect Personals of yours run on this machine ("), "\(both.everything)")
            #expect(try await service.tasks().count == tasks.count)
        }
    }

    @Test func `one that does not run is reported with the command that starts it, before anything is submitted`() async throws {
        try desk.write("gcp/lta/config-paths", "/,0,1\n")
        try await with(isConnected: false) { service in
            for command in ["check", "run"] {
                let end = try await desk.run(command, "task.yaml", with: service.environment.merging(["GCP_DIR": desk.path("gcp")]) { $1 })
                #expect(end.status == 42, "\(end.everything)")
                #expect(
                    end.everything.contains("'login node' is not connected: start Globus Connect Personal, here or on another machine"),
                    "\(end.everything)")
                #expect(end.everything.contains("globusconnectpersonal -dir \(desk.path("gcp")) -start &"))
            }
            #expect(!service.standIn.requests.contains { $0.path == "/v0.10/transfer" })
            let doctor = try await desk.run("doctor", with: ["GCP_DIR": desk.path("gcp")])
            #expect(
                doctor.output.contains("connect personal: '\(desk.path("gcp"))' (\(Self.first)); to start it: globusconnectpersonal -dir"))
            #expect(doctor.output.contains("connect personal: not used: '~/.globusonline' (\(Self.second))"))
        }
    }

    @Test func `the account that is chosen goes with every request, and one that there is not ends the run before a task`() async throws {
        try desk.write("data/a.pp", "a")
        try describe(
            from: "{collection: archer2, path: \(desk.data)}", to: "{collection: jasmin, path: \"/gws/{cycle}\", local_user: jdoe}")
        try await LocalService.with(desk, configure: { $0.collections[1].accounts = ["jdoe"] }) { service in
            for command in ["check", "run"] {
                let end = try await desk.run(command, "task.yaml", with: service.environment)
                #expect(end.status == 0, "\(end.everything)")
            }
            let looks = service.standIn.requests.filter { $0.path.contains("/operation/endpoint/\(Desk.jasmin)/") && $0.method == "GET" }
            #expect(!looks.isEmpty)
            #expect(looks.allSatisfy { $0.query.contains("local_user=jdoe") }, "\(looks.map(\.query))")
            #expect(try await service.tasks().first?["destination_local_user"] == "jdoe")
            try describe(from: "{collection: archer2, path: \(desk.data)}", to: "{collection: jasmin, path: /gws/2, local_user: nobody}")
            let end = try await desk.run(
                "run", "task.yaml", with: service.environment.merging(["PPTRANSFER_JOURNAL": desk.path("other")]) { $1 })
            #expect(end.status == 23)
            #expect(end.everything.contains("check the name in 'local_user'"), "\(end.everything)")
            #expect(try await service.tasks().count == 1)
        }
    }
}

import ArgumentParser
import Foundation
import Globus
import PPTransfer
import TestSupport
import Testing

@testable import PPTransferCommand
@testable import PPTransferReports

/// All that `--json` prints has one envelope, which tells how the program ended, and is what its schema says.
struct EnvelopeTests {
    private let desk: Desk
    /// Which commands were run.
    private let seen = Seen()

    private actor Seen {
        var commands: Set<String> = []
        func insert(_ command: String) { commands.insert(command) }
    }

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description("name: atmos"))
        try desk.describe(desk.description("emty: fail"), as: "wrong.yaml")
        try desk.write("wrong-sites.yaml", "store: {colection: x}\n")
    }

    /// Runs the program with `--json`.
    ///
    /// - Parameters:
    ///   - name: the document's.
    ///   - status: with which the program must exit; `nil` for one that depends on the machine.
    @discardableResult
    private func document(
        _ name: String, _ status: Int32?, _ arguments: String, with environment: [String: String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let words = arguments.split(separator: " ").map(String.init)
        let end = try await desk.start(words + ["--json"], environment).completed()
        await seen.insert(["collections", "records", "sites"].contains(words[0]) ? words[0] + " " + words[1] : words[0])
        let document = try JSONValue(text: end.output)
        let schema = try #require(SchemaDocument(rawValue: name)?.schema)
        let problems = SchemaCheck(schema: schema).mismatches(document)
        #expect(problems.isEmpty, "\(arguments)\n\(problems.joined(separator: "\n"))\n\(end.output)", sourceLocation: sourceLocation)
        #expect(document["pptransfer"] == .string(name), "\(arguments)\n\(end.everything)", sourceLocation: sourceLocation)
        #expect(document["format"] == 2, "\(arguments)", sourceLocation: sourceLocation)
        #expect(status == nil || end.status == status, "\(arguments)\n\(end.everything)", sourceLocation: sourceLocation)
        #expect(document["exit_status"] == .integer(Int64(end.status)), "\(arguments)\n\(end.everything)", sourceLocation: sourceLocation)
        #expect(
            document["status"] == .string(ExitStatus(number: end.status).name), "\(arguments)\n\(end.everything)",
            sourceLocation: sourceLocation)
        return document
    }

    /// The commands that have `--json`, from the argument parser's own description.
    private func commandsWithJSON() throws -> Set<String> {
        func names(_ command: JSONValue, under parents: [String]) -> [String] {
            let path = parents + [command["commandName"].string ?? ""]
            let hasJSON = command["arguments"].array?.contains { argument in
                argument["names"].array?.contains { $0["name"] == "json" } == true
            }
            return (hasJSON == true ? [path.dropFirst().joined(separator: " ")] : [])
                + (command["subcommands"].array ?? []).flatMap { names($0, under: path) }
        }
        return Set(names(try JSONValue(text: PPTransferTool._dumpHelp())["command"], under: []))
    }

    @Test func `every command's document has the envelope, the process's own status, and the schema of its name`() async throws {
        try await LocalService.with(desk) { service in
            let environment = service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { $1 }
            let cycle = "19880901T0000Z"
            #expect(try await document("plan", 0, "run --dry-run task.yaml", with: environment)["rehearsal"] == true)
            let run = try await document("run", 0, "run task.yaml", with: environment)
            #expect(run["rehearsal"] == true)
            #expect(run["transfers"][0]["proven"]["files"] == 1)
            try await document("run", 0, "rehearse task.yaml", with: environment)
            try await document("run", 0, "verify --all", with: environment)
            try await document("run", 0, "rerun --cycle \(cycle)", with: environment)
            try await document("run", 0, "rerun --failed", with: environment)
            try await document("run", 13, "verify u-none --all", with: environment)
            #expect(try await document("status", 0, "status", with: environment)["transfers"].array?.count == 1)
            try await document("status", 13, "status u-none", with: environment)
            #expect(try await document("receipt", 0, "receipt --cycle \(cycle)", with: environment)["missing"] == [])
            try await document("receipt", 61, "receipt --cycle 2", with: environment)
            try await document("export", 61, "export --cycle \(cycle) --bagit \(desk.path("bag"))", with: environment)
            try await document("status", 0, "report", with: environment)
            try await document("check", 0, "check task.yaml", with: environment)
            try await document("doctor", nil, "doctor", with: environment)
            try await document("doctor", 65, "doctor", with: ["PPTRANSFER_SITES": "/none"])
            try await document("validate", 0, "validate task.yaml", with: environment)
            try await document("validate", 65, "validate wrong.yaml", with: environment)
            try await document("explain", 0, "explain session ConsentRequired", with: environment)
            try await document("explain", 64, "explain session nonsense", with: environment)
            try await document("whoami", 0, "whoami", with: environment)
            try await document("whoami", 20, "whoami", with: [:])
            let known = try await document("collections", 0, "collections list", with: environment)
            #expect(known["collections"].array?.contains { $0["alias"] == "jasmin" } == true)
            #expect(
                try await document("collections", 0, "collections search jasmin", with: environment)["answer"]["DATA"].array?.count == 1)
            #expect(
                try await document("collections", 0, "collections show jasmin", with: environment)["answer"]["id"] == .string(Desk.jasmin))
            let listing = try await document("collections", 0, "collections ls archer2:\(desk.data)", with: environment)
            #expect(listing["answer"]["DATA"][0]["name"] == "a.pp")
            try await document("collections", 0, "sites add own --collection \(Desk.jasmin) --file own.yaml", with: environment)

            let cancelled = try await document("cancel", 0, "cancel --cycle \(cycle)", with: environment)
            #expect(cancelled["transfers"][0]["message"] == "no Globus task is under way")
            #expect(try await document("cancel", 13, "cancel --cycle 1850", with: environment)["transfers"] == [])

            for change in [
                "move u-ab123 --to /moved", "forget --cycle \(cycle)", "rename u-ab123 --as u-b", "note --cycle \(cycle) --text tape",
            ] {
                #expect(try await document("records", 0, "records \(change)", with: environment)["done"] == false)
            }
            #expect(try await document("clean", 0, "clean --all", with: environment)["transfers"][0]["files"] == 1)
            #expect(try await document("clean", 13, "clean --cycle 1850", with: environment)["transfers"] == [])
            #expect(try await document("clean", 0, "clean --all", with: ["PPTRANSFER_JOURNAL": desk.path("none")])["transfers"] == [])
            try desk.write("data/a.pp", "changed since")
            #expect(try await document("clean", 61, "clean --all --delete", with: environment)["transfers"][0]["kept"].array?.count == 1)
            #expect(desk.exists("data/a.pp"))
            try await document("run", 0, "copy archer2:\(desk.data) jasmin:/copy", with: environment)
            try await document("plan", 0, "copy --dry-run archer2:\(desk.data) jasmin:/copy", with: environment)

            #expect(await seen.commands == (try commandsWithJSON()))
        }
    }

    @Test func `a record that cannot be read is the status of all that read it`() async throws {
        let journal = ["PPTRANSFER_JOURNAL": desk.path("journal")].merging(Desk.service("http://127.0.0.1:9")) { $1 }
        // Against a service on this machine, the journal of rehearsals is used.
        try desk.write("journal/rehearsal/u-ab123/19880901T0000Z.json", "broken")
        for (name, arguments) in [
            ("status", "status"), ("status", "report"), ("receipt", "receipt --cycle 19880901T0000Z"),
            ("cancel", "cancel --cycle 19880901T0000Z"), ("clean", "clean --all"), ("run", "verify --all"),
        ] {
            try await document(name, 71, arguments, with: journal)
        }
    }

    @Test func `files and variables that are wrong are told in one document`() async throws {
        let service = Desk.service("http://127.0.0.1:9")
        let refusal = try await document("refusal", 65, "run wrong.yaml", with: service)
        #expect(refusal["rehearsal"] == true)
        #expect(refusal["problems"][0]["key"] == "emty")
        let sites = service.merging(["PPTRANSFER_SITES": desk.path("wrong-sites.yaml")]) { $1 }
        for arguments in ["run task.yaml", "run --dry-run task.yaml", "check task.yaml", "whoami", "collections list"] {
            try await document("refusal", 65, arguments, with: sites)
        }
        let variables = ["GLOBUS_SDK_ENVIRONMENT": "productoin"]
        for arguments in ["run task.yaml", "check task.yaml", "whoami", "cancel --cycle 1", "clean --all", "verify --all"] {
            try await document("refusal", 64, arguments, with: variables)
        }
    }

    @Test(arguments: [("run", "refusal"), ("clean", "cancel"), ("cancel", "clean"), ("collections", "status")])
    func `a schema takes no other document`(name: String, other: String) async throws {
        let schema = SchemaCheck(schema: try #require(SchemaDocument(rawValue: name)).schema)
        let envelope: JSONValue = ["pptransfer": .string(other), "format": 2, "status": "ok", "exit_status": 0, "transfers": []]
        #expect(!schema.mismatches(envelope).isEmpty)
        for stranger: JSONValue in [["stranger": 1], [1], "text"] {
            #expect(!schema.mismatches(stranger).isEmpty, "\(stranger)")
        }
    }
}

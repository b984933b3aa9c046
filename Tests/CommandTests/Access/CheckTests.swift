import Foundation
import Globus
import PositionedYAML
import Rehearsal
import TestSupport
import Testing

/// The preflight of the built program.
struct CheckTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description())
    }

    @Test func `a way that is clear is told line by line, and nothing is left behind`() async throws {
        try await LocalService.with(desk) { service in
            let end = try await desk.run("check", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            let lines = end.outputLines.map { $0.replacing("REHEARSAL ", with: "") }
            #expect(lines.allSatisfy { $0.hasPrefix("ok ") }, "\(end.output)")
            #expect(lines.contains { $0.hasPrefix("ok       jasmin:/gws/canari/19880901T0000Z: / is there and can be written") })
            #expect(lines.last?.hasPrefix("ok (0): ") == true)
            #expect(try desk.tree("jasmin").isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("jasmin")).isEmpty)
            #expect(try await service.tasks().isEmpty)
        }
    }

    @Test func `of a destination on this machine, the free space and what is permitted are told`() async throws {
        try desk.write("home/.globusonline/lta/client-id.txt", Desk.jasmin + "\n")
        try desk.write("home/.globusonline/lta/config-paths", "/gws,0,1\n")
        try await LocalService.with(desk) { service in
            var environment = service.environment
            environment["PPTRANSFER_REHEARSAL_FILES"] = desk.path("")
            let end = try await desk.run("check", "task.yaml", with: environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.output.contains(" free in \(desk.path("jasmin")) on this machine, for 1 file of 1 B"), "\(end.output)")
            try desk.write("home/.globusonline/lta/config-paths", "/gws,0,0\n")
            let readOnly = try await desk.run("check", "task.yaml", with: environment)
            #expect(readOnly.status == 23, "\(readOnly.everything)")
            #expect(readOnly.output.contains("may read '/gws/canari/19880901T0000Z', but not write there"), "\(readOnly.output)")
        }
    }

    @Test func `what a person must type stands on a line of its own, for both collections`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(
                StandInFaults(http: [
                    HTTPFault(.stat, .consentRequired, .once), HTTPFault(.stat, .sessionExpired(domain: "accounts.jasmin.ac.uk"), .once),
                ]))
            var environment = service.environment
            environment["PPTRANSFER_ACCESS_TOKEN"] = try await service.token()
            let end = try await desk.run("check", "task.yaml", with: environment)
            let lines = end.outputLines.map { $0.replacing("REHEARSAL ", with: "") }
            let start = try #require(lines.firstIndex(of: "commands to run:"))
            #expect(lines[start + 1].hasPrefix("    globus session consent 'urn:globus:auth:scope:transfer.api.globus.org:all[*https://"))
            #expect(lines[start + 2] == "    globus session update accounts.jasmin.ac.uk")
            // Of the two, the consent decides.
            #expect(end.status == 21, "\(end.everything)")
        }
    }

    @Test func `encryption that a collection requires is asked for with auto, and named where the description refuses it`() async throws {
        try await LocalService.with(desk, configure: { $0.collections[1].forcesEncryption = true }) { service in
            for (value, cycle, words) in [
                ("auto", "19880901T0000Z", "the data is encrypted: jasmin requires it"),
                ("false", "19881001T0000Z", "'encrypt: false' has no effect: jasmin encrypts everything that is sent"),
            ] {
                try desk.describe(desk.description("transfer: {encrypt: \(value)}", cycle: cycle))
                let end = try await desk.run("run", "task.yaml", with: service.environment)
                #expect(end.status == 0)
                #expect(end.errors.contains(words), "\(end.errors)")
            }
            #expect(try await service.tasks().map { $0[field: "encrypt_data"] } == [true, true])
        }
        // A site that is known to encrypt everything needs no question.
        try desk.write(
            "home/.config/pptransfer/sites.yaml",
            "archer2: {collection: \(Desk.archer2)}\njasmin: {collection: \(Desk.jasmin), encrypt: required}\n")
        let dry = try await desk.run("run", "--dry-run", "task.yaml")
        #expect(dry.output.contains("\"encrypt_data\" : true") || dry.output.contains("\"encrypt_data\": true"), "\(dry.output)")
        let warning = "warning: transfer.encrypt: 'false' has no effect: jasmin encrypts everything that is sent"
        #expect(dry.errors.contains(warning), "\(dry.errors)")
    }

    @Test func `a destination that cannot be written, a path that is a file, a queue that is full`() async throws {
        try await LocalService.with(desk) { service in
            try desk.write("jasmin/gws/canari", "a file")
            let file = try await desk.run("check", "task.yaml", with: service.environment)
            #expect(file.status == 41)
            #expect(file.output.contains("FAILED   jasmin:/gws/canari/19880901T0000Z: /gws/canari is a file"))
            await service.standIn.setFaults(
                StandInFaults(http: [HTTPFault(.makeDirectory, .status(403, code: "EndpointPermissionDenied", message: "Denied"), .forever)]
                ))
            try FileManager.default.removeItem(atPath: desk.path("jasmin/gws/canari"))
            let denied = try await desk.run("check", "task.yaml", "--json", with: service.environment)
            let report = try JSONValue(text: denied.output)
            #expect(denied.status == 23)
            #expect(report["status"] == "denied")
            #expect(report["pptransfer"] == "check")
            #expect(report["items"].array?.contains { $0["state"] == "failed" && $0["exit_status"] == 23 } == true)
        }
    }

    @Test func `without a login, or a network, no further questions are asked`() async throws {
        let none = try await desk.run("check", "task.yaml")
        #expect(none.status == 20)
        #expect(none.output.contains("FAILED   login: not logged in"))
        let away = try await desk.run("check", "task.yaml", with: Desk.service("http://127.0.0.1:1"))
        #expect(away.status == 30, "\(away.everything)")
        #expect(away.outputLines.count == 3, "\(away.everything)")
        let search = try await desk.run(
            "collections", "search", "JASMIN", "--outage", "1s", with: Desk.service("http://127.0.0.1:1"))
        #expect(search.status == 30, "\(search.everything)")
        #expect(search.errorLines.first?.contains("WARN") == true, "\(search.errors)")
        #expect(search.errorLines.first?.contains("trying again in") == true, "\(search.errors)")
    }

    @Test func `a clock that is off is told`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(clockShift: .seconds(-3600)))
            let end = try await desk.run("check", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.output)")
            #expect(end.output.contains("clock is 1h ahead of its own; logins and file times may be judged wrongly"), "\(end.output)")
        }
    }

    @Test func `names are looked up, and one that means none or several is an error with the candidates`() async throws {
        try await LocalService.with(desk) { service in
            let searched = desk.description().replacing("collection: jasmin", with: #"collection: {search: "JASMIN Default Collection"}"#)
            try desk.describe(searched)
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(try desk.tree("jasmin/gws/canari").count == 1)
            let dry = try await desk.run("run", "--dry-run", "task.yaml")
            #expect(dry.status == 0)
            #expect(dry.errors.contains("warning: to.collection: 'JASMIN Default Collection' is searched for at run time"))

            try desk.describe(searched.replacing("JASMIN Default Collection", with: "Default"))
            let unclear = try await desk.run("check", "task.yaml", with: service.environment)
            #expect(unclear.status == 42, "\(unclear.everything)")
            #expect(
                unclear.errors.contains(
                    "task.yaml:5:27: error: to.collection: no collection is called 'Default'; write the UUID of the right one: "
                        + "\(Desk.jasmin) ('JASMIN Default Collection', mapped, Rehearsal, of "), "\(unclear.everything)")
            let rehearsed = try await desk.run("rehearse", "task.yaml")
            #expect(rehearsed.status == 0, "\(rehearsed.everything)")
        }
    }

    @Test func `collections are listed, found, shown and looked into`() async throws {
        try await LocalService.with(desk) { service in
            try desk.write("jasmin/gws/x/b.pp", "12345")
            let list = try await desk.run("collections", "list")
            #expect(list.output.contains("archer2  \(Desk.archer2)  Archer2 file systems"))
            #expect(list.status == 0)
            let found = try await desk.run("collections", "search", "Default", with: service.environment)
            #expect(found.status == 0)
            #expect(found.output.contains("\(Desk.jasmin)  JASMIN Default Collection"))
            let shown = try await desk.run("collections", "show", "jasmin", with: service.environment)
            #expect(shown.status == 0)
            #expect(shown.output.contains("alias: jasmin"))
            #expect(shown.output.contains("data_access consent: "))
            let entries = try await desk.run("collections", "ls", "jasmin:/gws/x", with: service.environment)
            #expect(entries.status == 0)
            #expect(entries.output.contains("file  5 B  "))
            #expect(entries.output.contains("  b.pp"))
            #expect(entries.outputLines.last?.hasSuffix("1 file, 0 directories, 5 B") == true, "\(entries.output)")
            // By its name, whatever the capitals; and by a link.
            let link = "https://app.globus.org/file-manager?origin_id=\(Desk.jasmin)&amp;origin_path=%2Fgws%2Fx"
            for place in ["jasmin default collection:/gws/x", link] {
                let same = try await desk.run("collections", "ls", place, with: service.environment)
                #expect(same.output == entries.output, "\(same.everything)")
            }
            let absent = try await desk.run("collections", "ls", "jasmin:/gws/y", with: service.environment)
            #expect(absent.status == 41)
            let unknown = try await desk.run("collections", "show", "jasmni", with: service.environment)
            #expect(unknown.status == 42)
            #expect(unknown.errors.contains("no site and no collection is called 'jasmni'; did you mean 'jasmin'?"))
        }
    }
}

import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// What a user may not read, and what NFS leaves: named, never sent, never counted.
struct UnreadableTests {
    private let desk: Desk
    private let receipt = ["receipt", "u-ab123", "--cycle", "19880901T0000Z"]

    init() throws {
        desk = try Desk()
        for name in ["a.pp", "b.pp", "sub/c.pp", "closed/d.pp", ".nfs000000000123abcd00000012", "sub/.nfs000000000123abcd00000013"] {
            try desk.write("data/" + name, name)
        }
        for folder in ["home", "suite", "data", "data/sub", ""] { chmod(desk.path(folder), 0o777) }
        chmod(desk.path("data/b.pp"), 0o000)
        chmod(desk.path("data/closed"), 0o000)
    }

    private func run(_ arguments: [String], _ service: LocalService) async throws -> Completed {
        // Root may read everything.
        let nobody = geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : []
        let environment = service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { _, last in last }
        return try await Turns.programs.pass { try await desk.start(arguments, environment, wrapper: nobody).completed() }
    }

    @Test func `all that may not be read is named before anything is sent, or left out, named and never counted`() async throws {
        defer { chmod(desk.path("data/closed"), 0o755) }
        try await LocalService.with(desk) { service in
            try desk.describe(desk.description())
            let refused = try await run(["run", "task.yaml"], service)
            #expect(refused.status == 23, "\(refused.everything)")
            #expect(refused.errors.contains("b.pp may not be read by this user"))
            #expect(refused.errors.contains("closed may not be read by this user"))
            #expect(refused.errors.contains("write 'unreadable: skip' in 'select'"))
            #expect(try await service.tasks().isEmpty)

            try desk.describe(desk.description("select: {unreadable: skip}\nclean: {source: delete}"))
            let some = try await run(["run", "task.yaml"], service)
            #expect(some.status == 53, "\(some.everything)")
            #expect(
                some.output.hasSuffix(
                    ": partial (53): 1 file and 1 directory that this user may not read were not sent; the other 2 files, 12 B are verified at "
                        + "jasmin:/gws/canari/19880901T0000Z\n"))
            #expect(some.errors.contains("2 NFS leftovers not sent: .nfs000000000123abcd00000012, sub/.nfs000000000123abcd00000013"))
            #expect(some.errors.contains("    b.pp\n") && some.errors.contains("    closed/\n"))
            let there = "jasmin/gws/canari/19880901T0000Z"
            #expect(try desk.tree(there).keys.sorted() == ["a.pp", "sub/c.pp"])
            #expect(try await run(receipt, service).status == 61)

            try desk.describe(desk.description("select: {unreadable: skip}\npartial: succeed"))
            let allowed = try await run(["run", "--json", "task.yaml"], service)
            #expect(allowed.status == 0, "\(allowed.everything)")
            let report = try JSONValue(text: allowed.output)["transfers"][0]
            #expect(report["unreadable"]["names"] == ["b.pp", "closed/"])
            #expect(report["message"].string?.hasSuffix("; 1 file and 1 directory that this user may not read were not sent") == true)
            let proof = try await run(receipt, service)
            #expect(proof.status == 0, "\(proof.everything)")
            #expect(proof.output.contains("  files    2, 12 B"))
            #expect(proof.output.contains("  not sent b.pp, closed/: the run could not read them (partial: succeed)"))
            let clean = try await run(["clean", "--all", "--delete"], service)
            #expect(clean.output.contains("deleted 2 files"), "\(clean.everything)")
            chmod(desk.path("data/closed"), 0o755)
            let kept = [".nfs000000000123abcd00000012", "b.pp", "closed/d.pp", "sub/.nfs000000000123abcd00000013"]
            #expect(try desk.tree("data").keys.sorted() == kept)
        }
    }

    @Test func `where nothing else is left to send, what may not be read is named as the cause`() async throws {
        defer { chmod(desk.path("data/closed"), 0o755) }
        for name in ["data/a.pp", "data/sub/c.pp"] { chmod(desk.path(name), 0o000) }
        try await LocalService.with(desk) { service in
            try desk.describe(desk.description("select: {unreadable: skip}\npartial: succeed"))
            let end = try await run(["run", "task.yaml"], service)
            #expect(end.status == 12, "\(end.everything)")
            #expect(
                end.output.contains("; 3 files and 1 directory that this user may not read were not sent"), "\(end.everything)")
            #expect(end.errors.contains("    sub/c.pp\n") && end.errors.contains("make the files readable"), "\(end.everything)")
            let status = try await run(["status", "u-ab123", "--json"], service)
            #expect(status.output.contains("that this user may not read were not sent"), "\(status.everything)")
        }
    }

    @Test func `files that become readable are sent by the next run, and leftovers are no files of the source`() async throws {
        chmod(desk.path("data/closed"), 0o755)
        try await LocalService.with(desk) { service in
            try desk.describe(desk.description("select: {unreadable: skip}"))
            #expect(try await run(["run", "task.yaml"], service).status == 53)
            chmod(desk.path("data/b.pp"), 0o644)
            let end = try await run(["run", "task.yaml"], service)
            #expect(end.status == 0, "\(end.everything)")
            let staged = try await run(receipt + ["--staged", desk.data], service)
            #expect(staged.status == 0, "\(staged.everything)")
        }
    }
}

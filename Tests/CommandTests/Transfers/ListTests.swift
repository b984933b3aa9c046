import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// Exact lists: what is sent, what there should be, and what of that is verified.
struct ListTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        for name in ["a.pp", "b.pp", "sub/c.pp", "notes.txt"] { try desk.write("data/" + name, name) }
    }

    private func run(_ arguments: String..., service: LocalService) async throws -> Completed {
        try await desk.run(arguments: arguments, with: service.environment.merging(["PPTRANSFER_JOURNAL": desk.path("journal")]) { $1 })
    }

    @Test func `a list says exactly what is sent, and every missing file is named before that`() async throws {
        try desk.describe(desk.description("select: {list: \"\(desk.path("lists"))/{cycle}.txt\", required: [\"*.pp\"]}"))
        let list = "lists/19880901T0000Z.txt"
        try await LocalService.with(desk) { service in
            let none = try await run("run", "task.yaml", service: service)
            #expect(none.status == 10)
            #expect(none.output.contains("\(desk.path(list)) does not exist"), "\(none.everything)")
            try desk.write(list, "a.pp\r\n/etc/passwd\r\n../x\r\n")
            let wrong = try await run("run", "task.yaml", service: service)
            #expect(wrong.status == 65)
            #expect(wrong.errors.contains("\(desk.path(list)):2: '/etc/passwd' is absolute"), "\(wrong.everything)")
            #expect(wrong.errors.contains("\(desk.path(list)):3: '../x' contains '..'"))
            try desk.write(list, "a.pp\ngone.pp\nsub/c.pp\nsub/gone.pp\n")
            for arguments in [["run", "task.yaml"], ["run", "--dry-run", "task.yaml"]] {
                let missing = try await desk.run(
                    arguments: arguments, with: service.environment.merging(["PPTRANSFER_JOURNAL": desk.path("journal")]) { $1 })
                #expect(missing.status == 10)
                for name in ["gone.pp", "sub/gone.pp"] {
                    let line = "\(name) is in the list '\(desk.path(list))', and there is no such file"
                    #expect(missing.everything.contains(line), "\(missing.everything)")
                }
            }
            #expect(try await service.tasks().isEmpty)
            try desk.write(list, Data("./a.pp\0sub/c.pp\0".utf8))
            let end = try await run("run", "task.yaml", service: service)
            #expect(end.status == 0, "\(end.everything)")
            #expect(try desk.tree("jasmin/gws/canari/19880901T0000Z").keys.sorted() == ["a.pp", "sub/c.pp"])
            // The record needs neither the list nor the description for what is archived.
            try FileManager.default.removeItem(atPath: desk.path("lists"))
            let receipt = try await run("receipt", "u-ab123", "--cycle", "19880901T0000Z", service: service)
            #expect(receipt.status == 0, "\(receipt.everything)")
        }
    }

    @Test func `a list or manifest that is not there is told of the key that names it`() async throws {
        let none = desk.path("lists/none.txt")
        try await LocalService.with(desk) { service in
            for (key, lines) in [
                ("select.list", "select: {list: \"\(none)\"}"), ("expect.list", "expect: {list: \"\(none)\"}"),
                ("expect.manifest", "expect: {manifest: \"\(none)\"}"),
                ("verify.manifest", "verify: {level: digest, manifest: \"\(none)\"}"),
            ] {
                try desk.describe(desk.description(lines))
                let end = try await run("run", "task.yaml", service: service)
                #expect(end.status == 10, "\(end.everything)")
                #expect(end.output.contains("\(key): \(none) does not exist"), "\(end.everything)")
                #expect(end.errors.contains("that '\(key)' names it"), "\(end.everything)")
                #expect(!end.everything.contains("from.path"), "\(end.everything)")
            }
            #expect(try await service.tasks().isEmpty)
        }
    }

    @Test func `a list or manifest that is no ordinary file is an error of the description, also where it is not run`() async throws {
        let pipe = desk.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        for (path, kind) in [
            ("/dev/stdin", "standard input"), ("/dev/fd/0", "what the caller has opened for this command"), (pipe, "a named pipe"),
            ("/dev/null", "a device"), (desk.data, "a directory"),
        ] {
            try desk.describe(desk.description("select: {list: \"\(path)\"}\nexpect: {manifest: \"\(path)\"}"))
            for arguments in [["validate"], ["run"], ["run", "--dry-run"]] {
                let end = try await desk.run(arguments: arguments + ["task.yaml"], with: [:])
                #expect(end.status == 65, "\(end.everything)")
                for key in ["select.list", "expect.manifest"] {
                    let line = "error: \(key): '\(path)' is \(kind), not an ordinary file; each run reads the file again"
                    #expect(end.everything.contains(line), "\(end.everything)")
                }
            }
        }
    }

    @Test func `a manifest that has become a pipe since is an error of the description for rerun, too`() async throws {
        let sums = desk.path("sums.md5")
        try desk.write("sums.md5", "0cc175b9c0f1b6a831c399e269772661  a.pp\n")
        try desk.describe(desk.description("select: {include: [a.pp]}\nexpect: {manifest: \"\(sums)\"}"))
        try await LocalService.with(desk) { service in
            #expect(try await run("run", "task.yaml", service: service).status == 0)
            try FileManager.default.removeItem(atPath: sums)
            #expect(mkfifo(sums, 0o600) == 0)
            let end = try await run("rerun", "u-ab123", "--cycle", "19880901T0000Z", service: service)
            #expect(end.status == 65, "\(end.everything)")
            #expect(end.everything.contains("expect.manifest: \(sums) is a named pipe, not an ordinary file"), "\(end.everything)")
        }
    }

    @Test func `what a cycle should hold is compared before it is sent, and with what is verified`() async throws {
        let sums = """
            0cc175b9c0f1b6a831c399e269772661  a.pp
            0cc175b9c0f1b6a831c399e269772661  z.pp

            """
        try desk.write("lists/sums.xxh128", sums)
        let path = desk.path("lists/sums.xxh128")
        let expect = "select: {include: [\"*.pp\"]}\nexpect: {manifest: \"\(path)\""
        try await LocalService.with(desk) { service in
            try desk.describe(desk.description(expect + ", extra: fail}"))
            let missing = try await run("run", "task.yaml", service: service)
            #expect(missing.status == 10)
            for line in [
                "z.pp is expected by '\(path)', and there is no such file", "b.pp is not expected by '\(path)'",
                "sub/c.pp is not expected by '\(path)'",
            ] {
                #expect(missing.errors.contains(line), "\(missing.everything)")
            }
            #expect(try await service.tasks().isEmpty)

            try desk.write("lists/sums.xxh128", String(sums.prefix(38)))
            try desk.describe(desk.description(expect + "}"))
            let end = try await run("run", "task.yaml", service: service)
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.errors.contains("2 files at the source not expected by '\(path)': b.pp, sub/c.pp"))

            let range = "19880901T0000Z..19881001T0000Z"
            let status = ["status", "u-ab123", "--missing", range, "--every", "P1M", "--files"]
            let journal = service.environment.merging(["PPTRANSFER_JOURNAL": desk.path("journal")]) { $1 }
            let well = try await desk.run(arguments: status, with: journal)
            #expect(well.output.contains("19881001T0000Z: no record: it is not known which files it should have"), "\(well.everything)")
            #expect(!well.output.contains("19880901T0000Z  "))
            // The list has grown since.
            try desk.write("lists/sums.xxh128", sums)
            let lacking = try await desk.run(arguments: status, with: journal)
            #expect(lacking.status == 13)
            #expect(lacking.output.contains("19880901T0000Z: 1 of 2 files of '\(path)' not verified: z.pp"), "\(lacking.everything)")
            let report = try JSONValue(text: try await desk.run(arguments: status + ["--json"], with: journal).output)["transfers"][0]
            #expect(report["state"] == "partial")
            #expect(report["missing_files"]["paths"] == ["z.pp"])
            // Without the list nobody knows.
            try FileManager.default.removeItem(atPath: path)
            let unknown = try await desk.run(arguments: status, with: journal)
            #expect(unknown.output.contains("unverified") && unknown.output.contains("it does not exist"), "\(unknown.everything)")
            let usage = try await desk.run("status", "u-ab123", "--files", with: journal)
            #expect(usage.status == 64)
        }
    }
}

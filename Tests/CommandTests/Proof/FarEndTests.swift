import Foundation
import Globus
import PositionedYAML
import Rehearsal
import TestSupport
import Testing

/// What is archived is read back at the destination, by the script that was written for that, and the report taken.
struct FarEndTests {
    private let desk: Desk
    private let archive = "jasmin/gws/canari/19880901T0000Z"
    private let odd = [
        "two  words", " in front", "behind ", "it's \"quoted\"", "semi;colon", "new\nline", "ends\n", "-rf", "-", "back\\slash", "\\n",
        "$(touch x)",
        "*", "caf\u{E9}", "cafe\u{301}", "d e/x\ny", "carriage\rreturn", "~", "#hash", String(repeating: "n", count: 255),
    ]

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data((0..<70_000).map { UInt8(truncatingIfNeeded: $0 * 7) }))
        try desk.write("data/sub/b.nc", "fields")
        try desk.write("data/sub/c.nc", "moment")
        try desk.describe(desk.description("verify: {level: digest}"))
    }

    private let which = ["u-ab123", "--cycle", "19880901T0000Z"]

    private func ask(_ service: LocalService) async throws -> Completed {
        try await desk.start(["verify"] + which + ["--via", "manifest", "--output", "asked"], service.environment).completed()
    }

    private func take(_ service: LocalService, _ report: String = "asked/u-ab123.19880901T0000Z.report") async throws -> Completed {
        try await desk.start(["verify"] + which + ["--report", report], service.environment).completed()
    }

    /// Runs the script as somebody at the destination does, on the stand-in's directory.
    @discardableResult
    private func runScript(_ variables: [String: String] = [:]) async throws -> (status: Int32, output: String) {
        let script = try Program(
            ["/bin/sh", desk.path("suite/asked/u-ab123.19880901T0000Z.sh"), desk.path(archive)], in: "/",
            environment: desk.environment.merging(variables) { $1 })
        let end = await script.completed()
        return (end.status, end.everything)
    }

    /// Bytes at the destination become others, as a disk does it: size and time stay.
    private func spoil(_ name: String, _ change: (inout Data) -> Void) throws {
        let path = desk.path(archive + "/" + name)
        let time = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
        var bytes = try #require(FileManager.default.contents(atPath: path))
        change(&bytes)
        try bytes.write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.modificationDate: try #require(time)], ofItemAtPath: path)
    }

    private func archived(_ body: (LocalService) async throws -> Void) async throws {
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            try await body(service)
        }
    }

    private func receipt(_ service: LocalService) async throws -> JSONValue {
        let shown = try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", "--json", with: service.environment)
        return try JSONValue(text: shown.output)["transfers"][0]["receipt"]
    }

    // MARK: all is well

    @Test func `whatever a file is called, it is read back, and the receipt says by whom`() async throws {
        for name in odd { try desk.write("data/" + name, "in " + name) }
        try await archived { service in
            let asked = try await ask(service)
            #expect(asked.status == 0, "\(asked.everything)")
            #expect(asked.output.contains("to read back 23 files"), "\(asked.everything)")
            let ran = try await runScript(["PPTRANSFER_JOBS": "3"])
            #expect(ran.status == 0, "\(ran.output)")
            #expect(ran.output.contains("23 of 23 files are as they were sent"), "\(ran.output)")
            let taken = try await take(service)
            #expect(taken.status == 0, "\(taken.everything)")
            #expect(taken.output.contains("23 by digest, 0 by size, 0 not verified"), "\(taken.everything)")
            let receipt = try await receipt(service)
            #expect(receipt["by_report"] == 23)
            #expect(receipt["by_digest"] == 23)
            #expect(receipt["read_back"]["host"].string?.isEmpty == false)
            #expect(receipt["read_back"]["directory"].string == desk.path(archive))
            let text = try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment).output
            #expect(text.contains("read     back at the destination by "))
            #expect(text.contains(": 23 of 23 files have the manifest's digest"))
        }
    }

    @Test func `the list of checksums is one that sha256sum reads`() async throws {
        for name in odd where !name.contains("\r") { try desk.write("data/" + name, "in " + name) }
        try await archived { service in
            _ = try await ask(service)
            let list = desk.path("suite/asked/u-ab123.19880901T0000Z.sha256")
            let check = try Program(
                ["/usr/bin/sha256sum", "--check", "--quiet", "--strict", list], in: desk.path(archive), environment: desk.environment)
            let end = await check.completed()
            #expect(end.status == 0, "\(end.everything)")
        }
    }

    @Test func `a proof by size is raised to one by digest, which the receipt does not call Globus's`() async throws {
        try desk.describe(desk.description())
        try await archived { service in
            #expect(try await receipt(service)["level"] == "size")
            _ = try await ask(service)
            try await runScript()
            #expect(try await take(service).status == 0)
            let receipt = try await receipt(service)
            #expect(receipt["level"] == "digest")
            #expect(receipt["by_report"] == 3)
            #expect(receipt["by_digest"] == .null)
            #expect(receipt["by_size"] == 0)
            let text = try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment).output
            #expect(!text.contains("attested by Globus"))
            #expect(text.contains("tally    3 by digest, 0 by size, 0 not verified"))
            // A stricter description has nothing left to send.
            try desk.describe(desk.description("verify: {level: digest}"))
            let again = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(again.status == 0, "\(again.everything)")
            #expect(again.output.contains("already archived"), "\(again.everything)")
        }
    }

    @Test func `digests that nobody can take any more leave their files at a proof by size`() async throws {
        try desk.describe(desk.description())
        try await archived { service in
            try FileManager.default.removeItem(atPath: desk.data + "/a.pp")
            let asked = try await ask(service)
            #expect(asked.output.contains("of which 1 by size only"), "\(asked.everything)")
            #expect(asked.errors.contains("by size only: a.pp"), "\(asked.everything)")
            try await runScript()
            let taken = try await take(service)
            #expect(taken.status == 0, "\(taken.everything)")
            #expect(taken.output.contains("2 by digest, 1 by size, 0 not verified"), "\(taken.everything)")
            #expect(try await receipt(service)["level"] == "size")
        }
    }

    @Test func `what Globus tells no digests of is proven at the far end instead`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(
                StandInFaults(http: [HTTPFault(.successful, .edit(HTTPFault.AnswerEdit(setInEach: ["checksum": .null])), .forever)]))
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 61)
            #expect(try await ask(service).status == 0)
            try await runScript()
            #expect(try await take(service).status == 0)
            let again = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(again.status == 0, "\(again.everything)")
            #expect(again.output.contains("already archived"), "\(again.everything)")
        }
    }

    // MARK: lies that no listing shows

    @Test(arguments: ["checksum", "size", "mtime"])
    func `one bit that a disk flipped is found, named, and sent again whatever is compared`(sync: String) async throws {
        try desk.describe(desk.description("transfer: {sync: \(sync)}"))
        try await archived { service in
            _ = try await ask(service)
            try spoil("a.pp") { $0[35_000] ^= 4 }
            #expect(try await desk.run("verify", "u-ab123", "--all", with: service.environment).status == 0)
            #expect(try await runScript().status == 60)
            let taken = try await take(service)
            #expect(taken.status == 60, "\(taken.everything)")
            #expect(taken.errors.contains("other content: a.pp has sha256:"), "\(taken.everything)")
            #expect(taken.output.contains("1 of 3 files"))
            #expect(try await receipt(service) == .null)
            let mended = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(mended.status == 0, "\(mended.everything)")
            #expect(mended.errors.contains("2 files verified already, 1 new or changed"), "\(mended.everything)")
            #expect(desk.contents(archive + "/a.pp") == desk.contents("data/a.pp"))
        }
    }

    @Test func `two files that were exchanged are each said to be the other`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(storage: [StorageFault("*c.nc", .exchange(with: "b.nc"), .once)]))
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            _ = try await ask(service)
            try await runScript()
            let taken = try await take(service)
            #expect(taken.status == 60, "\(taken.everything)")
            #expect(taken.output.contains("2 of 3 files"), "\(taken.everything)")
            #expect(taken.errors.contains(", which is sub/c.nc's, instead of"))
            #expect(taken.errors.contains(", which is sub/b.nc's, instead of"))
        }
    }

    @Test func `an older version of the same size, and a file that is gone, are named`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(storage: [StorageFault("*b.nc", .stale, .once)]))
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            _ = try await ask(service)
            try FileManager.default.removeItem(atPath: desk.path(archive + "/a.pp"))
            try await runScript()
            let taken = try await take(service)
            #expect(taken.status == 60, "\(taken.everything)")
            #expect(taken.errors.contains("missing: a.pp"))
            #expect(taken.errors.contains("other content: sub/b.nc has sha256:"))
            let rerun = try await desk.run("rerun", "u-ab123", "--failed", with: service.environment)
            #expect(rerun.status == 0, "\(rerun.everything)")
            // The answer to the earlier question says nothing about what was sent since.
            let old = try await take(service)
            #expect(old.status == 61, "\(old.everything)")
            #expect(old.output.contains("there is no list of this transfer that waits for a report"), "\(old.everything)")
            _ = try await ask(service)
            #expect(try await runScript().status == 0)
            #expect(try await take(service).status == 0)
        }
    }

    // MARK: reports that prove nothing

    @Test func `a report that is cut off anywhere, or altered, is not taken`() async throws {
        try await archived { service in
            _ = try await ask(service)
            try await runScript()
            let whole = try #require(desk.contents("suite/asked/u-ab123.19880901T0000Z.report"))
            for count in [0, 10, whole.count / 2, whole.count - 5, whole.count - 1] {
                try desk.write("suite/cut", whole.prefix(count))
                #expect(try await take(service, "cut").status == 61)
            }
            let text = String(decoding: whole, as: UTF8.self)
            for (from, to) in [
                ("2 OK", "2 FAILED"), ("2 OK 6", "2 OK 7"), ("1 OK", "3 OK"), ("end 3", "end 2"), ("manifest sha256:", "manifest md5:"),
            ] {
                try desk.write("suite/cut", text.replacing(from, with: to))
                let end = try await take(service, "cut")
                #expect(end.status == 61, "\(from): \(end.everything)")
            }
            #expect(try await take(service, "nowhere").status == 61)
            #expect(try await receipt(service)["by_report"] == .null)
            #expect(try await take(service).status == 0)
        }
    }

    @Test func `a report about another manifest is not taken`() async throws {
        try await archived { service in
            _ = try await ask(service)
            try await runScript()
            try desk.write("data/d.nc", "later")
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            _ = try await ask(service)
            try desk.write("suite/old", try #require(desk.contents("suite/asked/u-ab123.19880901T0000Z.report")))
            let end = try await take(service, "old")
            #expect(end.status == 61, "\(end.everything)")
            #expect(end.output.contains("the report is for manifest"), "\(end.everything)")
        }
    }

    @Test func `a script goes on where it was cut off, and stops at a list that is not its own`() async throws {
        try await archived { service in
            _ = try await ask(service)
            let list = try #require(desk.contents("suite/asked/u-ab123.19880901T0000Z.list"))
            try desk.write("suite/asked/u-ab123.19880901T0000Z.list", list.dropLast())
            let refused = try await runScript()
            #expect(refused.status == 61)
            #expect(refused.output.contains("is not the one that belongs to this script"))
            try desk.write("suite/asked/u-ab123.19880901T0000Z.list", list)
            #expect(try await runScript(["PATH": "/nowhere"]).status != 0)
            #expect(try await runScript().status == 0)
        }
    }

    /// Cuts the job off as a time limit does: some of its parts are there, and no report.
    private func cutOff(in folder: String) async throws {
        let script = try Program(
            ["/bin/sh", desk.path("suite/\(folder)/u-ab123.19880901T0000Z.sh"), desk.path(archive)], in: "/",
            environment: desk.environment.merging(["PATH": desk.path("cut") + ":/usr/bin:/bin"]) { $1 })
        #expect(await script.completed().status == 61)
        let parts = try FileManager.default.contentsOfDirectory(atPath: desk.path("suite/" + folder)).filter { $0.hasSuffix(".parts") }
        let found = try parts.flatMap { try FileManager.default.contentsOfDirectory(atPath: desk.path("suite/\(folder)/\($0)")) }
        #expect(found.contains("1"))
        #expect(!desk.exists("suite/\(folder)/u-ab123.19880901T0000Z.report"))
    }

    /// A `find` that does not find: what comes after the reading.
    private func makeCutter() throws {
        try desk.write("cut/find", "#!/bin/sh\nexit 9\n")
        #expect(chmod(desk.path("cut/find"), 0o755) == 0)
        try desk.write("cut/sort", "#!/bin/sh\nexit 9\n")
        #expect(chmod(desk.path("cut/sort"), 0o755) == 0)
    }

    @Test func `what a job that was cut off has found does not answer a later question`() async throws {
        try makeCutter()
        try await archived { service in
            _ = try await ask(service)
            try await cutOff(in: "asked")
            // The same question goes on where it was; in another place it was never answered.
            try FileManager.default.copyItem(atPath: desk.path("suite/asked"), toPath: desk.path("suite/elsewhere"))
            #expect(try await runScript().status == 0)
            #expect(try await take(service).status == 0)
            try FileManager.default.removeItem(atPath: desk.path("suite/asked"))
            try FileManager.default.moveItem(atPath: desk.path("suite/elsewhere"), toPath: desk.path("suite/asked"))
            try spoil("a.pp") { $0[35_000] ^= 4 }
            // The very same list, asked anew: the old parts say that all is well.
            _ = try await ask(service)
            let ran = try await runScript()
            #expect(ran.status == 60, "\(ran.output)")
            #expect(ran.output.contains("2 of 3 files are as they were sent"), "\(ran.output)")
            #expect(try await take(service).status == 60)
        }
    }

    @Test func `what was found in one directory does not answer for another`() async throws {
        try makeCutter()
        try await archived { service in
            _ = try await ask(service)
            try await cutOff(in: "asked")
            try FileManager.default.createDirectory(atPath: desk.path("empty"), withIntermediateDirectories: false)
            let script = try Program(
                ["/bin/sh", desk.path("suite/asked/u-ab123.19880901T0000Z.sh"), desk.path("empty")], in: "/", environment: desk.environment)
            let end = await script.completed()
            #expect(end.status == 60, "\(end.everything)")
            #expect(end.everything.contains("0 of 3 files are as they were sent"), "\(end.everything)")
        }
    }

    @Test func `asked with other files after a cut, only those that are asked for are told of`() async throws {
        try makeCutter()
        try await archived { service in
            _ = try await ask(service)
            try await cutOff(in: "asked")
            try desk.write("data/0first.nc", "later")
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            _ = try await ask(service)
            let ran = try await runScript()
            #expect(ran.status == 0, "\(ran.output)")
            #expect(ran.output.contains("4 of 4 files"), "\(ran.output)")
            #expect(try await take(service).output.contains("4 by digest"))
        }
    }

    @Test func `the job asks a batch system for what the site says`() async throws {
        try desk.write(
            "home/.config/pptransfer/sites.yaml",
            """
            archer2: {collection: \(Desk.archer2), name: Archer2 file systems}
            jasmin: {collection: \(Desk.jasmin), name: JASMIN, batch: [--partition=standard, "--time=24:00:00"]}
            """)
        try await archived { service in
            _ = try await ask(service)
            let script = String(decoding: try #require(desk.contents("suite/asked/u-ab123.19880901T0000Z.sh")), as: UTF8.self)
            #expect(script.contains("\n#SBATCH --partition=standard\n#SBATCH --time=24:00:00\n"))
            #expect(script.contains("\ndirectory='/gws/canari/19880901T0000Z'\n"))
        }
    }

    @Test func `a cycle that is not archived has nothing to read back`() async throws {
        try await LocalService.with(desk) { (service) async throws in
            await service.standIn.setFaults(StandInFaults(storage: [StorageFault("*b.nc", .drop, .once)]))
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 60)
            #expect(try await ask(service).status == 61)
            #expect(!desk.exists("suite/asked"))
        }
    }
}

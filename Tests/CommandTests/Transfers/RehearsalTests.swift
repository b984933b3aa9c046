import Foundation
import Globus
import Testing

/// `rehearse FILE`: the whole way, with files that really move.
struct RehearsalTests {
    private let desk: Desk

    init() throws { desk = try Desk() }

    @Test func `every byte arrives, and a second run sends nothing again`() async throws {
        try desk.write("data/atmos.pp", Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }))
        try desk.write("data/ocean/1988/sst.nc", "some temperatures")
        try desk.write("data/empty.flag", "")
        try desk.write("data/.hidden", "seen")
        try desk.describe(desk.description())
        let first = try await desk.run("rehearse", "task.yaml")
        #expect(first.status == 0)
        #expect(
            first.output.hasPrefix(
                "REHEARSAL u-ab123 19880901T0000Z: ok (0): 4 files, 300.0 kB at jasmin:/gws/canari/19880901T0000Z; 300.0 kB sent"))
        let arrived = try desk.tree("suite/rehearsal/jasmin/gws/canari/19880901T0000Z")
        #expect(try arrived == desk.tree("data"))
        #expect(arrived.count == 4)
        // A file that is sent again is another file of the same name.
        let files = try numbers(below: "suite/rehearsal/jasmin")
        let second = try await desk.run("rehearse", "task.yaml")
        #expect(second.status == 0)
        #expect(try numbers(below: "suite/rehearsal/jasmin") == files)
    }

    /// The inode of every file.
    private func numbers(below name: String) throws -> [String: UInt64] {
        try Dictionary(
            uniqueKeysWithValues: desk.tree(name).keys.map { file in
                let attributes = try FileManager.default.attributesOfItem(atPath: desk.path(name) + "/" + file)
                return (file, (attributes[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0)
            })
    }

    @Test func `every line is marked as a rehearsal, also when it fails`() async throws {
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description())
        try desk.describe(desk.description("select: {required: [\"*.done\"]}"), as: "fails.yaml")
        try desk.describe("emty: true", as: "wrong.yaml")
        for (file, status) in [("task.yaml", 0), ("fails.yaml", 10), ("wrong.yaml", 65)] as [(String, Int32)] {
            let end = try await desk.run("rehearse", file)
            #expect(end.status == status)
            #expect((end.outputLines + end.errorLines).allSatisfy { $0.hasPrefix("REHEARSAL ") })
            #expect(!end.errors.isEmpty)
        }
    }

    @Test func `several documents and several files are one run, and the most serious status is the run's`() async throws {
        try desk.write("data/a.pp", "atmosphere")
        try desk.write("data/o.nc", "ocean")
        try desk.describe(
            desk.description("name: atmos\nselect: {include: [\"*.pp\"]}") + "---\n"
                + desk.description("name: ocean\nselect: {include: [\"*.nc\"]}", to: "/gws/ocean/{cycle}"))
        try desk.describe(desk.description("name: ice", from: desk.path("none")), as: "ice.yaml")
        try desk.describe(desk.description("name: land\nselect: {include: [\"*.land\"]}\nempty: succeed"), as: "land.yaml")
        let end = try await desk.run("rehearse", "task.yaml", "land.yaml", "ice.yaml")
        let results = end.outputLines.map { $0.split(separator: ": ").prefix(2).joined(separator: ": ") }
        #expect(
            results == [
                "REHEARSAL u-ab123 19880901T0000Z atmos: ok (0)", "REHEARSAL u-ab123 19880901T0000Z ocean: ok (0)",
                "REHEARSAL u-ab123 19880901T0000Z land: ok (0)", "REHEARSAL u-ab123 19880901T0000Z ice: source-missing (10)",
            ])
        #expect(end.status == 10)
        #expect(desk.contents("suite/rehearsal/jasmin/gws/canari/19880901T0000Z/a.pp") == Data("atmosphere".utf8))
        #expect(desk.contents("suite/rehearsal/jasmin/gws/ocean/19880901T0000Z/o.nc") == Data("ocean".utf8))
        #expect(!desk.exists("suite/rehearsal/jasmin/gws/ocean/19880901T0000Z/a.pp"))
    }

    @Test func `select takes what it says, and what is required must be there`() async throws {
        for name in ["aa.pa1988.pp", "aa.pb1988.pp", "logs/aa.pa.pp", "aa.pa.tmp", "ice/x.nc"] { try desk.write("data/" + name, name) }
        try desk.describe(
            desk.description("select: {include: [\"*.pp\", \"ice/**\"], exclude: [\"logs/**\", \"*.pb*\"], required: [\"*.pa*\"]}"))
        let end = try await desk.run("rehearse", "task.yaml")
        #expect(end.status == 0)
        #expect(end.errors.contains("3 files (34 B) not selected: aa.pa.tmp, aa.pb1988.pp, logs/aa.pa.pp"))
        #expect(
            try desk.tree("suite/rehearsal/jasmin").keys.map { ($0 as NSString).lastPathComponent }.sorted() == ["aa.pa1988.pp", "x.nc"])
        try desk.describe(desk.description("select: {required: [\"*.done\"]}"))
        let unmet = try await desk.run("rehearse", "task.yaml")
        #expect(unmet.status == 10)
        #expect(unmet.output.contains("no file matches the required pattern '*.done'"))
    }

    @Test func `symbolic links fail, are left out or followed, as the description says`() async throws {
        try desk.write("data/real.pp", "real")
        try FileManager.default.createSymbolicLink(atPath: desk.data + "/link.pp", withDestinationPath: "real.pp")
        try desk.describe(desk.description())
        let fail = try await desk.run("rehearse", "task.yaml")
        #expect(fail.status == 10)
        #expect(fail.output.contains("link.pp is a symbolic link (to real.pp)"))
        try desk.describe(desk.description("symlinks: skip", to: "/skip"))
        let skip = try await desk.run("rehearse", "task.yaml")
        #expect(skip.status == 0)
        #expect(try desk.tree("suite/rehearsal/jasmin/skip") == ["real.pp": Data("real".utf8)])
        try desk.describe(desk.description("symlinks: follow", to: "/follow"))
        let follow = try await desk.run("rehearse", "task.yaml")
        #expect(follow.status == 0)
        #expect(try desk.tree("suite/rehearsal/jasmin/follow") == ["real.pp": Data("real".utf8), "link.pp": Data("real".utf8)])
    }

    @Test func `of several links each is named, in order, with the remedy`() async throws {
        for name in ["c", "a", "b"] { try FileManager.default.createSymbolicLink(atPath: desk.data + "/" + name, withDestinationPath: "x") }
        try desk.describe(desk.description())
        let end = try await desk.run("rehearse", "task.yaml")
        let named = end.errorLines.filter { $0.hasSuffix(" is a symbolic link (to x)") }.map { $0.split(separator: " ")[1] }
        #expect(named == ["a", "b", "c"])
        #expect(end.advice.hasPrefix("write 'symlinks: skip' or 'symlinks: follow', or exclude it"))
        #expect(end.status == 10)
    }

    @Test func `a cycle without output is a failure, unless the description allows it`() async throws {
        try desk.describe(desk.description())
        #expect(try await desk.run("rehearse", "task.yaml").status == 12)
        try desk.describe(desk.description("empty: succeed"))
        let allowed = try await desk.run("rehearse", "task.yaml")
        #expect(allowed.status == 0)
        #expect(
            allowed.output
                == "REHEARSAL u-ab123 19880901T0000Z: ok (0): nothing to send; the description allows that (empty: succeed)\n")
    }

    @Test func `a single file can be a source`() async throws {
        try desk.write("data/restart.dump", "state")
        try desk.write("data/other.dump", "not this")
        try desk.describe(desk.description(from: desk.data + "/restart.dump"))
        let end = try await desk.run("rehearse", "task.yaml")
        #expect(end.status == 0)
        #expect(
            try desk.tree("suite/rehearsal/jasmin/gws/canari/19880901T0000Z") == ["restart.dump": Data("state".utf8)])
    }

    @Test func `names arrive as they are, whatever is in them`() async throws {
        let names = [
            "two words", "it's \"quoted\"", "semi;colon", "new\nline", "tab\there", "caf\u{E9}", "cafe\u{301}", "日本語.pp", "-rf", "..dots",
            "percent%20", "#hash?query&a=b", "back\\slash", "$(touch x)", "*", "~", String(repeating: "n", count: 255),
            "emoji 🌍/and below/it {x}", "d\u{E9}/x", "de\u{301}/x",
        ]
        for name in names { try desk.write("data/" + name, "in " + name) }
        try desk.describe(desk.description())
        let end = try await desk.run("rehearse", "task.yaml")
        #expect(end.status == 0)
        #expect(end.errors.contains("2 names with control characters"))
        // As bytes: two spellings of one text are the same String.
        let arrived = try FileManager.default.subpathsOfDirectory(atPath: desk.path("suite/rehearsal/jasmin/gws/canari/19880901T0000Z"))
        let files = Set(arrived.map { Array($0.utf8) }).subtracting(
            ["emoji 🌍", "emoji 🌍/and below", "d\u{E9}", "de\u{301}"].map { Array($0.utf8) })
        #expect(files == Set(names.map { Array($0.utf8) }))
        for name in names {
            #expect(desk.contents("suite/rehearsal/jasmin/gws/canari/19880901T0000Z/" + name) == Data(("in " + name).utf8))
        }
    }

    @Test func `a name that is not UTF-8 is refused by its name`() async throws {
        let descriptor = open(desk.data + "/", O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        let name: [CChar] = [0x61, CChar(truncatingIfNeeded: 0xE9), 0x2E, 0x70, 0x70, 0]
        close(openat(descriptor, name, O_WRONLY | O_CREAT, 0o644))
        try desk.describe(desk.description())
        let end = try await desk.run("rehearse", "task.yaml")
        #expect(end.output.contains(#"a\xE9.pp has a name that is not UTF-8, which Globus cannot represent"#))
        #expect(end.status == 65)
    }

    @Test(arguments: ["19880230T0000Z", "3", "1988-09-01T00:00:00Z"])
    func `a cycle point is part of the path as it is written`(cycle: String) async throws {
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description(cycle: nil))
        let end = try await desk.run("rehearse", "--json", "task.yaml", with: ["CYLC_TASK_CYCLE_POINT": cycle])
        #expect(end.status == 0)
        #expect(desk.exists("suite/rehearsal/jasmin/gws/canari/\(cycle)/a.pp"))
        let report = try JSONValue(text: end.output)
        #expect(report["transfers"][0]["cycle"] == .string(cycle))
        #expect(report["transfers"][0]["destination"]["path"] == .string("/gws/canari/\(cycle)"))
    }

    @Test func `with --json standard output is one object and nothing else`() async throws {
        try desk.write("data/a.pp", "four")
        try desk.describe(desk.description("name: atmos") + "---\n" + desk.description("name: none", from: desk.path("none")))
        let end = try await desk.run("rehearse", "--json", "task.yaml")
        #expect(end.status == 10)
        #expect(end.output.hasPrefix("{\n"))
        #expect(end.output.hasSuffix("\n}\n"))
        let report = try JSONValue(text: end.output)
        #expect(report["pptransfer"] == "run")
        #expect(report["exit_status"] == 10)
        #expect(report["status"] == "source-missing")
        #expect(report["rehearsal"] == true)
        #expect(report["transfers"].array?.count == 2)
        let (sent, missing) = (report["transfers"][0], report["transfers"][1])
        #expect(sent["workflow"] == "u-ab123")
        #expect(sent["cycle"] == "19880901T0000Z")
        #expect(sent["name"] == "atmos")
        #expect(sent["status"] == "ok")
        #expect(sent["exit_status"] == 0)
        #expect(sent["again"] == "needless")
        #expect(sent["remedy"] == nil)
        #expect((sent["label"].string ?? "").hasPrefix("pptransfer u-ab123 19880901T0000Z atmos "))
        #expect(sent["source"] == ["name": "archer2", "collection": .string(Desk.archer2), "path": .string(desk.data)])
        #expect(sent["proven"] == ["files": 1, "bytes": 4, "level": "size", "by_size": 1, "unproven": 0])
        #expect(sent["task"]["status"] == "SUCCEEDED")
        #expect(sent["task"]["task_id"] == sent["task_id"])
        #expect(sent["task_id"].string?.count == 36)
        #expect(sent["task_link"].string == "https://app.globus.org/activity/\(sent["task_id"].string ?? "")")
        #expect(sent["request_id"] != nil)
        #expect(missing["exit_status"] == 10)
        #expect(missing["again"] == "no")
        #expect(missing["task_id"] == nil)
        #expect(missing["proven"] == nil)
        #expect(missing["message"] == .string("\(desk.path("none")) does not exist"))
        #expect(missing["remedy"].string != nil)
    }

    @Test func `what this machine cannot take is refused before it is submitted`() async throws {
        try desk.write("home/.globusonline/lta/client-id.txt", "22222222-2222-4333-8444-555555555555\n")
        try desk.write("suite/rehearsal/facility/Smith/a.h5", "x")
        // More than any disk of a test has.
        #expect(truncate(desk.path("suite/rehearsal/facility/Smith/a.h5"), 8_000_000_000_000) == 0)
        func describe(_ path: String) throws {
            try desk.describe(
                """
                pptransfer: 1
                workflow: aps
                from: {collection: {search: facility}, path: /Smith/}
                to: {collection: {gcp: local}, path: \(path)}

                """)
        }
        try describe("/~/beam")
        let full = try await desk.run("rehearse", "task.yaml")
        #expect(full.status == 40, "\(full.everything)")
        #expect(full.output.contains("free, and the transfer needs 8.0 TB"), "\(full.output)")
        try desk.write("home/.globusonline/lta/config-paths", "~/,0,1\n")
        try describe("/data")
        let outside = try await desk.run("rehearse", "task.yaml")
        #expect(outside.status == 23, "\(outside.everything)")
        #expect(outside.output.contains("may not write '/data'; it is permitted to use: \(desk.path("home"))"), "\(outside.output)")
    }

    @Test func `a source that is elsewhere is made if there is none, and what arrives here is read and proven`() async throws {
        try desk.write("home/.globusonline/lta/client-id.txt", "22222222-2222-4333-8444-555555555555\n")
        try desk.describe(
            """
            pptransfer: 1
            workflow: aps
            from: {collection: {search: "APS:DM"}, path: /Smith/}
            to: {collection: {gcp: local}, path: /~/beam/}
            select: {include: ["*.h5", log.txt], required: [log.txt]}
            verify: {level: digest}

            """)
        let directory = desk.path("suite/rehearsal/APS:DM/Smith")
        let none = try await desk.run("rehearse", "task.yaml")
        #expect(none.status == 10, "\(none.everything)")
        #expect(none.errors.contains("put files of APS:DM:/Smith in \(directory), or let --make-source make some"), "\(none.errors)")
        let made = try await desk.run("rehearse", "--make-source", "task.yaml")
        #expect(made.status == 0, "\(made.everything)")
        #expect(made.errors.contains("made 12 files of APS:DM:/Smith in \(directory)"), "\(made.errors)")
        #expect(made.output.contains("each file was read on this machine and has the confirmed digest: 12 by digest"), "\(made.output)")
        let files = try desk.tree("suite/rehearsal/APS:DM/Smith")
        let here = "suite/rehearsal/22222222-2222-4333-8444-555555555555/home/rehearsal/beam"
        #expect(try desk.tree(here) == files)
        #expect(files.keys.contains { $0.hasSuffix("/log.txt") })

        let sums = try await desk.run("verify", "aps", "--all", "--journal", "rehearsal/journal", "--write-sums")
        #expect(sums.status == 0, "\(sums.everything)")
        #expect(desk.exists(here + "/SHA256SUMS"))
        try desk.write(here + "/" + (files.keys.sorted().first ?? ""), Data(count: 3))
        let again = try await desk.run("verify", "aps", "--all", "--journal", "rehearsal/journal")
        #expect(again.status == 60, "\(again.everything)")
        let untouched = try await desk.run("rehearse", "--make-source", "task.yaml")
        #expect(untouched.status == 0, "\(untouched.everything)")
        #expect(try desk.tree("suite/rehearsal/APS:DM/Smith") == files)
    }
}

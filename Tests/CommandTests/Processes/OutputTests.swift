import Foundation
import TestSupport
import Testing

/// Every file that a user may name for output: written into what takes text, put behind a link, and refused where it would destroy.
struct OutputTests {
    /// How a command is told where its output goes.
    enum Output: String, CaseIterable, CustomTestStringConvertible {
        case report, metrics, convert, manifest, ready, list

        var testDescription: String { rawValue }
    }

    private let desk: Desk

    init() throws {
        desk = try Desk()
        try FileManager.default.createDirectory(atPath: desk.path("none"), withIntermediateDirectories: true)
        try desk.write("data/a.pp", "a")
        try desk.write(
            "old/pptransfer.nl",
            """
            &archer_arch
            archive_name='u-ab123'
            archive_root_path='\(desk.data)'
            /
            &pptransfer
            globus_cli=.true.
            globus_default_colls=.true.
            transfer_dir='/gws/canari'
            transfer_type='Push'
            /

            """)
    }

    /// Runs the command; a stand-in that serves is ended once something is written.
    private func write(_ output: Output, to path: String) async throws -> Completed {
        switch output {
        case .report: return try await desk.run("report", "--journal", desk.path("none"), "--output", path)
        case .metrics: return try await desk.run("report", "--journal", desk.path("none"), "--metrics", path)
        case .convert: return try await desk.run("convert", "../old/pptransfer.nl", "--output", path)
        case .manifest: return try await desk.run("manifest", desk.data, "--output", path)
        case .list:
            try desk.describe(desk.description("after: {filelist: \"\(path)\"}"))
            return try await desk.run("rehearse", "task.yaml", "--root", desk.path("played \(UUID())"))
        case .ready:
            let server = try desk.start(["rehearse", "--serve", "--ready", path, "--root", desk.path("played")])
            try await until(server) { server.errorsSoFar.contains("stop it with Ctrl-C") }
            server.signal(SIGTERM)
            return await server.completed()
        }
    }

    private func kind(_ name: String) -> mode_t {
        var status = stat()
        return lstat(desk.path(name), &status) == 0 ? status.st_mode & S_IFMT : 0
    }

    @Test(arguments: Output.allCases) func `a pipe gets the text, and stays`(output: Output) async throws {
        try desk.write("out/beside", "x")
        #expect(mkfifo(desk.path("out/pipe"), 0o600) == 0)
        let reader = try Program(["/bin/cat", desk.path("out/pipe")], in: desk.suite, environment: desk.environment)
        let end = try await write(output, to: desk.path("out/pipe"))
        #expect(end.status == 0, "\(end.everything)")
        #expect(await !reader.completed().output.isEmpty)
        #expect(kind("out/pipe") == S_IFIFO)
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("out")).sorted() == ["beside", "pipe"])
    }

    @Test(arguments: Output.allCases) func `a link stays, and what it leads to is replaced`(output: Output) async throws {
        try desk.write("elsewhere/target", "old")
        try desk.write("out/beside", "x")
        try FileManager.default.createSymbolicLink(atPath: desk.path("out/link"), withDestinationPath: "../elsewhere/target")
        let end = try await write(output, to: desk.path("out/link"))
        #expect(end.status == 0, "\(end.everything)")
        #expect(kind("out/link") == S_IFLNK)
        #expect(kind("elsewhere/target") == S_IFREG)
        #expect(desk.contents("elsewhere/target") != Data("old".utf8))
        #expect(desk.contents("elsewhere/target")?.isEmpty == false)
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("elsewhere")) == ["target"])
    }

    @Test(arguments: Output.allCases) func `a directory and a full device are refused with a sentence`(output: Output) async throws {
        try desk.write("out/inside", "x")
        // The machine's own devices are for no test of ours: whoever may, makes one; for anybody else a link to it can do no harm.
        if geteuid() == 0 {
            try #require(mknod(desk.path("full"), S_IFCHR | 0o666, 1 << 8 | 7) == 0)
        } else {
            try FileManager.default.createSymbolicLink(atPath: desk.path("full"), withDestinationPath: "/dev/full")
        }
        for (name, reason) in [("out", "it is a directory"), ("full", "no space left on device")] {
            let end = try await write(output, to: desk.path(name))
            #expect(end.status == 73, "\(end.status) \(end.everything)")
            let sentence =
                output == .list ? ", \(desk.path(name)), cannot be written: \(reason)" : "cannot write '\(desk.path(name))': \(reason)"
            #expect(end.errors.contains(sentence), "\(end.errors)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("out")) == ["inside"])
        #expect(kind("full") == (geteuid() == 0 ? S_IFCHR : S_IFLNK))
    }

    @Test func `standard output by its name is standard output`() async throws {
        try desk.write("sums", "")
        // As /dev/stdout is one.
        try FileManager.default.createSymbolicLink(atPath: desk.path("stdout"), withDestinationPath: "/proc/self/fd/1")
        let end = try await desk.run("manifest", desk.data, "--output", desk.path("stdout"), output: .file(desk.path("sums")))
        #expect(end.status == 0, "\(end.everything)")
        let line = 64 + 2 + 4 + 1
        #expect(desk.contents("sums")?.count == line, "\(end.everything)")
        let lost = try await desk.run("report", "--journal", desk.path("none"), "--output", desk.path("stdout"), output: .closed)
        #expect(lost.status == 73, "\(lost.everything)")
        #expect(lost.errors.contains("cannot write '\(desk.path("stdout"))'"), "\(lost.everything)")
        #expect(kind("stdout") == S_IFLNK)
    }

    @Test func `what verify writes for the destination goes into a directory, and nowhere else`() async throws {
        try desk.describe(desk.description("verify: {level: digest}"))
        #expect(try await desk.run("rehearse", "task.yaml").status == 0)
        let verify = ["verify", "--all", "--via", "manifest", "--journal", "rehearsal/journal", "--output"]
        try desk.write("suite/file", "x")
        let refused = try await desk.start(verify + ["file/asked"]).completed()
        #expect(refused.status == 73, "\(refused.everything)")
        #expect(desk.contents("suite/file") == Data("x".utf8), "\(refused.everything)")
        let end = try await desk.start(verify + ["asked"]).completed()
        #expect(end.status == 0, "\(end.everything)")
        let names = try FileManager.default.contentsOfDirectory(atPath: desk.path("suite/asked"))
        #expect(!names.isEmpty)
        #expect(names.allSatisfy { !$0.contains(".part") })
    }
}

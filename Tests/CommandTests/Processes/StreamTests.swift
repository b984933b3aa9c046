import Foundation
import TestSupport
import Testing

/// Standard streams that are not what a program expects. How a transfer went is the status all the same, no text goes astray, and a
/// result that cannot be written is no success.
struct StreamTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description())
        try desk.describe(desk.description(from: desk.path("none")), as: "missing.yaml")
        try desk.describe("emty: x", as: "wrong.yaml")
    }

    @Test(arguments: [Program.Stream.closed, .file("/dev/full"), .brokenPipe])
    func `a stream that takes no text changes nothing about the status`(stream: Program.Stream) async throws {
        for (file, status) in [("task.yaml", 0), ("missing.yaml", 10), ("wrong.yaml", 65)] as [(String, Int32)] {
            for arguments in [["rehearse", file], ["rehearse", "--json", file]] {
                // A document is asked for; the line for people says what the status says.
                let lost = status == 0 && arguments.contains("--json") ? 73 : status
                let noOutput = try await desk.start(arguments, output: stream).completed()
                #expect(noOutput.status == lost)
                #expect(noOutput.output.isEmpty)
                #expect(!noOutput.errors.isEmpty)
                let noErrors = try await desk.start(arguments, errors: stream).completed()
                #expect(noErrors.status == status)
                #expect(noErrors.errors.isEmpty)
                let neither = try await desk.start(arguments, input: .stream(.closed), output: stream, errors: stream).completed()
                #expect(neither.status == lost)
            }
        }
    }

    @Test func `with every stream closed, no text goes into what is opened instead`() async throws {
        let server = try LoopbackServer.refusing(.respond(403, body: #"{"code":"PermissionDenied","message":"no"}"#))
        defer { server.stop() }
        let end = try await desk.start(
            ["run", "task.yaml"], Desk.service(server.base), input: .stream(.closed), output: .closed, errors: .closed
        ).completed()
        #expect(end.status == 23)
        #expect(server.requests.allSatisfy { $0.line.wholeMatch(of: /(GET|POST) \/v0.10\/\S+ HTTP\/1.1/) != nil })
        #expect(server.submissions.count == 1)
    }

    /// A pipe that holds little and does not let its writer wait, as an editor or a remote shell may leave it.
    private func narrowPipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Program.Failure(text: "no pipe") }
        let setSize: Int32 = 1031  // F_SETPIPE_SZ
        guard fcntl(ends[1], setSize, 4096) >= 0, fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0 else {
            throw Program.Failure(text: "no narrow pipe")
        }
        return (ends[0], ends[1])
    }

    @Test func `a reader that takes its time gets all of the text, also of a stream that does not wait`() async throws {
        let whole = try await desk.run("schema", "description").output
        #expect(whole.utf8.count > 8192)
        let pipe = try narrowPipe()
        let program = try desk.start(["schema", "description"], output: .descriptor(pipe.write))
        close(pipe.write)
        // Nothing is read before the pipe is full.
        var waiting = Int32(0)
        try await until(program) { ioctl(pipe.read, UInt(FIONREAD), &waiting) == 0 && waiting >= 4096 }
        let text = FileHandle(fileDescriptor: pipe.read, closeOnDealloc: true).readDataToEndOfFile()
        #expect(await program.completed().status == 0)
        #expect(String(decoding: text, as: UTF8.self) == whole)
    }

    @Test func `a reader that never reads does not hold the program up for ever, and is no success`() async throws {
        let pipe = try narrowPipe()
        defer { for end in [pipe.read, pipe.write] { close(end) } }
        let end = try await desk.start(["schema", "description"], output: .descriptor(pipe.write)).completed()
        #expect(end.status == 73)
        #expect(end.errors.contains("cannot write to standard output: resource temporarily unavailable"))
    }

    /// Every command that prints a result, and what it leaves with when all is well.
    private static let results: [[String]] = [
        ["--version"], ["--help"], ["help", "run"], ["run", "--help"], ["--generate-completion-script", "bash"], ["manual"], ["schema"],
        ["explain"], ["explain", "33"], ["explain", "--json"], ["explain", "--all", "--format", "markdown"], ["collections", "list"],
        ["collections", "list", "--json"], ["doctor"], ["doctor", "--json"], ["validate", "task.yaml"],
        ["validate", "task.yaml", "--json"],
        ["convert", "../old/pptransfer.nl"], ["manifest", "../data"], ["manifest", "../data", "--digest", "none"],
        ["run", "--dry-run", "task.yaml"],
        ["run", "--dry-run", "--json", "task.yaml"], ["status", "--journal", "rehearsal/journal"],
        ["status", "--json", "--journal", "rehearsal/journal"], ["receipt", "--cycle", "19880901T0000Z", "--journal", "rehearsal/journal"],
        ["receipt", "--json", "--cycle", "19880901T0000Z", "--journal", "rehearsal/journal"], ["report", "--journal", "rehearsal/journal"],
        ["report", "--format", "markdown", "--journal", "rehearsal/journal"], ["report", "--json", "--journal", "rehearsal/journal"],
        ["clean", "--all", "--journal", "rehearsal/journal"], ["clean", "--all", "--json", "--journal", "rehearsal/journal"],
        ["cancel", "--cycle", "19880901T0000Z", "--json", "--journal", "rehearsal/journal"],
    ]

    @Test func `a result that cannot be written is no success`() async throws {
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
        #expect(try await desk.run("rehearse", "task.yaml").status == 0)
        let service = Desk.service("http://127.0.0.1:9")
        let variables = [["PPTRANSFER_REHEARSAL_DELETES": "1"], service].reduce(into: [:]) { $0.merge($1) { $1 } }
        for arguments in Self.results {
            let well = try await desk.start(arguments, variables).completed()
            #expect(well.status == 0, "\(arguments): \(well.status) \(well.everything)")
            #expect(!well.output.isEmpty, "\(arguments): \(well.status) \(well.everything)")
            for (stream, reason) in [
                (Program.Stream.file("/dev/full"), "no space left on device"), (.closed, "it is closed"), (.brokenPipe, "broken pipe"),
            ] {
                let end = try await desk.start(arguments, variables, output: stream).completed()
                #expect(end.status == 73, "\(arguments): \(end.status) \(end.errors)")
                #expect(
                    end.errors.hasSuffix("error: cannot write to standard output: \(reason); exit status 73 (output)\n"), "\(end.errors)")
            }
        }
        // What is wrong says more than that nobody could read it.
        let bad = try await desk.run("receipt", "--json", "--cycle", "2", output: .file("/dev/full"))
        #expect(bad.status == 61)
        #expect(bad.errors.hasSuffix("error: cannot write to standard output: no space left on device; exit status 61 (unverified)\n"))
    }

    @Test func `served addresses that nobody can read end the stand-in, unless a file has them`() async throws {
        let lost = try await desk.run("rehearse", "--serve", output: .file("/dev/full"))
        #expect(lost.status == 73, "\(lost.errors)")
        #expect(lost.errors.contains("--ready FILE"), "\(lost.errors)")
        let server = try desk.start(["rehearse", "--serve", "--ready", desk.path("ready.sh")], output: .closed)
        try await until(server) { desk.exists("ready.sh") }
        server.signal(SIGTERM)
        let end = await server.completed()
        #expect(end.status == 0, "\(end.errors)")
    }

    @Test(arguments: [["--version"], ["--help"], ["run"]])
    func `help for a reader that has left is no crash`(arguments: [String]) async throws {
        let end = try await desk.start(arguments, output: .brokenPipe, errors: .brokenPipe).completed()
        #expect(end.status == (arguments == ["run"] ? 64 : 73))
    }
}

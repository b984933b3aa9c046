import Foundation
import TestSupport
import Testing

/// Standard streams that are not what a program expects. None of it changes the status, and no text goes astray.
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
                let noOutput = try await desk.start(arguments, output: stream).completed()
                #expect(noOutput.status == status && noOutput.output.isEmpty && !noOutput.errors.isEmpty)
                let noErrors = try await desk.start(arguments, errors: stream).completed()
                #expect(noErrors.status == status && noErrors.errors.isEmpty)
                let neither = try await desk.start(arguments, input: .stream(.closed), output: stream, errors: stream).completed()
                #expect(neither.status == status)
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
        #expect(await program.completed().status == 0 && String(decoding: text, as: UTF8.self) == whole)
    }

    @Test func `a reader that never reads does not hold the program up for ever`() async throws {
        let pipe = try narrowPipe()
        defer { for end in [pipe.read, pipe.write] { close(end) } }
        let end = try await desk.start(["schema", "description"], output: .descriptor(pipe.write)).completed()
        #expect(end.status == 0)
    }

    @Test(arguments: [["--version"], ["--help"], ["run"]])
    func `help for a reader that has left is no crash`(arguments: [String]) async throws {
        let end = try await desk.start(arguments, output: .brokenPipe, errors: .brokenPipe).completed()
        #expect(end.status == (arguments == ["run"] ? 64 : 0))
    }
}

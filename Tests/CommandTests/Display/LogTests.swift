import Foundation
import Globus
import PPTransfer
import TestSupport
import Testing

/// What a job's log holds.
struct LogTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data(count: 1_000_000))
        try desk.describe(desk.description())
        try desk.describe(desk.description(from: desk.path("none")), as: "missing.yaml")
        try desk.write("suite/faults.yaml", "pptransfer_faults: 1\ntasks:\n  - {task: 1, at: 50%, do: {pause: \"tape robot\", for: 4s}}\n")
    }

    /// Without what differs from run to run: times, ids, amounts that depend on the moment of a question.
    private func normalised(_ text: String) -> String {
        text.replacing(desk.data, with: "DATA")
            .replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "TIME")
            .replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: "TASK")
            .replacing(/[0-9.]+ [kM]?B(?=( of|\/s))/, with: "N")
            .replacing(/, [0-9]+ s left/, with: "")
            .replacing(/(REHEARSAL TIME INFO  u-ab123 19880901T0000Z: queued [^\n]*\n)/, with: "")
    }

    @Test func `a job's log has a line for each change, and nothing that a file cannot show`() async throws {
        let end = try await desk.run("rehearse", "--rate", "400kB", "--faults", "faults.yaml", "task.yaml")
        #expect(end.status == 0)
        #expect(
            normalised(end.errors) == """
                REHEARSAL TIME INFO  u-ab123 19880901T0000Z: 1 file, 1.0 MB at archer2:DATA
                REHEARSAL TIME INFO  u-ab123 19880901T0000Z: submitted as Globus task TASK
                REHEARSAL TIME INFO  u-ab123 19880901T0000Z: moving: 0 of 1 file and N of 1.0 MB sent, 0 faults, N/s
                REHEARSAL TIME WARN  u-ab123 19880901T0000Z: paused by an administrator: tape robot
                REHEARSAL TIME INFO  u-ab123 19880901T0000Z: moving: 0 of 1 file and N of 1.0 MB sent, 0 faults, N/s

                """)
        #expect(!end.everything.contains("\u{1B}"))
        #expect(!end.everything.contains("\r"))
    }

    @Test func `--quiet tells only what is wrong, and the result`() async throws {
        let quiet = try await desk.run("rehearse", "--quiet", "task.yaml")
        #expect(quiet.status == 0)
        #expect(quiet.errors.isEmpty)
        #expect(quiet.output.hasPrefix("REHEARSAL u-ab123 19880901T0000Z: ok (0): "))
        let failed = try await desk.run("rehearse", "-q", "missing.yaml")
        #expect(failed.status == 10)
        #expect(failed.errorLines.count { $0.contains(" ERROR u-ab123 ") } == 1)
        #expect(!failed.errors.isEmpty)
    }

    @Test func `--verbose tells each request with its id, and never a token`() async throws {
        try await LocalService.with(desk) { service in
            let token = try await service.token()
            let given = service.environment.merging(["PPTRANSFER_ACCESS_TOKEN": token]) { $1 }
            let end = try await desk.run("run", "--verbose", "task.yaml", with: given)
            #expect(end.status == 0)
            #expect(end.errors.contains(" DEBUG GET /v0.10/submission_id: 200 in "))
            #expect(end.errors.contains(#/ DEBUG POST \/v0.10\/transfer: 202 in \d+ ms \(request id \w{9}\)\n/#))
            #expect(end.errors.contains("DEBUG the access token of PPTRANSFER_ACCESS_TOKEN; the journal is in "))
            #expect(!end.everything.contains(token))
            let secret = try #require(service.environment["GLOBUS_CLI_CLIENT_SECRET"])
            let client = try await desk.run("run", "-v", "task.yaml", with: service.environment)
            #expect(client.status == 0)
            #expect(!client.everything.contains(secret))
            #expect(!client.errors.contains("Bearer"))
        }
    }

    @Test func `JSON lines are objects of one kind, each`() async throws {
        let end = try await desk.run("rehearse", "--log-format", "json", "--rate", "400kB", "--faults", "faults.yaml", "task.yaml")
        let lines = try end.errorLines.map { try JSONValue(text: String($0)) }
        #expect(end.status == 0)
        #expect(lines.allSatisfy { $0["pptransfer_log"] == 1 && $0["rehearsal"] == true && $0["message"].string != nil })
        #expect(lines.allSatisfy { $0["workflow"] == "u-ab123" && $0["cycle"] == "19880901T0000Z" && $0["name"] == .null })
        #expect(lines.compactMap { $0["event"].string }.filter { $0 != "progress" } == ["scanned", "submitted", "result"])
        let paused = try #require(lines.first { $0["state"] == "paused" })
        #expect(paused["level"] == "warn")
        #expect(paused["total_bytes"] == 1_000_000)
        #expect(paused["bytes"].int != nil)
        let result = try #require(lines.last)
        #expect(result["status"] == "ok")
        #expect(result["exit_status"] == 0)
        #expect(result["task"].string?.count == 36)
    }

    @Test func `what is wrong before anything began is JSON, too`() async throws {
        try desk.describe("emty: x", as: "wrong.yaml")
        let end = try await desk.run("rehearse", "wrong.yaml", with: ["PPTRANSFER_LOG_FORMAT": "json"])
        let lines = try end.errorLines.map { try JSONValue(text: String($0)) }
        #expect(end.status == 65)
        #expect(lines.count > 1)
        #expect(lines.allSatisfy { $0["level"] == "error" && $0["event"] == "problem" })
    }

    @Test func `moci's tags are at the beginning of each line, good news on stdout`() async throws {
        let end = try await desk.run("rehearse", "--log-format", "moci", "--faults", "faults.yaml", "--rate", "400kB", "task.yaml")
        #expect(end.status == 0)
        #expect(end.outputLines.dropLast().allSatisfy { $0.hasPrefix("[INFO]  REHEARSAL 20") })
        #expect(end.outputLines.count >= 3)
        #expect(end.outputLines.last?.contains(#/^\[ OK \]  REHEARSAL \S+ u-ab123 19880901T0000Z: ok \(0\): 1 file, /#) == true)
        #expect(end.errorLines.count == 1)
        #expect(end.errors.hasPrefix("[WARN]  REHEARSAL "))
        let failed = try await desk.run("rehearse", "missing.yaml", with: ["PPTRANSFER_LOG_FORMAT": "moci"])
        #expect(failed.status == 10)
        #expect(failed.output.isEmpty)
        #expect(failed.errors.contains("[ERROR]  REHEARSAL "))
        #expect(failed.errorLines.last?.contains(#/^\[FAIL\]  .* u-ab123 19880901T0000Z: source-missing \(10\): /#) == true)
    }

    @Test func `with --json moci's lines leave stdout to the document`() async throws {
        let end = try await desk.run("rehearse", "--json", "--log-format", "moci", "task.yaml")
        #expect(try JSONValue(text: end.output)["exit_status"] == 0)
        #expect(end.errors.contains("[INFO]  "))
        #expect(end.errors.contains("[ OK ]  "))
    }

    @Test func `the option comes before the variable, and a wrong one is a usage error`() async throws {
        let end = try await desk.run("rehearse", "--log-format", "text", "task.yaml", with: ["PPTRANSFER_LOG_FORMAT": "json"])
        #expect(end.status == 0)
        #expect(end.errors.hasPrefix("REHEARSAL 20"))
        let wrong = try await desk.run("rehearse", "task.yaml", with: ["PPTRANSFER_LOG_FORMAT": "xml"])
        #expect(wrong.status == 64)
        #expect(wrong.errors.contains("'xml' is not a log format; use one of text, json, moci, or unset it"))
        #expect(try await desk.run("rehearse", "-q", "-v", "task.yaml").status == 64)
    }

    @Test func `the commands that work from the journal tell in the same ways`() async throws {
        #expect(try await desk.run("rehearse", "task.yaml").status == 0)
        for command in [["rerun", "--cycle", "19880901T0000Z"], ["verify", "--all"], ["clean", "--all"]] {
            let arguments = command + ["--journal", "rehearsal/journal", "--log-format", "json", "--quiet"]
            let end = try await desk.run(arguments, in: desk.suite)
            for line in end.errorLines { #expect(try JSONValue(text: String(line))["pptransfer_log"] == 1, "\(line)") }
        }
        let manifest = try await desk.run("manifest", "--log-format", "moci", desk.data)
        #expect(manifest.status == 0)
        #expect(!manifest.output.contains("[INFO]"))
        let quiet = try await desk.run("manifest", "--quiet", "--output", desk.path("list"), desk.data)
        #expect(quiet.status == 0)
        #expect(quiet.everything.isEmpty)
    }
}

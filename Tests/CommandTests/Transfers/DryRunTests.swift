import Foundation
import Globus
import PositionedYAML
import TestSupport
import Testing

/// `run --dry-run`: everything but the requests.
struct DryRunTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/atmos.pp", "some fields")
        try desk.write("data/ocean/sst.nc", "more")
    }

    @Test func `the plan and the request are shown, and nothing is sent`() async throws {
        let server = try LoopbackServer(.respond(500))
        defer { server.stop() }
        try desk.describe(desk.description())
        let end = try await desk.run("run", "--dry-run", "task.yaml", with: Desk.service(server.base))
        #expect(end.status == 0)
        #expect(end.errors.isEmpty)
        #expect(server.requests.isEmpty)
        let lines = end.outputLines.map { $0.dropFirst("REHEARSAL ".count) }
        #expect(
            lines.prefix(4) == [
                "u-ab123 19880901T0000Z", "  from      archer2:\(desk.data)  (\(Desk.archer2))",
                "            2 files, 15 B at archer2:\(desk.data), largest atmos.pp (11 B)",
                "  to        jasmin:/gws/canari/19880901T0000Z  (\(Desk.jasmin))",
            ])
        #expect(lines.contains("POST \(server.base)/v0.10/transfer"))
    }

    @Test func `the document that is shown is the one that is sent, but for the times and the submission id`() async throws {
        let server = try LoopbackServer.refusing(.respond(403, body: #"{"code":"PermissionDenied","message":"no","request_id":"r1"}"#))
        defer { server.stop() }
        try desk.describe(desk.description("select: {exclude: [\"*.tmp\"]}"))
        let shown = try await desk.run("run", "--dry-run", "task.yaml")
        let sent = try await desk.run("run", "task.yaml", with: Desk.service(server.base))
        #expect(sent.status == 23)
        let start = try #require(shown.output.range(of: "\n{\n")?.lowerBound)
        var expected = try JSONDecoder().decode([String: JSONValue].self, from: Data(shown.output[start...].utf8))
        var actual = try JSONDecoder().decode([String: JSONValue].self, from: Data(try #require(server.submissions.last).body))
        #expect(actual.removeValue(forKey: "submission_id") == .string("c8e2b9d4-0000-4000-8000-000000000000"))
        #expect(actual.removeValue(forKey: "deadline") != nil)
        #expect(expected.removeValue(forKey: "deadline") != nil)
        #expect(actual == expected)
    }

    @Test func `no login is needed`() async throws {
        try desk.describe(desk.description())
        let end = try await desk.run("run", "--dry-run", "task.yaml")
        #expect(end.status == 0)
        #expect(end.errors.isEmpty)
        #expect(end.output.contains("POST https://transfer.api.globus.org/v0.10/transfer\n"))
    }

    @Test func `with --json it is one object with the document in it`() async throws {
        try desk.describe(desk.description())
        let end = try await desk.run("run", "--dry-run", "--json", "task.yaml")
        let report = try JSONValue(text: end.output)
        #expect(report["pptransfer"] == "plan")
        #expect(report["exit_status"] == 0)
        #expect(report["transfers"][0]["files"] == 2)
        #expect(report["transfers"][0]["bytes"] == 15)
        #expect(report["transfers"][0]["document"]["DATA"][0]["source_path"] == .string(desk.data + "/atmos.pp"))
        #expect(end.errors.isEmpty)
        #expect(end.status == 0)
    }

    @Test func `a source that is elsewhere is left to Globus to walk`() async throws {
        try desk.describe(desk.description(from: "/nowhere/on/this/machine"))
        let end = try await desk.run("run", "--dry-run", "task.yaml")
        #expect(end.status == 0)
        #expect(end.output.contains("            not mounted on this machine: Globus will list it\n"))
        #expect(
            end.output.contains(
                #""source_path":"/nowhere/on/this/machine/","destination_path":"/gws/canari/19880901T0000Z/","recursive":true"#))
    }

    @Test func `a source with nothing to send leaves as a run would`() async throws {
        try desk.describe(desk.description("select: {include: [\"*.none\"]}"))
        let end = try await desk.run("run", "--dry-run", "task.yaml")
        #expect(end.status == 12)
        #expect(end.output.contains("  problem   nothing to send from archer2:\(desk.data)\n"))
        #expect(!end.output.contains("POST"))
    }

    @Test(arguments: ["19880230T0000Z", "3", "1988-09-01T00:00:00Z"])
    func `a cycle point reaches path, label and request as it is written`(cycle: String) async throws {
        try desk.describe(desk.description(cycle: "\"\(cycle)\""))
        let end = try await desk.run("run", "--dry-run", "task.yaml")
        #expect(end.status == 0)
        #expect(end.output.hasPrefix("u-ab123 \(cycle)\n"))
        #expect(end.output.contains(#""destination_path":"/gws/canari/\#(cycle)/atmos.pp""#))
        try desk.describe(desk.description(cycle: nil), as: "cylc.yaml")
        let cylc = try await desk.run("run", "--dry-run", "cylc.yaml", with: ["CYLC_TASK_CYCLE_POINT": cycle])
        #expect(cylc.output.hasPrefix("u-ab123 \(cycle)\n"))
    }

    @Test func `--set stands before the environment, the last of a name counts, and one that nobody asks for is a warning`() async throws {
        try desk.describe(desk.description(to: "/gws/${WHERE}"))
        let end = try await desk.run(
            "run", "--dry-run", "--set", "WHERE=first", "--set", "WHERE=a=b", "--set", "WHRE=x", "task.yaml", with: ["WHERE": "environment"]
        )
        #expect(end.status == 0)
        #expect(end.output.contains("  to        jasmin:/gws/a=b  "))
        #expect(end.errors == "--set WHRE: warning: no template uses it; check its spelling\n")
    }

    @Test func `a description comes from standard input, be it a file, a pipe or a socket`() async throws {
        let text = desk.description()
        let file = try await desk.run("run", "--dry-run", "-", input: .text(text))
        #expect(file.status == 0)
        #expect(file.output.hasPrefix("u-ab123 19880901T0000Z\n"))
        try desk.describe(text)
        let pipe = try await desk.run("run", "--dry-run", "-", wrapper: ["/bin/sh", "-c", #"cat task.yaml | "$0" "$@""#])
        #expect(pipe.status == 0, "\(pipe.errors)")
        #expect(pipe.output.hasPrefix("u-ab123 19880901T0000Z\n"), "\(pipe.errors)")
        let socket = try await desk.run("run", "--dry-run", "-", input: .socket(text))
        #expect(socket.status == 0, "\(socket.errors)")
        #expect(socket.output.hasPrefix("u-ab123 19880901T0000Z\n"), "\(socket.errors)")
        let wrong = try await desk.run("run", "-", input: .text("pptransfer: 2\n"))
        #expect(wrong.errors.hasPrefix("<standard input>:1:13: error: pptransfer: written for a newer pptransfer"))
        let closed = try await desk.run("run", "-", input: .stream(.closed))
        #expect(closed.errors.hasPrefix("<standard input>:1:1: error: the file is empty"))
        #expect(closed.status == 65)
    }
}

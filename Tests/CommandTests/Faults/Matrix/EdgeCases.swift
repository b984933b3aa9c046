import Foundation
import Globus
import Rehearsal
import TestSupport

/// F80, F81, F84, F85, F88: the program's edge: its arguments, its output, what it says, and who is beside it.
let edgeCases: [FaultCase] = [
    FaultCase(80, title: "arguments are lost, or lack the subcommand", everyRun: 64) { world in
        let preload = try await world.desk.preload()
        let nameless = try await world.desk.namelessStarter()
        await world.end(of: try world.desk.start(["run"], world.environment.merging(preload) { $1 }))
        await world.end(of: try world.desk.start([], world.environment.merging(preload) { $1 }))
        await world.end(of: try world.desk.start([], world.environment))
        await world.end(of: try world.desk.start(["run"], world.environment, wrapper: Desk.withoutProc))
        await world.end(of: try world.desk.start([], world.environment, wrapper: Desk.withoutProc))
        let end = await world.end(
            of: try Program(
                [nameless, Program.path], in: world.desk.suite, environment: world.desk.environment.merging(world.environment) { $1 }))
        world.demand(end, says: "USAGE: pptransfer <subcommand>")
        world.demand(world.standIn.requests.isEmpty, "requests were made")
    },
    FaultCase(80, title: "a library that is loaded before sets variables: the run is the run", [0]) { world in
        await world.end(of: try world.start("run", "task.yaml", with: try await world.desk.preload()))
    },
    FaultCase(80, title: "without /proc nothing is begun", [71]) { world in
        let arguments = ["run", "task.yaml", "--journal", world.journal]
        await world.end(of: try world.desk.start(arguments, world.environment, wrapper: Desk.withoutProc))
        world.demand(world.standIn.requests.isEmpty, "requests were made")
    },
    FaultCase(81, title: "standard output is full, closed or without a reader, for every result", everyRun: 73) { world in
        try await world.archive()
        for output in [Program.Stream.file("/dev/full"), .closed, .brokenPipe] {
            for command in [
                ["report"], ["report", "--json"], ["receipt", "--cycle", "19880901T0000Z"], ["status", "--json"],
                ["run", "--json", "task.yaml"],
            ] {
                let program = try world.desk.start(command + ["--journal", world.journal], world.environment, output: output)
                world.demand(await world.end(of: program), says: "cannot write to standard output")
            }
            for command in [["manifest", world.desk.data], ["schema"], ["explain", "33"]] {
                await world.end(of: try world.desk.start(command, world.environment, output: output))
            }
        }
    },
    FaultCase(84, title: "the service sends back our token, as it is and encoded", everyRun: 23) { world in
        let token = "Ag9kq2Jw0Wd7ZxT5v1LpYb3RmNfH8sUeXcVbNm"
        let forms = [token, Data(token.utf8).base64EncodedString(), Data("x:\(token)".utf8).base64EncodedString()]
        world.state.withLock { $0.secrets.formUnion(forms.map { String($0.prefix(38)) }) }
        let server = try LoopbackServer.refusing(
            .respond(
                403, body: #"{"code":"PermissionDenied","message":"Bearer \#(forms.joined(separator: " "))","request_id":"\#(token)"}"#))
        defer { server.stop() }
        for more in [["-v"], ["--json"], ["--log-format", "json"]] {
            let arguments = ["run", "task.yaml", "--journal", world.journal] + more
            await world.end(of: try world.desk.start(arguments, Desk.service(server.base, token: token)))
        }
        world.demand(!server.submissions.isEmpty, "nobody sent anything back")
    },
    FaultCase(84, title: "a proxy's setting cannot be read, and holds a password", everyRun: 64) { world in
        try world.describe("wait: {outage: 1s}")
        world.state.withLock { _ = $0.secrets.insert("hUnter2") }
        for setting in ["http://me:hUnter2se/cret@proxy:1", "ftp-like://me:hUnter2secret@x:1", "http://me:hUnter2se cret@127.0.0.1:1"] {
            let proxy = ["HTTPS_PROXY": setting, "https_proxy": setting]
            let arguments = ["run", "-v", "task.yaml", "--journal", world.journal]
            await world.end(of: try world.desk.start(arguments, Desk.service("https://0.0.0.0:1").merging(proxy) { $1 }))
        }
    },
    FaultCase(85, title: "names hold CR LF, ESC, C1 and bidirectional characters", [0, 0]) { world in
        for name in wildNames { try world.desk.write("data/" + name, name) }
        world.isPlain(await world.end(of: try world.start("run", "-v", "task.yaml")))
        world.isPlain(await world.end(of: try world.start("status")))
        world.demand(try world.desk.tree("jasmin/gws/canari/19880901T0000Z").count == wildNames.count + 2, "not all of it is there")
    },
    FaultCase(85, title: "the service's text holds CR LF, ESC, C1 and bidirectional characters", [23, 50, 0]) { world in
        let text = wildNames.joined(separator: " ")
        await world.faults(http: [HTTPFault(.submit, .status(403, code: "PermissionDenied", message: text))])
        world.isPlain(await world.end(of: try world.start("run", "task.yaml")))
        await world.faults(tasks: [.task(1, .fail(code: "ENDPOINT_ERROR", details: text))])
        world.isPlain(await world.end(of: try world.start("run", "task.yaml")))
        await world.noFaults()
        world.isPlain(await world.end(of: try world.start("run", "task.yaml")))
    },
    FaultCase(88, title: "another user of this machine, with a good token, asks the simulator", [0]) { world in
        try await world.run()
        let tokens = try await world.standIn.tokens()
        let before = world.standIn.requests.count
        let stranger = CurlTransport(client: ClientInfo(known: "test", version: "1"))
        let secret = world.standIn.path
        for prefix in ["", String(secret.dropLast()), secret + "x", secret.lowercased()] {
            for path in ["/v0.10/submission_id", "/v0.10/task_list", "/v2/oauth2/authorize", "/rehearsal/advance"] {
                var request = HTTPRequest(.get, try ServiceURL(base: world.standIn.address + prefix).appending(path))
                request.authorization = .bearer(AccessToken(tokens[0].access))
                let answer = try await stranger.send(request)
                world.demand(answer.status == 404 && answer.body.isEmpty, "\(path) is answered: \(answer.status)")
            }
        }
        world.demand(world.standIn.requests.count == before, "it was taken for a request")
    },
]

private let wildNames = [
    "esc\u{1B}]0;title\u{07}\u{1B}[31m.pp", "csi\u{9B}31m.pp", "bidi\u{202E}txt.pp", "iso\u{2066}late\u{2069}.pp",
    "nel\u{85}2026-11-25T00:00:00Z INFO.pp", "ls\u{2028}ps\u{2029}.pp", "crlf\r\n2026-11-25T00:00:00Z INFO  u-ab123 1: archived.pp",
]

extension FaultWorld {
    /// Nothing in it moves a cursor or forges a line.
    fileprivate func isPlain(_ end: Ended) {
        let wild = end.text.unicodeScalars.first { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: scalar != "\n"
            default: false
            }
        }
        demand(wild == nil, "\(String(describing: wild)) in \(end.text.debugDescription)")
        demand(!end.text.split(separator: "\n").contains { $0.hasPrefix("2026-11-25T00:00:00Z") }, "a forged line in \(end.text)")
    }
}

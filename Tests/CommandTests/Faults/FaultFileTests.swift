import ArgumentParser
import Foundation
import Globus
import PPTransfer
import Rehearsal
import Testing

@testable import PPTransferCommand
@testable import PositionedYAML

@Suite struct FaultFileTests {
    private func read(_ text: String) throws(Problems) -> StandInFaults { try FaultFileReader.read(text.utf8, file: "faults.yaml").faults }

    private func lines(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch {
            return error.all.map(\.description)
        }
    }

    private func root() -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    @Test func `the example names everything that can go wrong`() throws {
        let faults = try FaultFileReader.read(file: root().path + "/examples/faults.yaml").faults
        #expect((faults.http.count, faults.tasks.count, faults.storage.count) == (23, 13, 15))
        #expect((faults.seed, faults.clockShift) == (7, .seconds(-3600)))
    }

    @Test func `the help and the example name every word and every route`() throws {
        let words = [FaultFileReader.httpVerbs, FaultFileReader.taskVerbs, FaultFileReader.storageVerbs].flatMap { $0.map(\.name) }
        let texts = [RehearseCommand.helpMessage(), try String(contentsOfFile: root().path + "/examples/faults.yaml", encoding: .utf8)]
        for text in texts {
            let known = Set(text.split { !$0.isLetter && !"-_".contains($0) }.map(String.init))
            for word in words + HTTPFault.Route.named.map(\.name) { #expect(known.contains(word), "\(word)") }
        }
    }

    @Test func `each word is read as its example writes it`() {
        for (section, which, verbs) in [
            ("http", "route: any", FaultFileReader.httpVerbs), ("tasks", "task: 1", FaultFileReader.taskVerbs),
            ("storage", "path: x", FaultFileReader.storageVerbs),
        ] {
            for verb in verbs {
                #expect(lines("pptransfer_faults: 1\n\(section):\n- {\(which), do: \(verb.example)}") == [], "\(verb.name)")
                let isRefused = !lines("pptransfer_faults: 1\n\(section):\n- {\(which), do: \(verb.name)}").isEmpty
                #expect(isRefused == (verb.value == .required), "\(verb.name)")
            }
        }
    }

    @Test func `collections are of the kinds and have the rules that the file says`() throws {
        let text = """
            pptransfer_faults: 1
            collections:
              lab: {kind: guest, closed: no-rule, encrypt: true}
              Vault: {high_assurance: true, mfa: true, read_only: true, offline: false}
            """
        let file = try FaultFileReader.read(text.utf8, file: "faults.yaml")
        var collections = try [("a", "Lab"), ("b", "Vault")].map { digit, name in
            StandInCollection(
                id: try #require(CollectionID("00000000-0000-0000-0000-00000000000\(digit)")), displayName: name, root: "/nowhere")
        }
        try file.apply(to: &collections, aliases: ["lab": collections[0].id])
        #expect((collections[0].entityType, collections[0].closure, collections[0].forcesEncryption) == (.guestCollection, .noRule, true))
        #expect((collections[0].isHighAssurance, collections[0].mounts[0].isWritable) == (false, true))
        #expect((collections[1].isHighAssurance, collections[1].requiresSecondFactor, collections[1].closure) == (true, true, nil))
        #expect((collections[1].isConnected, collections[1].mounts[0].isWritable) == (nil, false))
        let error = #expect(throws: Problems.self) { try file.apply(to: &collections, aliases: [:]) }
        #expect(
            error?.all.map(\.description) == [
                "faults.yaml:3:3: error: collections: the simulator has no collection 'lab'; write the alias of a site, or the "
                    + "collection's UUID or whole name"
            ])
        #expect(
            lines("pptransfer_faults: 1\ncollections: {a: {kind: gest}, b: [], c: {mfa: yes}}") == [
                "faults.yaml:2:25: error: collections.a.kind: 'gest' is not one of its values; did you mean 'guest'?",
                "faults.yaml:2:35: error: collections.b: a mapping is required here, but this is a list; write 'b: {kind: guest}'",
                "faults.yaml:2:48: error: collections.c.mfa: 'yes' is neither true nor false; write true",
            ])
    }

    @Test func `rules of requests`() throws {
        let text = """
            pptransfer_faults: 1
            http:
              - {route: submit, do: lose-answer}
              - {route: GET /v0.10/task/*, after: 2, times: 3, do: {status: 503, retry_after: 2}}
              - {route: ls, times: forever, do: {status: 429, code: Slow, message: m, retry_after: {date_in: 2s}, carried_out: true}}
              - {route: any, chance: 0.25, do: {slow: 500ms}}
              - route: poll
                do: {edit: {set: {faults: 3, a: "3", b: [true, null]}, each: {checksum: null}, omit: "*.nc"}}
              - {route: task, do: {html: 200}}
              - {route: task, do: html}
              - {route: task, do: {cut: 7}}
            """
        let edit = HTTPFault.AnswerEdit(
            set: ["faults": 3, "a": "3", "b": [true, nil]], setInEach: ["checksum": nil], omit: ["*.nc"])
        #expect(
            try read(text).http == [
                HTTPFault(.submit, .loseAnswer), HTTPFault(.task, .status(503, retryAfter: .seconds(2)), .times(3, after: 2)),
                HTTPFault(
                    .list, .status(429, code: "Slow", message: "m", retryAfter: .date(in: .seconds(2)), isCarriedOut: true), .forever),
                HTTPFault(.any, .slow(.milliseconds(500)), FaultCount(chance: 0.25)), HTTPFault(.poll, .edit(edit)),
                HTTPFault(.task, .html(status: 200)), HTTPFault(.task, .html(status: 502)), HTTPFault(.task, .cut(bytes: 7)),
            ])
    }

    @Test func `rules of tasks and of storage`() throws {
        let text = """
            pptransfer_faults: 1
            tasks:
              - {task: 1, at: 50%, do: {pause: tape robot, for: 3s}}
              - {task: 2, do: pause}
              - {label: "*", times: 1, do: {cancel: admin, message: full}}
              - {label: "*", do: {inactive: 3s}}
              - {task: 3, do: {fault: FILE_NOT_FOUND, files: "*.pp", for: 5s, times: 4}}
              - {task: 3, do: {skip-errors: ["*.nc"]}}
              - {task: 4, do: {resend: ["*.h5"], times: 3}}
            storage:
              - {path: "*b.nc", do: flip}
              - {path: /gws/x, when: written, after: 1, times: 2, do: {truncate: 10}}
              - {path: "*", do: grow}
            clock: {shift: 2h}
            """
        let faults = try read(text)
        #expect(
            faults.tasks == [
                .task(1, at: 0.5, .pause(message: "tape robot", for: .seconds(3))), .task(2, .pause(message: "paused in a rehearsal")),
                .label("*", .cancel(byAdministrator: true, message: "full"), .once), .label("*", .deactivate(for: .seconds(3))),
                .task(3, .fault("FILE_NOT_FOUND", files: ["*.pp"], for: .seconds(5), times: 4)), .task(3, .skip(files: ["*.nc"])),
                .task(4, .resend(files: ["*.h5"], times: 3)),
            ])
        #expect(
            faults.storage == [
                StorageFault("*b.nc", .flip), StorageFault("/gws/x", .truncate(bytes: 10), when: .written, .times(2, after: 1)),
                StorageFault("*", .grow(bytes: 1)),
            ])
        #expect(faults.clockShift == .seconds(7200))
    }

    @Test func `rules that nothing met are told at their place`() throws {
        let text =
            "pptransfer_faults: 1\nhttp:\n- {route: task, do: stall}\n- {route: ls, do: stall}\n- {route: ls, chance: 0.1, do: stall}\ntasks: [{task: 9, do: expire}]"
        let file = try FaultFileReader.read(text.utf8, file: "faults.yaml")
        #expect(
            file.unmet(FaultUses(http: [2, 0, 0], tasks: [0], storage: [])).map(\.description) == [
                "faults.yaml:4:3: warning: http: no request met this rule; check its route and its count",
                "faults.yaml:6:9: warning: tasks: no task met this rule; check which it names",
            ])
    }

    @Test(arguments: faultMessages)
    func `a mistake is told with its place and a remedy`(text: String, expected: [String]) {
        #expect(lines(text) == expected.map { "faults.yaml:" + $0 })
    }

    @Test func `all mistakes of a file are told in one pass`() {
        let text = """
            pptransfer_faults: 1
            htp: []
            http:
              - {route: sumbit, do: loose-answer}
              - {route: task, tiems: 3, do: {status: 99, retry: 2}}
            tasks:
              - {task: 0, at: 150%, do: {pause: x, at: 3s}}
            storage: {path: x}
            """
        #expect(
            lines(text) == [
                "faults.yaml:2:1: error: htp: this key is not known; did you mean 'http'?",
                "faults.yaml:4:13: error: http.route: 'sumbit' is not a route; did you mean 'submit'?",
                "faults.yaml:4:25: error: http.do: 'loose-answer' is not one of its values; did you mean 'lose-answer'?",
                "faults.yaml:5:19: error: http.tiems: this key is not known; did you mean 'times'?",
                "faults.yaml:5:42: error: http.do.status: '99' is not an HTTP status; write a number from 200 to 599",
                "faults.yaml:5:46: error: http.do.retry: this key is not known; known here are status, code, message, retry_after, carried_out",
                "faults.yaml:7:12: error: tasks.task: '0' is not a whole number from 1 on; write it in digits",
                "faults.yaml:7:19: error: tasks.at: '150%' is not a percentage; write it as in 50%, from 0% to 100%",
                "faults.yaml:7:40: error: tasks.do.at: this is of the rule, not of what it does; write it beside 'do'",
                "faults.yaml:8:10: error: storage: a list is required here, but this is a mapping; write one rule per line after '- '",
            ])
    }
}

private func rule(_ section: String, _ text: String) -> String { "pptransfer_faults: 1\n\(section):\n- {\(text)}" }

private let httpVerbs =
    "lose-answer, refuse, stall, outage, slow, status, html, empty, not-json, cut, truncate, edit, unauthorized, expire-tokens, "
    + "revoke-tokens, invalid-grant, consent-required, session-expired, conflict, too-many-tasks"

private let faultMessages: [(String, [String])] = [
    ("", ["1:1: error: this file is empty; the smallest file is 'pptransfer_faults: 1'"]),
    (
        "pptransfer_faults: 2",
        [
            "1:20: error: pptransfer_faults: written for a newer pptransfer: its format is 2, and this one reads 1; install a newer pptransfer"
        ]
    ),
    ("pptransfer_faults: one", ["1:20: error: pptransfer_faults: 'one' is not a format; write 'pptransfer_faults: 1'"]),
    ("seed: 7", ["1:1: error: pptransfer_faults: this key is missing; begin the file with 'pptransfer_faults: 1'"]),
    ("pptransfer_faults: 1\n---\nhttp: []", ["3:1: error: a second document; write all faults in one"]),
    (
        "pptransfer_faults: 1\nclock: {shift: 60}",
        ["2:16: error: clock.shift: '60' has no unit; write 60s, 60m, 60h or 60d for seconds, minutes, hours or days"]
    ),
    (rule("http", "do: stall"), ["3:3: error: http.route: this key is missing; name a route, as in 'route: task', or 'any'"]),
    (rule("http", "route: task"), ["3:3: error: http.do: this key is missing; say what happens, as in 'do: lose-answer'"]),
    (rule("http", "route: task, do: slow"), ["3:21: error: http.do: 'slow' lacks its value; write 'do: {slow: 500ms}'"]),
    (rule("http", "route: task, do: {stall: 3s}"), ["3:29: error: http.do.stall: 'stall' takes no value; write 'do: stall'"]),
    (rule("http", "route: task, do: {message: m}"), ["3:21: error: http.do: this does not say what happens; write one of \(httpVerbs)"]),
    (rule("http", "route: task, do: {slow: 1s, html: 200}"), ["3:32: error: http.do: 'slow' and 'html' at once; write a rule for each"]),
    (
        rule("http", "route: task, do: {slow: 1s, code: X}"),
        ["3:32: error: http.do.code: this does not define 'slow'; it takes no options"]
    ),
    (rule("http", "route: task, times: 0, do: stall"), ["3:24: error: http.times: '0' is not a number of times; write 1, 2, … or forever"]),
    (rule("http", "route: task, chance: 2, do: stall"), ["3:25: error: http.chance: '2' is not a chance; write it as in 0.2, up to 1"]),
    (rule("tasks", "task: 1, label: x, do: expire"), ["3:20: error: tasks.label: 'task' and 'label' at once; remove one of the two"]),
    (rule("tasks", "do: expire"), ["3:3: error: tasks.task: this key is missing; name a task, as in 'task: 1' or 'label: \"*\"'"]),
    (
        rule("tasks", "task: 1, do: {cancel: pope}"),
        ["3:26: error: tasks.do.cancel: 'pope' is not one of its values; write one of owner, admin"]
    ),
    (
        rule("tasks", "task: 1, do: {fail: X, for: 3s}"),
        ["3:27: error: tasks.do.for: this does not define 'fail'; its options are message"]
    ),
    (rule("storage", "do: flip"), ["3:3: error: storage.path: this key is missing; name files, as in 'path: \"*.nc\"'"]),
    (
        rule("storage", "path: x, when: sent, do: deny"),
        ["3:19: error: storage.when: this does not define 'deny'; it goes with flip, stale, exchange, truncate, grow, drop, extra"]
    ),
    (rule("storage", "path: x, do: {extra: a/b}"), ["3:25: error: storage.do.extra: 'a/b' is not a file's name; write a name without '/'"]),
    (
        rule("storage", "path: x, do: {truncate: -1}"),
        ["3:28: error: storage.do.truncate: '-1' is not a whole number from 1 on; write it in digits"]
    ),
]

import Foundation
import Globus
import PositionedYAML
import Rehearsal
import TestSupport
import Testing

/// Names and messages of others, through every command: nothing in them reaches a terminal, forges a line, or is lost to programs.
struct ForeignTextTests {
    /// Names that a file may have. What each may look like ends the name, so that it is found in any output.
    private static let names = [
        "esc\u{1B}]0;title\u{07}\u{1B}[31m.pp", "csi\u{9B}31m.pp", "bidi\u{202E}txt.pp", "iso\u{2066}late\u{2069}.pp",
        "bell\u{07}\u{08}.pp",
        "tab\tdel\u{7F}.pp", "nel\u{85}2026-11-25T00:00:00Z INFO.pp", "ls\u{2028}ps\u{2029}.pp", "zero\u{200B}bom\u{FEFF}.pp",
        "crlf\r\n2026-11-25T00:00:00Z INFO  u-ab123 1: archived.pp", "cr\rINFO.pp", "lf\nINFO.pp",
    ]
    private static let shown = [
        #"esc\u{1B}]0;title\u{07}\u{1B}[31m.pp"#, #"csi\u{009B}31m.pp"#, #"bidi\u{202E}txt.pp"#, #"iso\u{2066}late\u{2069}.pp"#,
        #"bell\u{07}\u{08}.pp"#, #"tab\tdel\u{7F}.pp"#, #"nel\u{0085}2026-11-25T00:00:00Z INFO.pp"#, #"ls\u{2028}ps\u{2029}.pp"#,
        #"zero\u{200B}bom\u{FEFF}.pp"#, #"crlf\r\n2026-11-25T00:00:00Z INFO  u-ab123 1: archived.pp"#, #"cr\rINFO.pp"#, #"lf\nINFO.pp"#,
    ]
    private static let message = names.joined(separator: " ")
    private static let shownMessage = shown.joined(separator: " ")

    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.describe(desk.description())
    }

    /// No character but the line feed moves anything.
    private func expectPlain(_ text: String, _ comment: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let wild = text.unicodeScalars.first { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: scalar != "\n"
            default: false
            }
        }
        #expect(wild == nil, "\(comment): \(String(describing: wild)) in \(text.debugDescription)", sourceLocation: sourceLocation)
        #expect(
            !text.split(separator: "\n").contains { $0.hasPrefix("2026-11-25T00:00:00Z") || $0.hasPrefix("INFO") }, "\(comment): \(text)",
            sourceLocation: sourceLocation)
    }

    private func expectPlain(_ end: Completed, _ comment: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(end.status >= 0, "\(comment): \(end.status) \(end.everything)", sourceLocation: sourceLocation)
        #expect(end.status != 1, "\(comment): \(end.status) \(end.everything)", sourceLocation: sourceLocation)
        expectPlain(end.output, comment, sourceLocation: sourceLocation)
        expectPlain(end.errors, comment, sourceLocation: sourceLocation)
    }

    /// Every string of a document.
    private func strings(_ value: JSONValue) -> [String] {
        value.string.map { [$0] } ?? (value.array ?? []).flatMap(strings) + (value.object ?? [:]).values.flatMap(strings)
    }

    @Test func `names of files, from the scan to the clean-up`() async throws {
        for name in Self.names { try desk.write("data/" + name, String(repeating: name, count: 3)) }
        let journal = ["--journal", desk.path("suite/rehearsal/journal")]
        let plan = try await desk.run("run", "--dry-run", "task.yaml")
        expectPlain(plan, "dry run")
        #expect(plan.status == 0, "\(plan.everything)")
        #expect(Self.shown.contains { plan.output.contains("largest \($0)") }, "\(plan.everything)")
        let document = try #require(plan.output.firstRange(of: "\n{\n"), "\(plan.output)")
        let sent = strings(try JSONValue(text: String(plan.output[document.lowerBound...])))
        for name in Self.names { #expect(sent.contains(desk.data + "/" + name), "\(name.debugDescription)") }

        for format in ["text", "moci", "json"] {
            try? FileManager.default.removeItem(atPath: desk.path("suite/rehearsal"))
            expectPlain(try await desk.run("rehearse", "-v", "--log-format", format, "task.yaml"), "rehearse \(format)")
        }
        let manifest = try await desk.run("manifest", desk.data, "--output", desk.path("sums"))
        expectPlain(manifest, "manifest")

        // Gone at the destination: each is named.
        let arrived = desk.path("suite/rehearsal/jasmin/gws/canari/19880901T0000Z/")
        for name in Self.names { try FileManager.default.removeItem(atPath: arrived + name) }
        try desk.write("data/again.pp", "x")
        let collections = try await rehearsedListing()
        expectPlain(collections, "listing")
        for (arguments, format) in [
            ("receipt --cycle 19880901T0000Z", ""), ("status", ""), ("clean --all", ""), ("report --format markdown", ""), ("report", ""),
        ] {
            expectPlain(try await desk.start(arguments.split(separator: " ").map(String.init) + journal).completed(), arguments + format)
        }
        let metrics = try await desk.start(["report", "--metrics", desk.path("metrics.prom")] + journal).completed()
        expectPlain(metrics, "metrics")
        expectPlain(String(decoding: try #require(desk.contents("metrics.prom")), as: UTF8.self), "metrics")
    }

    /// What a stand-in shows of `data`, by `collections ls`, and what `verify` misses of what was there.
    private func rehearsedListing() async throws -> Completed {
        var listed: Completed?
        try await LocalService.with(desk) { service in
            listed = try await desk.run("collections", "ls", "archer2:\(desk.data)", with: service.environment)
            let exact = try await desk.run("collections", "ls", "--json", "archer2:\(desk.data)", with: service.environment)
            let names = strings(try JSONValue(text: exact.output))
            expectPlain(exact.output, "ls --json")
            for (name, shown) in zip(Self.names, Self.shown) {
                #expect(names.contains(name), "\(name.debugDescription)")
                #expect(try #require(listed).output.contains(shown), "\(shown)")
            }
            let run = try await desk.run("run", "task.yaml", with: service.environment)
            expectPlain(run, "run")
            try FileManager.default.removeItem(atPath: desk.path("jasmin/gws"))
            try desk.write("jasmin/gws/canari/19880901T0000Z/again.pp", "x")
            for arguments in [["verify", "--all"], ["verify", "--all", "--log-format", "moci"]] {
                let end = try await desk.start(arguments, service.environment).completed()
                expectPlain(end, "verify")
            }
            let verified = try await desk.run("verify", "--all", "--json", with: service.environment)
            expectPlain(verified.output, "verify --json")
        }
        return try #require(listed)
    }

    @Test func `links, pipes and names that are not UTF-8 are named as they can be found`() async throws {
        try desk.write("data/a.pp", "a")
        for (name, target) in zip(Self.names, Self.names.reversed()) {
            try FileManager.default.createSymbolicLink(atPath: desk.data + "/link " + name, withDestinationPath: target)
        }
        for name in Self.names.prefix(3) { #expect(mkfifo(desk.data + "/pipe " + name, 0o600) == 0) }
        let latin: [CChar] =
            desk.data.utf8CString.dropLast() + "/lat".utf8CString.dropLast() + [CChar(truncatingIfNeeded: 0xE9)] + "n.pp".utf8CString
        let descriptor = open(latin, O_CREAT | O_WRONLY, 0o600)
        #expect(descriptor >= 0)
        close(descriptor)
        for arguments in [["run", "--dry-run", "task.yaml"], ["rehearse", "task.yaml"], ["manifest", desk.data]] {
            let end = try await desk.start(arguments).completed()
            expectPlain(end, "\(arguments)")
            #expect(end.status == 10 || end.status == 65, "\(end.status)")
            #expect(end.everything.contains(#"lat\xE9n.pp has a name that is not UTF-8"#), "\(end.everything)")
            #expect(end.everything.contains(#"link csi\u{009B}31m.pp is a symbolic link"#), "\(end.everything)")
        }
    }

    @Test func `messages of the service are one line each`() async throws {
        try desk.write("data/a.pp", "a")
        let yaml =
            "\""
            + Self.message.unicodeScalars.map {
                $0.value < 0x80 && $0.value >= 0x20 ? String($0) : "\\U" + String(format: "%08x", $0.value)
            }.joined() + "\""
        let rules = [
            "tasks: [{task: 1, at: 50%, do: {pause: \(yaml), for: 1s}}]",
            "tasks: [{task: 1, do: {fail: QUOTA_EXCEEDED, message: \(yaml)}}]",
            "tasks: [{task: 1, do: {cancel: admin, message: \(yaml)}}]", "tasks: [{task: 1, do: {status: \(yaml), for: 1s}}]",
            "tasks: [{task: 1, do: {nice-status: \(yaml), for: 1s}}]", "tasks: [{task: 1, do: {fault: \(yaml), for: 1s}}]",
            "http: [{route: submit, do: {status: 403, code: PermissionDenied, message: \(yaml)}}]",
            "http: [{route: submit, do: {status: 403, code: \(yaml), message: no}}]",
            "http: [{route: submission_id, do: {status: 400, code: BadRequest, message: \(yaml)}}]",
            "http: [{route: ls, times: 9, do: {status: 403, code: EndpointPermissionDenied, message: \(yaml)}}]",
        ]
        for (number, rule) in rules.enumerated() {
            try desk.write("suite/faults.yaml", "pptransfer_faults: 1\n\(rule)\n")
            for format in ["text", "moci", "json"] {
                let root = "r\(number)\(format)"
                let end = try await desk.run("rehearse", "--root", root, "--faults", "faults.yaml", "--log-format", format, "task.yaml")
                expectPlain(end, rule)
                if format == "text" {
                    #expect(
                        end.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("REHEARSAL ") || $0.hasPrefix("faults.yaml:") },
                        "\(end.errors)")
                }
                let journal = ["--journal", desk.path("suite/\(root)/journal")]
                for arguments in [
                    ["status"], ["receipt", "--cycle", "19880901T0000Z"], ["report", "--format", "markdown"], ["report"],
                    ["status", "--json"],
                ] {
                    expectPlain(try await desk.start(arguments + journal).completed(), "\(arguments) after \(rule)")
                }
            }
        }
    }

    @Test func `names of collections and of people are one line each`() async throws {
        try await LocalService.with(desk) { configuration in
            for index in configuration.collections.indices { configuration.collections[index].displayName = Self.message }
        } _: { service in
            for arguments in [
                ["check", "task.yaml"], ["collections", "show", "jasmin"], ["collections", "search", "esc"], ["whoami"],
            ] {
                let end = try await desk.start(arguments, service.environment).completed()
                expectPlain(end, "\(arguments)")
                if arguments[0] != "whoami" { #expect(end.output.contains(Self.shownMessage), "\(end.everything)") }
                let exact = try await desk.start(arguments + ["--json"], service.environment).completed()
                expectPlain(exact.output, "\(arguments) --json")
                if arguments[0] == "collections" {
                    #expect(strings(try JSONValue(text: exact.output)).contains(Self.message), "\(exact.output)")
                }
            }
        }
    }

    @Test func `records that were written by others, and words of the command line`() async throws {
        try desk.write("data/a.pp", "a")
        #expect(try await desk.run("rehearse", "task.yaml").status == 0)
        let file = "suite/rehearsal/journal/u-ab123/"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: desk.path(file)).first { $0.hasSuffix(".json") })
        let text = String(decoding: try #require(desk.contents(file + name)), as: UTF8.self)
        let task = try #require(text.firstMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/)?.output)
        let wild = #"\u001b[31m\u009b\u202e\r\n2026-11-25T00:00:00Z"#
        try desk.write(file + name, text.replacing(task, with: wild).replacing("u-ab123", with: "u-ab123" + wild))
        let journal = ["--journal", desk.path("suite/rehearsal/journal")]
        for arguments in [
            ["status"], ["report"], ["report", "--format", "markdown"], ["receipt", "--cycle", "19880901T0000Z"], ["clean", "--all"],
        ] {
            expectPlain(try await desk.start(arguments + journal).completed(), "\(arguments)")
        }
        for word in Self.names {
            for arguments in [
                ["run", word], ["validate", word], ["status", "--" + word], ["explain", word], [word],
                ["collections", "show", word, "--outage", "1s"],
            ] {
                expectPlain(try await desk.start(arguments, Desk.service("http://127.0.0.1:9")).completed(), "\(arguments)")
            }
        }
    }
}

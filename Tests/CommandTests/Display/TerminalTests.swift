import Foundation
import TestSupport
import Testing

/// What whoever sits before a terminal sees.
struct TerminalTests {
    private let desk: Desk
    private static let rich = ["TERM": "xterm-256color", "LANG": "C.UTF-8"]

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data(count: 1_500_000))
        try desk.describe(desk.description("name: atmos"))
    }

    /// Runs with a terminal for stderr.
    private func rehearse(
        _ arguments: [String] = [], with environment: [String: String], on terminal: Terminal
    ) async throws -> Completed {
        try await Turns.programs.pass {
            let command = ["rehearse", "--rate", "500kB"] + arguments + ["task.yaml"]
            return try await self.desk.start(command, environment, errors: .file(terminal.path)).completed()
        }
    }

    /// Waits until the reader has all of it: what the program wrote last arrives a moment after its end.
    private func text(of terminal: Terminal, with last: String) async throws -> String {
        for _ in 0..<500 where !terminal.written.contains(last) { try await Task.sleep(for: .milliseconds(10)) }
        return terminal.written
    }

    @Test func `a bar is drawn, moves, and is gone in the end`() async throws {
        let terminal = try Terminal(width: 120)
        let end = try await rehearse(with: Self.rich, on: terminal)
        #expect(end.status == 0)
        let written = terminal.written
        #expect(written.contains("u-ab123 19880901T0000Z atmos  [\u{1B}[32m"))
        #expect(written.contains("█"))
        #expect(written.contains("MB/1.5 MB"))
        #expect(written.contains(" s left"))
        #expect(terminal.screen.allSatisfy { $0.isEmpty || $0.hasPrefix("REHEARSAL 20") }, "\(terminal.screen)")
        #expect(!written.contains("\u{1B}[?25l"), "a hidden cursor would stay hidden if the program were killed")
    }

    @Test(arguments: [40, 80] as [UInt16]) func `no line of the bar is broken by the terminal's edge`(width: UInt16) async throws {
        let terminal = try Terminal(width: width)
        _ = try await rehearse(["--log-format", "moci"], with: Self.rich.merging(["NO_COLOR": "1"]) { $1 }, on: terminal)
        // With that format information goes to stdout, so that stderr has the bar alone.
        let bars = terminal.written.replacing("\u{1B}[J", with: "\n").split(whereSeparator: \.isNewline)
        #expect(bars.contains { $0.contains("[█") }, "\(bars)")
        #expect(bars.allSatisfy { $0.count < Int(width) }, "\(bars)")
    }

    @Test func `several transfers have a line each, and lines of the log go above them`() async throws {
        try desk.write("data/o.nc", Data(count: 1_000_000))
        try desk.describe(
            desk.description("name: atmos\nselect: {include: [\"*.pp\"]}") + "---\n"
                + desk.description("name: ocean\nselect: {include: [\"*.nc\"]}", to: "/gws/ocean/{cycle}"))
        try desk.write("suite/faults.yaml", "pptransfer_faults: 1\ntasks:\n  - {task: 2, at: 50%, do: {pause: \"tape robot\", for: 4s}}\n")
        let terminal = try Terminal(width: 120)
        let end = try await rehearse(["--faults", "faults.yaml"], with: Self.rich, on: terminal)
        #expect(end.status == 0)
        _ = try await text(of: terminal, with: "paused by an administrator")
        #expect(terminal.written.contains("atmos  ["))
        #expect(terminal.written.contains("ocean  ["))
        #expect(terminal.written.contains("\u{1B}[1A"))
        #expect(terminal.screen.contains { $0.hasSuffix("administrator: tape robot") }, "\(terminal.screen)")
        #expect(terminal.screen.allSatisfy { $0.isEmpty || $0.hasPrefix("REHEARSAL 20") }, "\(terminal.screen)")
    }

    @Test func `a signal leaves a clean terminal`() async throws {
        let terminal = try Terminal(width: 100)
        let program = try desk.start(["rehearse", "--rate", "5kB", "task.yaml"], Self.rich, errors: .file(terminal.path))
        try await until(program) { terminal.written.contains("atmos  [") }
        program.signal(SIGINT)
        #expect(await program.completed().status == 130)
        _ = try await text(of: terminal, with: "it resumes this transfer")
        #expect(
            terminal.screen.allSatisfy { $0.isEmpty || $0.hasPrefix("REHEARSAL 20") || $0.hasPrefix("REHEARSAL     ") },
            "\(terminal.screen)")
    }

    @Test func `a terminal that becomes narrower gets a narrower bar`() async throws {
        let terminal = try Terminal(width: 120)
        let program = try desk.start(["rehearse", "--rate", "5kB", "task.yaml"], Self.rich, errors: .file(terminal.path))
        try await until(program) { terminal.written.contains("atmos  [") }
        terminal.resize(width: 40, height: 24)
        try await until(program) { terminal.written.contains("u-ab123 1…00Z atmos  [") }
        #expect(!program.hasEnded)
        program.signal(SIGTERM)
        #expect(await program.completed().status == 143)
    }

    @Test(arguments: [["LC_ALL": "C"], ["LANG": ""], ["LC_CTYPE": "POSIX", "LANG": "C.UTF-8"]])
    func `a plain locale gets a bar of ASCII`(locale: [String: String]) async throws {
        let terminal = try Terminal(width: 100)
        _ = try await rehearse(with: Self.rich.merging(locale) { $1 }.merging(["NO_COLOR": "1"]) { $1 }, on: terminal)
        #expect(terminal.written.contains("[##"))
        #expect(terminal.written.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func `with NO_COLOR there is a bar, but no colour`() async throws {
        let terminal = try Terminal(width: 100)
        _ = try await rehearse(with: Self.rich.merging(["NO_COLOR": "1"]) { $1 }, on: terminal)
        #expect(terminal.written.contains("atmos  [█"))
        #expect(!terminal.written.contains(/\u{1B}\[[0-9;]*m/))
    }

    @Test(arguments: [["TERM": "dumb", "LANG": "C.UTF-8"], ["LANG": "C.UTF-8"]])
    func `a terminal that cannot go back in its line gets lines alone`(environment: [String: String]) async throws {
        let terminal = try Terminal(width: 100)
        let end = try await rehearse(with: environment, on: terminal)
        #expect(end.status == 0)
        let written = try await text(of: terminal, with: "moving: ")
        #expect(!written.contains("\u{1B}"))
        #expect(!written.contains("  ["))
        #expect(written.contains("submitted as Globus task"))
    }

    @Test(arguments: [["--quiet"], ["--log-format", "json"]]) func `no bar where none is wanted`(arguments: [String]) async throws {
        let terminal = try Terminal(width: 100)
        let end = try await rehearse(arguments, with: Self.rich, on: terminal)
        #expect(end.status == 0)
        #expect(end.output.contains("ok (0)"))
        #expect(!terminal.written.contains("\u{1B}"))
    }

    @Test func `a warning on a terminal stands out, unless there is no colour`() async throws {
        try desk.write("suite/faults.yaml", "pptransfer_faults: 1\ntasks:\n  - {task: 1, at: 50%, do: {pause: \"tape robot\", for: 4s}}\n")
        let terminal = try Terminal(width: 200)
        _ = try await rehearse(["--faults", "faults.yaml"], with: Self.rich, on: terminal)
        #expect(terminal.written.contains("\u{1B}[33mWARN \u{1B}[0m u-ab123 19880901T0000Z atmos: paused by an administrator"))
    }
}

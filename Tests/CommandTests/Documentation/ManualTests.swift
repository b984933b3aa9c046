import Foundation
import TestSupport
import Testing

@testable import PPTransferCommand

/// The manual page, and what shells ask for.
struct ManualTests {
    private let desk: Desk

    init() throws { desk = try Desk() }

    @Test func `the manual page has every command, and leaves out those that are hidden`() async throws {
        let end = try await desk.run("manual", with: ["SOURCE_DATE_EPOCH": "0"])
        #expect(end.status == 0)
        #expect(end.output.hasPrefix(#".TH "PPTRANSFER" "1" "1970-01-01" "#))
        for command in PPTransferTool.configuration.subcommands {
            let name = try #require(command.configuration.commandName)
            #expect(
                end.outputLines.contains { $0.hasPrefix(#".SS "pptransfer \#(name)"#) } == command.configuration.shouldDisplay, "\(name)")
        }
        #expect(end.output.contains(#"\fB\-\-dry\-run\fR"#))
    }

    @Test func `the manual page has every variable that is ours to tell of`() async throws {
        let sources = Document.package + "/Sources"
        let files = try FileManager.default.subpathsOfDirectory(atPath: sources).filter {
            $0.hasSuffix(".swift") && !$0.contains("/Manual/")
        }
        let names = files.reduce(into: Set<String>()) { names, file in
            let text = String(decoding: FileManager.default.contents(atPath: sources + "/" + file) ?? Data(), as: UTF8.self)
            for match in text.matches(of: /"((?:PPTRANSFER|GLOBUS|SLURM|XDG)_[A-Z_]+)"/) { names.insert(String(match.1)) }
        }
        #expect(names.count > 15)
        let page = try await desk.run("manual").output
        for name in names.sorted() { #expect(page.contains(name), "\(name)") }
    }

    @Test func `text that looks like a request, or has marks of the formatter, comes out as it is`() {
        var roff = Roff()
        roff.paragraphs("one\n\n  .two \\ 'three'\n\n  four\n\nfive – six")
        #expect(
            roff.text == """
                one
                .sp
                .RS 4
                .nf
                \\&.two \\e \\(aqthree\\(aq
                four
                .fi
                .RE
                .PP
                five \\[u2013] six

                """)
    }

    /// As a shell's script asks when somebody presses the tabulator.
    private func completions(_ words: String..., of argument: String, in command: String, with extra: [String: String] = [:])
        async throws -> [Substring]
    {
        let end = try await Turns.programs.pass {
            try await desk.start(
                ["---completion", command, "--", argument, "\(words.count - 1)", "0"] + words,
                extra.merging(["SAP_SHELL": "bash", "SAP_SHELL_VERSION": "5.2"]) { $1 }
            ).completed()
        }
        return end.outputLines
    }

    @Test func `a shell completes aliases of the sites and workflows of the journal`() async throws {
        let aliases = try await completions("pptransfer", "login", "--collection", "", of: "--collection", in: "login")
        #expect(aliases.count > 10)
        #expect(Set(aliases).isSuperset(of: ["archer2", "jasmin", "vault"]))
        try desk.write("journal/u-ab123/1.json", "{}")
        try desk.write("journal/u-b%2Fc/1.json", "{}")
        try desk.write("journal/empty/1.lock", "")
        let workflows = try await completions(
            "pptransfer", "status", "", of: "positional@0", in: "status", with: ["PPTRANSFER_JOURNAL": desk.path("journal")])
        #expect(workflows == ["u-ab123", "u-b/c"])
        let named = try await completions("pptransfer", "status", "--journal", desk.path("journal"), "", of: "positional@0", in: "status")
        #expect(named == ["u-ab123", "u-b/c"])
    }
}

import ArgumentParser
import Foundation
import Testing

@testable import PPTransferCommand

/// The command line, and the variables that say where Globus is.
struct CommandLineTests {
    private let desk: Desk

    init() throws { desk = try Desk() }

    @Test(arguments: [
        (["run"], "Missing expected argument '<file> ...'"),
        (["run", "--set", "A", "task.yaml"], "The value 'A' is invalid for '--set <NAME=value>'"),
        (["run", "--set", "=A", "task.yaml"], "The value '=A' is invalid for '--set <NAME=value>'"),
        (["run", "--frobnicate", "task.yaml"], "Unknown option '--frobnicate'"),
        (["frobnicate"], "Unexpected argument 'frobnicate'"),
        (["rehearse"], "name a description, or --serve for other programs"),
        (["rehearse", "--serve", "task.yaml"], "--serve takes no description; leave out task.yaml"),
        (["rehearse", "--serve", "--make-source"], "--serve takes no description; leave out --make-source"),
        (["verify", "w", "--all", "--via", "manifest", "--write-sums"], "--write-sums goes with a verification on this machine"),
        (["rehearse", "--port", "3", "task.yaml"], "--port, --ready, --local and --login-required go with --serve"),
        (["rehearse", "--rate", "fast", "task.yaml"], "The value 'fast' is invalid for '--rate <amount>'"),
        (["rehearse", "--serve", "--local", "nowhere"], "--local nowhere: no site has this alias; known are "),
    ])
    func `a wrong command line is told, and leaves with 64`(arguments: [String], message: String) async throws {
        try desk.describe(desk.description())
        let end = try await desk.start(arguments).completed()
        #expect(end.errors.hasPrefix("Error: " + message))
        #expect(end.status == 64)
        #expect(end.output.isEmpty)
    }

    @Test(arguments: [
        (
            "GLOBUS_SDK_VERIFY_SSL", "0",
            "GLOBUS_SDK_VERIFY_SSL: '0' would switch off TLS verification, which pptransfer never does; unset it, or give the path of a CA bundle"
        ),
        (
            "GLOBUS_SDK_VERIFY_SSL", "/nowhere.pem",
            "GLOBUS_SDK_VERIFY_SSL: '/nowhere.pem' is neither a yes or no nor a CA bundle that can be read (there is no such file); unset it, or give the bundle's path"
        ),
        (
            "GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://transfer.example.org/",
            "GLOBUS_SDK_SERVICE_URL_TRANSFER: 'http://transfer.example.org/' would send your login over plain http; use https (http is for 127.0.0.1, ::1 and localhost alone)"
        ),
        (
            "GLOBUS_SDK_SERVICE_URL_AUTH", "http://127.0.0.1.example.org/",
            "GLOBUS_SDK_SERVICE_URL_AUTH: 'http://127.0.0.1.example.org/' would send your login over plain http; use https (http is for 127.0.0.1, ::1 and localhost alone)"
        ),
        (
            "GLOBUS_SDK_ENVIRONMENT", "productoin",
            "GLOBUS_SDK_ENVIRONMENT: 'productoin' is not an environment of Globus; unset it, or write production or preview"
        ),
        ("GLOBUS_SDK_HTTP_TIMEOUT", "1m", "GLOBUS_SDK_HTTP_TIMEOUT: '1m' is not a number of seconds; write 60, for example, or unset it"),
    ])
    func `a variable that cannot be meant is told, and leaves with 64`(name: String, value: String, message: String) async throws {
        try desk.describe(desk.description())
        let extra = ["PPTRANSFER_ACCESS_TOKEN": "a-token", name: value]
        let text = try await desk.run("run", "task.yaml", with: extra)
        #expect(text.errors == "error: \(message)\n")
        #expect(text.output.isEmpty)
        #expect(text.status == 64)
        let json = try await desk.run("run", "--json", "task.yaml", with: extra)
        #expect(json.output.contains("\"exit_status\" : 64"))
        #expect(json.status == 64)
    }

    @Test func `--version and --help answer on standard output`() async throws {
        let version = try await desk.run("--version")
        #expect(version.output.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
        #expect(version.errors.isEmpty)
        #expect(version.status == 0)
        for arguments in [["--help"], ["help", "run"], ["run", "--help"], ["rehearse", "--help"]] {
            let help = try await desk.start(arguments).completed()
            #expect(help.output.contains("USAGE: pptransfer"))
            #expect(help.errors.isEmpty)
            #expect(help.status == 0)
        }
    }

    @Test func `a terminal of 80 columns shows each command's usage in one line`() {
        func commands(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
            [command] + command.configuration.subcommands.flatMap(commands)
        }
        let all = commands(PPTransferTool.self)
        #expect(all.count > 25)
        for command in all {
            let usage = PPTransferTool.usageString(for: command)
            #expect(!usage.contains("\n") && "USAGE: \(usage)".count <= 80, "\(usage)")
        }
    }

    @Test(arguments: [["--help"], ["-h"], ["help"]])
    func `the program's own help is what the argument parser makes of its commands`(_ arguments: [String]) async throws {
        let help = try await desk.start(arguments).completed()
        #expect(help.output == PPTransferTool.helpMessage(columns: RootHelp.width) + "\n")
        let wide = try await desk.run(arguments[0], with: ["COLUMNS": "120"])
        #expect(wide.output == PPTransferTool.helpMessage(columns: 120) + "\n")
    }

    @Test func `a rehearsal whose directory cannot be made says so in a line`() async throws {
        try desk.describe(desk.description())
        let end = try await desk.run("rehearse", "--root", "/dev/null/x", "task.yaml")
        let line =
            /REHEARSAL error: the directory \/dev\/null\/x\/\w+ cannot be made; give a directory that you can write to \(--root DIR\)\n/
        #expect(end.errors.wholeMatch(of: line) != nil)
        #expect(end.status == 64)
    }
}

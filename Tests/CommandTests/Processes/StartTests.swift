import Foundation
import TestSupport
import Testing

/// How the program is started decides nothing about what it does: its arguments are those that were given, and what it lacks is said.
struct StartTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description())
        try desk.describe(desk.description(from: desk.path("none")), as: "missing.yaml")
    }

    // MARK: arguments

    @Test func `a library that sets variables before the program starts swallows no argument`() async throws {
        let preload = try await desk.preload()
        let missing = try await desk.run("rehearse", "missing.yaml", with: preload)
        #expect(missing.status == 10, "\(missing.everything)")
        #expect(missing.errors.contains("does not exist"), "\(missing.everything)")
        #expect(try await desk.run("rehearse", "task.yaml", with: preload).status == 0)
        let incomplete = try await desk.run("run", with: preload)
        #expect(incomplete.status == 64)
        #expect(incomplete.output.isEmpty)
        #expect(incomplete.errors.contains("Missing expected argument"))
        let version = try await desk.run("--version", with: preload)
        #expect(version.status == 0)
        #expect(version.output == "0.2.0\n")
    }

    @Test(arguments: [
        ["rehearse", "missing.yaml"], ["rehearse", "task.yaml"], ["run", "task.yaml"], ["status"], ["run"], [], ["--version"],
    ])
    func `without proc the arguments are the same, and what is lacking is said`(arguments: [String]) async throws {
        let end = try await desk.start(
            arguments, wrapper: Desk.withoutProc
        ).completed()
        switch arguments.count {
        case 2:
            #expect(end.status == 71)
            #expect(end.output.isEmpty)
            #expect(
                end.errors.contains("stat cannot be opened (no such file or directory), which pptransfer needs; nothing was submitted."),
                "\(end.everything)")
        case 1 where arguments == ["--version"]:
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.output == "0.2.0\n", "\(end.everything)")
        case 1 where arguments == ["status"]: #expect(end.status == 71, "\(end.everything)")
        default:
            #expect(end.status == 64, "\(end.everything)")
            #expect(end.output.isEmpty, "\(end.everything)")
        }
    }

    @Test func `a program that is started without even its name prints its usage as an error`() async throws {
        let end = try await Program([desk.namelessStarter(), Program.path], in: desk.suite, environment: desk.environment).completed()
        #expect(end.status == 64, "\(end.everything)")
        #expect(end.output.isEmpty, "\(end.everything)")
        #expect(end.errors.contains("USAGE: pptransfer <subcommand>"), "\(end.everything)")
    }

    @Test(arguments: [[], ["collections"]])
    func `without a subcommand the usage is an error`(arguments: [String]) async throws {
        let end = try await desk.run(arguments, in: desk.suite)
        #expect(end.status == 64)
        #expect(end.output.isEmpty)
        #expect(end.errors.hasPrefix("OVERVIEW: "), "\(end.errors)")
        #expect(end.errors.hasSuffix("\n\nerror: no subcommand was given\n"), "\(end.errors)")
    }

    @Test(arguments: [["help"], ["--help"], ["-h"], ["help", "run"], ["run", "--help"], ["help", "collections"], ["collections", "-h"]])
    func `help on request is a result`(arguments: [String]) async throws {
        let end = try await desk.run(arguments, in: desk.suite)
        #expect(end.status == 0, "\(end.everything)")
        #expect(end.errors.isEmpty, "\(end.everything)")
        #expect(end.output.hasPrefix("OVERVIEW: "), "\(end.everything)")
    }

    // MARK: what may be missing

    private static let commands = [
        ["run", "task.yaml"], ["run", "--dry-run", "task.yaml"], ["rehearse", "task.yaml"], ["validate", "."], ["status"], ["report"],
        ["manifest", "."], ["doctor"], ["schema"], ["explain", "33"], ["whoami"], ["receipt", "--cycle", "1"], ["help"],
    ]

    @Test func `a process that may open hardly any file says so`() async throws {
        for limit in [4, 5, 7, 20, 60] {
            let wrapper = ["/usr/bin/prlimit", "--nofile=\(limit):\(limit)"]
            for arguments in Self.commands {
                let end = try await desk.start(arguments, wrapper: wrapper).completed()
                #expect(end.status == 71, "\(limit) \(arguments): \(end.status) \(end.everything)")
                #expect(end.output.isEmpty, "\(limit) \(arguments): \(end.status) \(end.everything)")
                #expect(end.errors.contains(" and needs 64; nothing was submitted."), "\(end.everything)")
            }
            let version = try await desk.start(["--version"], wrapper: wrapper).completed()
            #expect(version.status == 0, "\(limit): \(version.status) \(version.everything)")
            #expect(version.output == "0.2.0\n", "\(limit): \(version.status) \(version.everything)")
        }
        // The program raises what is low only by habit.
        let end = try await desk.start(["rehearse", "task.yaml"], wrapper: ["/usr/bin/prlimit", "--nofile=8:4096"]).completed()
        #expect(end.status == 0, "\(end.everything)")
        // With exactly as many as it asks for, nothing crashes either.
        let enough = try await desk.start(["rehearse", "task.yaml"], wrapper: ["/usr/bin/prlimit", "--nofile=67:67"]).completed()
        #expect(enough.status == 0, "\(enough.everything)")
    }

    @Test func `an empty environment is no crash`() async throws {
        for arguments in Self.commands + [["--version"], ["login"], ["logout"], ["collections", "list"]] {
            let end = try await Program(["/usr/bin/env", "-i", Program.path] + arguments, in: desk.suite, environment: [:]).completed()
            #expect(end.status >= 0, "\(arguments): \(end.status) \(end.everything)")
            #expect(end.status < 128, "\(arguments): \(end.status) \(end.everything)")
            #expect(end.status != 1, "\(arguments): \(end.status) \(end.everything)")
        }
    }

    @Test func `without a home there is no journal below the root directory`() async throws {
        let service = Desk.service("http://127.0.0.1:9")
        for home in [[:], ["HOME": ""]] {
            let variables = service.merging(home) { $1 }.map { "\($0)=\($1)" }
            let program = ["/usr/bin/env", "-i"] + variables + [Program.path]
            let end = try await Program(program + ["run", "--json", "task.yaml"], in: desk.suite, environment: [:]).completed()
            #expect(end.status == 71, "\(end.everything)")
            #expect(end.output.contains("\"exit_status\" : 71"), "\(end.everything)")
            #expect(
                end.errors == """
                    REHEARSAL error: HOME is not set, and no other journal directory is given
                    REHEARSAL     To fix this:
                    REHEARSAL         set HOME, or name a directory (--journal DIR, PPTRANSFER_JOURNAL)

                    """)
            let doctor = try await Program(program + ["doctor"], in: desk.suite, environment: [:]).completed()
            #expect(doctor.status == 71, "\(doctor.everything)")
            #expect(doctor.output.contains("FAILED   journal: HOME is not set"), "\(doctor.everything)")
        }
        #expect(!FileManager.default.fileExists(atPath: "/.local/state/pptransfer"))
    }

    @Test func `a working directory that is gone is no crash, and nothing is made elsewhere instead`() async throws {
        let task = desk.path("suite/task.yaml")
        let wrapper = ["/bin/sh", "-c", #"mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@""#]
        let commands: [([String], Int32)] = [
            (["--version"], 0), (["run", "task.yaml"], 65), (["run", "--dry-run", task], 0), (["rehearse", task], 64),
            (["rehearse", "--root", "played", task], 64), (["run", task, "--journal", "records"], 71),
            (["report", "--output", "report.html"], 73), (["status", "--journal", "records"], 13),
        ]
        for (arguments, status) in commands {
            let end = try await desk.start(arguments, Desk.service("http://127.0.0.1:9"), wrapper: wrapper).completed()
            #expect(end.status == status, "\(arguments): \(end.status) \(end.everything)")
        }
        for name in ["/rehearsal", "/played", "/records", "/report.html"] { #expect(!FileManager.default.fileExists(atPath: name)) }
    }
}

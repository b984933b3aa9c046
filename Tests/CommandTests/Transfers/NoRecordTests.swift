import Foundation
import Globus
import TestSupport
import Testing

/// A name that is not on record is no success, whatever the command.
struct NoRecordTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data(count: 1000))
        try desk.describe(desk.description("name: atmos"))
    }

    @Test func `what is not on record has status 13, with the nearest name and where was looked`() async throws {
        try await LocalService.with(desk) { service in
            let shell = service.environment
            #expect(try await desk.run("run", "task.yaml", with: shell).status == 0)
            let journal = desk.path("home/.local/state/pptransfer/rehearsal")
            func check(_ arguments: [String], _ message: String, _ detail: String = "looked in ") async throws {
                let before = try desk.tree("home")
                let end = try await desk.run(arguments: arguments, with: shell)
                #expect(end.status == 13, "\(arguments): \(end.everything)")
                #expect(end.errors.contains("error: " + message), "\(arguments): \(end.errors)")
                #expect(end.errors.contains("    " + detail), "\(arguments): \(end.errors)")
                #expect(try desk.tree("home") == before, "\(arguments)")
            }

            for arguments in [
                ["status"], ["report"], ["verify", "--all"], ["clean", "--all"], ["rerun", "--failed"], ["cancel", "--cycle", "1"],
            ] {
                let words = [arguments[0], "u-ab132"] + arguments.dropFirst()
                try await check(
                    words, "no record of workflow 'u-ab132'; did you mean 'u-ab123'?\n", "looked in \(journal): it has u-ab123\n")
                let elsewhere = arguments + ["--journal", desk.path("none")]
                try await check(elsewhere, "no journal: \(desk.path("none")): it does not exist\n", "pptransfer status --journal -\n")
            }
            for command in ["verify", "clean", "rerun", "cancel"] {
                try await check(
                    [command, "u-ab123", "--cycle", "19880901T0000Z", "--cycle", "19880901"],
                    "no record of cycle '19880901' of workflow 'u-ab123'; did you mean '19880901T0000Z'?\n", "on record: 19880901T0000Z\n")
            }
            try await check(["status", "--name", "atmoss"], "no record of transfer 'atmoss'; did you mean 'atmos'?\n")
            try await check(["status", "u-ab123", "--from", "19990101T0000Z"], "no cycle from 19990101T0000Z is on record\n")
            try await check(["report", "--to", "18500101T0000Z"], "no cycle to 18500101T0000Z is on record\n")

            let document = try await desk.run("status", "u-ab132", "--json", with: shell)
            #expect(try JSONValue(text: document.output)["status"] == "no-record")
            let failed = try await desk.run("rerun", "u-ab123", "--failed", with: shell)
            #expect(failed.status == 0)
            #expect(
                failed.errors.contains("no transfer has failed, and nothing is run again (workflow 'u-ab123': 1 archived)"),
                "\(failed.errors)")
            let state = try await desk.run("status", "u-ab123", "--state", "no-space", with: shell)
            #expect(state.status == 0)
            #expect(state.output.contains("no such transfer among the 1 on record"))
            let wrong = try await desk.run("status", "u-ab123", "--state", "archive", with: shell)
            #expect(wrong.status == 64)
            #expect(wrong.errors.contains("no transfer has the state 'archive'; did you mean 'archived'?"))
        }
    }

    @Test func `nothing archived is not verified`() async throws {
        try await LocalService.with(desk, rate: 1) { service in
            #expect(try await desk.run("run", "--no-wait", "task.yaml", with: service.environment).status == 31)
            let end = try await desk.run("verify", "u-ab123", "--all", with: service.environment)
            #expect(end.status == 61, "\(end.everything)")
            let one = try await desk.run("verify", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment)
            #expect(one.status == 61, "\(one.everything)")
            #expect(one.errors.contains("u-ab123 19880901T0000Z atmos: not archived (submitted): "), "\(one.errors)")
            #expect(
                end.errors.contains("no transfer is archived, and nothing is verified (workflow 'u-ab123': 1 submitted)"), "\(end.errors)")
        }
    }

    @Test func `a bound that is not written as the cycles are selects nothing`() async throws {
        try await LocalService.with(desk) { service in
            let shell = service.environment
            #expect(try await desk.run("run", "task.yaml", with: shell).status == 0)
            for arguments in [
                ["clean", "u-ab123", "--from", "1988-05", "--delete"], ["records", "forget", "u-ab123", "--to", "x", "--yes"],
                ["verify", "u-ab123", "--from", "1988"], ["status", "u-ab123", "--to", "1989"],
                ["rerun", "u-ab123", "--to", "jasmin:gws/x"], ["cancel", "u-ab123", "--from", "1988", "--from", "1989"],
                ["receipt", "u-ab123", "19880901T0000Z", "--cycle", "18500101T0000Z"],
            ] {
                let end = try await desk.run(arguments: arguments, with: shell)
                #expect(end.status == 64, "\(arguments): \(end.everything)")
            }
            #expect(try await desk.run("receipt", "u-ab123", "19880901T0000Z", with: shell).status == 0)
        }
    }
}

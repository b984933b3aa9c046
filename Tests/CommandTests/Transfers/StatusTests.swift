import Foundation
import Globus
import PositionedYAML
import Rehearsal
import TestSupport
import Testing

/// `status` beyond the table: what is missing, and what Globus is doing.
struct StatusTests {
    private let desk: Desk
    private let cycles = ["19880901T0000Z", "19881001T0000Z", "19881101T0000Z"]

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data(count: 1000))
    }

    private func environment(_ service: LocalService) -> [String: String] {
        service.environment.merging(["PPTRANSFER_JOURNAL": desk.path("journal")]) { $1 }
    }

    private func run(_ service: LocalService, _ arguments: [String] = []) async throws {
        for cycle in cycles {
            try desk.describe(desk.description(cycle: cycle))
            let end = try await desk.start(["run"] + arguments + ["task.yaml"], environment(service)).completed()
            #expect(end.status == (arguments.isEmpty ? 0 : 31), "\(end.everything)")
        }
    }

    private func taskQuestions(_ service: LocalService) -> [StandInRequest] {
        service.standIn.requests.filter { $0.path == "/v0.10/task_list" && $0.query.contains("task_id") }
    }

    @Test func `cycles that nobody ran are listed, and those that are archived are not`() async throws {
        try await LocalService.with(desk) { service in
            try await run(service)
            let environment = environment(service)
            let end = try await desk.run("status", "u-ab123", "--missing", "19880901T0000Z..19890101T0000Z", with: environment)
            #expect(end.status == 13, "\(end.everything)")
            #expect(end.errors.hasSuffix("\nthe period between cycles is P1M, as in the journal (--every)\n"))
            #expect(end.outputLines.dropFirst().map { $0.split(separator: " ")[0] } == ["19881201T0000Z", "19890101T0000Z", "total:"])
            #expect(end.outputLines[1...2].allSatisfy { $0.contains(" absent ") })

            let none = try await desk.run(
                "status", "--missing", "19880901T0000Z..19881130T0000Z", "--every", "P1M", "--cycling", "360day", with: environment)
            #expect(none.status == 0)
            #expect(none.errors.isEmpty)
            #expect(none.output == "every cycle from 19880901T0000Z to 19881130T0000Z is archived\n")

            let february = try await desk.run(
                "status", "--missing", "19880230T0000Z..19880230T0000Z", "--every", "P1M", "--json",
                with: environment.merging(["CYLC_CYCLING_MODE": "360day"]) { $1 })
            let report = try JSONValue(text: february.output)
            #expect(february.status == 13)
            #expect(report["transfers"][0]["state"] == "absent")
            #expect(report["transfers"][0]["updated"] == .null)

            let unknown = try await desk.run("status", "u-ab12", "--missing", "1..3", with: environment)
            #expect(unknown.status == 13)
            #expect(unknown.output.isEmpty)
            #expect(unknown.errors.hasPrefix("error: no record of workflow 'u-ab12'; did you mean 'u-ab123'?\n"))
        }
    }

    @Test(arguments: [
        (["--missing", "3"], "'3' is not a range of cycles; write FIRST..LAST, "),
        (["--missing", "3..1"], "3 is later than 1; write the earlier one first"),
        (["--missing", "19880901..19881001T0000Z"], "19880901 and 19881001T0000Z are not written in the same form; "),
        (["--missing", "19880230..19880901"], "the gregorian calendar has no 19880230; "),
        (["--missing", "1..3", "--every", "0"], "'0' is not a period above zero; "),
        (["--missing", "1..3", "--every", "monthly"], "'monthly' is not a period above zero; "),
        (["--missing", "1..3", "--cycling", "361day"], "The value '361day' is invalid for '--cycling <cycling>'"),
        (["--every", "P1M"], "--every and --cycling go with --missing"),
    ])
    func `a range that makes no sense is told, and leaves with 64`(arguments: [String], message: String) async throws {
        let end = try await desk.start(["status"] + arguments).completed()
        #expect(end.errors.hasPrefix("Error: " + message), "\(end.errors)")
        #expect(end.status == 64)
        #expect(end.output.isEmpty)
    }

    @Test func `a hundred tasks are asked for in one request, and the journal stays as it is`() async throws {
        try await LocalService.with(desk, rate: 1) { service in
            try await run(service, ["--no-wait"])
            let environment = environment(service)
            let folder = try #require(try desk.tree("journal").keys.first { $0.hasSuffix("19880901T0000Z.json") })
            let record = try JSONValue(text: String(decoding: try #require(desk.contents("journal/" + folder)), as: UTF8.self))
            let task = try #require(record["submission"]["task"].string)
            let text = String(decoding: try #require(desk.contents("journal/" + folder)), as: UTF8.self)
            for number in 0..<247 {
                let copy = text.replacingOccurrences(of: task, with: UUID().uuidString.lowercased())
                try desk.write(
                    "journal/" + folder.replacingOccurrences(of: "19880901T0000Z", with: "\(number)"),
                    copy.replacingOccurrences(of: "19880901T0000Z", with: "\(number)"))
            }
            let before = try desk.tree("journal")

            let end = try await desk.run("status", "--refresh", "--json", with: environment)
            let report = try JSONValue(text: end.output)
            let states = try #require(report["transfers"].array).map { $0["globus"]["state"].string ?? "" }
            #expect(end.status == 31, "\(end.errors)")
            #expect(states.count == 250, "\(end.errors)")
            #expect(states.count { $0 == "moving" || $0 == "queued" } == 3)
            #expect(states.count { $0 == "not found" } == 247)
            #expect(taskQuestions(service).count == 3)
            #expect(try desk.tree("journal") == before)
        }
    }

    @Test func `what became of a task that nobody waited for is seen`() async throws {
        try await LocalService.with(desk, rate: 1) { service in
            try await run(service, ["--no-wait"])
            let environment = environment(service)
            let cancel = try await desk.run("cancel", "--cycle", cycles[1], with: environment)
            #expect(cancel.status == 0, "\(cancel.everything)")
            let end = try await desk.run("status", "--refresh", with: environment)
            #expect(end.status == 51, "\(end.everything)")
            #expect(end.outputLines.count == 5)
            #expect(end.outputLines.allSatisfy { $0.hasPrefix("REHEARSAL ") })
            #expect(end.outputLines[2].contains(/submitted +cancelled +0 files, [0-9.]+ k?B/), "\(end.output)")
            let failed = try await desk.run("status", "--refresh", "--failed", with: environment)
            try #require(failed.status == 51)
            try #require(failed.outputLines.count == 2)
            #expect(failed.output.contains(cycles[1]))
        }
    }

    @Test func `without Globus the table is shown, and the status says why`() async throws {
        try await LocalService.with(desk, rate: 1) { service in
            try await run(service, ["--no-wait"])
            var environment = environment(service)
            let plain = try await desk.run("status", with: environment)
            environment["GLOBUS_CLI_CLIENT_ID"] = nil
            environment["GLOBUS_CLI_CLIENT_SECRET"] = nil
            environment["PPTRANSFER_ACCESS_TOKEN"] = nil
            let end = try await desk.run("status", "--refresh", with: environment)
            #expect(end.status == 20, "\(end.everything)")
            #expect(end.errors.contains("error: Globus could not be queried: not logged in"), "\(end.everything)")
            // But for the mark, and the ages.
            #expect(end.outputLines.count == 5)
            #expect(end.outputLines.count == plain.outputLines.count)
            #expect(end.outputLines.dropFirst().dropLast().allSatisfy { $0.contains(" submitted ") })

            let json = try await desk.run("status", "--refresh", "--json", with: environment)
            let report = try JSONValue(text: json.output)
            #expect(json.status == 20)
            #expect(report["exit_status"] == 20)
            #expect(report["transfers"].array?.count == 3)
            #expect(report["refresh_problem"].string?.hasPrefix("not logged in") == true)
        }
    }

    @Test func `where everything is archived, nobody is asked`() async throws {
        try await LocalService.with(desk) { service in
            try await run(service)
            let asked = service.standIn.requests.count
            let end = try await desk.run("status", "--refresh", with: environment(service))
            #expect(end.status == 0)
            #expect(end.outputLines.count == 5)
            #expect(service.standIn.requests.count == asked)
        }
    }
}

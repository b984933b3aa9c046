import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// The check of every cycle: cheap as long as all is well, whole as soon as it is not.
struct QuickCheckTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.write("jasmin/gws/canari/README", "a group workspace")
        try desk.describe(desk.description())
    }

    /// - Returns: how it ended, and how many requests it made.
    private func check(_ service: LocalService, _ more: String...) async throws -> (end: Completed, requests: Int) {
        var environment = service.environment
        environment["PPTRANSFER_ACCESS_TOKEN"] = try await service.token()
        let before = service.standIn.requests.count
        let end = try await desk.run(arguments: ["check", "task.yaml", "--quick"] + more, with: environment)
        return (end, service.standIn.requests.count - before)
    }

    @Test func `after a check that found all in order, the next one makes one request`() async throws {
        try await LocalService.with(desk) { service in
            let first = try await check(service)
            #expect(first.end.status == 0, "\(first.end.everything)")
            #expect(first.requests > 5)
            let second = try await check(service)
            #expect(second.end.status == 0, "\(second.end.everything)")
            #expect(second.requests == 1)
            let line = "jasmin:/gws/canari: the directory is there; all else was in order at "
            #expect(second.end.output.contains(line), "\(second.end.output)")
            // Another cycle of the same place is covered; another place is not.
            try desk.describe(desk.description(cycle: "19881001T0000Z"))
            #expect(try await check(service).requests == 1)
            try desk.describe(desk.description(to: "/elsewhere/{cycle}"))
            #expect(try await check(service).requests > 5)
        }
    }

    @Test func `if the one answer is not what it was, everything is checked`() async throws {
        try await LocalService.with(desk) { service in
            #expect(try await check(service).end.status == 0)
            await service.standIn.setFaults(
                StandInFaults(http: [HTTPFault(.stat, .sessionExpired(domain: "accounts.jasmin.ac.uk"), .forever)]))
            let end = try await check(service)
            #expect(end.end.status == 22, "\(end.end.everything)")
            #expect(end.requests > 5)
            // A check that failed is not what the next one builds on.
            #expect(try await check(service).requests > 5)
        }
    }

    @Test func `a check that is too long ago, or cannot be read, does not count`() async throws {
        try await LocalService.with(desk) { service in
            #expect(try await check(service).end.status == 0)
            let file = try #require(
                try FileManager.default.subpathsOfDirectory(atPath: desk.path("")).first { $0.hasSuffix("/checks.txt") })
            let text = String(decoding: try #require(desk.contents(file)), as: UTF8.self)
            try desk.write(file, text.replacing(/^\d{4}/, with: "2001"))
            #expect(try await check(service).requests > 5)
            try desk.write(file, "nonsense\n\t\t\t\n")
            #expect(try await check(service).requests > 5)
            #expect(try await check(service).requests == 1)
        }
    }
}

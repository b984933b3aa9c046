import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// Lists and records of the journal that are not what they should be: cut off, edited, another cycle's.
struct ForeignProofTests {
    private let desk: Desk
    private let directory = "home/.local/state/pptransfer/rehearsal/u-ab123/"

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.write("data/sub/b.nc", "bb")
        try desk.describe(desk.description())
    }

    private func deleting(_ service: LocalService) -> [String: String] {
        service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { _, last in last }
    }

    private func text(_ ending: String, cycle: String = "19880901T0000Z") throws -> String {
        String(decoding: try #require(desk.contents(directory + cycle + "." + ending)), as: UTF8.self)
    }

    private func write(_ ending: String, _ text: String) throws { try desk.write(directory + "19880901T0000Z." + ending, text) }

    enum Damage: String, CaseIterable { case cutOff, edited, anotherCycles, gone }

    private func damage(_ damage: Damage, _ service: LocalService) async throws {
        let proven = try text("proven")
        switch damage {
        case .cutOff: try write("proven", String(proven.dropLast(8)))
        case .edited: try write("proven", proven.replacing(" a.pp\n", with: " left.tmp\n"))
        case .gone: try FileManager.default.removeItem(atPath: desk.path(directory + "19880901T0000Z.proven"))
        case .anotherCycles:
            try desk.describe(desk.description(cycle: "19880902T0000Z"), as: "other.yaml")
            try desk.write("data/left.tmp", "left")
            #expect(try await desk.run("run", "other.yaml", with: service.environment).status == 0)
            try FileManager.default.removeItem(atPath: desk.data + "/left.tmp")
            try write("proven", text("proven", cycle: "19880902T0000Z"))
        }
    }

    @Test(arguments: Damage.allCases)
    func `a list of what is proven that the receipt does not speak of deletes nothing, and is no archive`(damage: Damage) async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            try await self.damage(damage, service)
            if damage == .edited { try desk.write("data/left.tmp", "a") }
            let files = try desk.tree("data")
            let clean = try await desk.run("clean", "--cycle", "19880901T0000Z", "--delete", with: deleting(service))
            #expect(clean.status == 71, "\(clean.everything)")
            let words = damage == .gone ? "cannot be used: it does not exist" : "is not the one that the receipt names"
            #expect(clean.output.contains(words), "\(clean.everything)")
            #expect(try desk.tree("data") == files)
            // With nothing lost at the source all is compared again, which mends it.
            let tasks = try await service.tasks().count
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.errors.contains("every file is compared with the destination again"), "\(end.everything)")
            #expect(!end.output.contains("already archived"))
            #expect(try await service.tasks().count == tasks + 1)
            let mended = try await desk.run("clean", "--cycle", "19880901T0000Z", "--delete", with: deleting(service))
            #expect(mended.status == 0, "\(mended.everything)")
        }
    }

    @Test func `a damaged list after a clean-up is for a person, because the files are not here to be compared`() async throws {
        try desk.describe(desk.description("clean: {source: delete}"))
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            try await damage(.edited, service)
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 71, "\(end.everything)")
            #expect(end.output.contains("is not the one that the receipt names"), "\(end.everything)")
        }
    }

    @Test(arguments: ["gone", "empty"])
    func `a lost list is told by status and report, which show the cycle as before`(damage: String) async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let path = desk.path(directory + "19880901T0000Z.proven")
            let words = "the list of verified files \(path) cannot be used: "
            let well = try await desk.run("status", "u-ab123", "--json", with: service.environment)
            #expect(well.status == 0 && !well.everything.contains(words), "\(well.everything)")
            if damage == "gone" { try FileManager.default.removeItem(atPath: path) } else { try write("proven", "") }
            let status = try await desk.run("status", "u-ab123", with: service.environment)
            #expect(status.status == 0 && status.output.contains("archived"), "\(status.everything)")
            let reason = damage == "gone" ? "it does not exist" : "it is too short for its files"
            #expect(status.errors.contains("warning: \(words)\(reason)"), "\(status.everything)")
            let json = try JSONValue(text: try await desk.run("status", "u-ab123", "--json", with: service.environment).output)
            #expect(try json["transfers"] == JSONValue(text: well.output)["transfers"] || json["transfers"][0]["state"] == "archived")
            #expect(json["problems"][0].string?.hasPrefix(words) == true)
            for format in ["text", "markdown", "html"] {
                let report = try await desk.run("report", "u-ab123", "--format", format, with: service.environment)
                #expect(report.status == 0, "\(report.everything)")
                #expect(report.errors.contains("warning: \(words)"), "\(report.everything)")
                #expect(report.output.split(whereSeparator: \.isWhitespace).joined().contains("cannotbeused"), "\(report.everything)")
            }
            let verify = try await desk.run("verify", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment)
            #expect(verify.status == 71, "\(verify.everything)")
            // What is lost is not removed, and the record with the receipt stays.
            #expect(verify.errors.contains("rm ") == (damage == "empty"), "\(verify.everything)")
            let other = try await desk.run("status", "u-ab123", "--name", "nonesuch", with: service.environment)
            #expect(other.status == 13, "\(other.everything)")
        }
    }

    @Test(arguments: ["gone", "edited"])
    func `without its list, a receipt forgets no file that has gone from the source`(damage: String) async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let list = desk.path(directory + "19880901T0000Z.proven")
            if damage == "gone" { try FileManager.default.removeItem(atPath: list) } else { try await self.damage(.edited, service) }
            let file = try #require(try desk.tree("data").keys.sorted().first)
            try FileManager.default.moveItem(atPath: desk.path("data/" + file), toPath: desk.path("aside"))
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 71, "\(end.everything)")
            try FileManager.default.moveItem(atPath: desk.path("aside"), toPath: desk.path("data/" + file))
            let mended = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(mended.status == 0, "\(mended.everything)")
            let receipt = try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment)
            #expect(receipt.status == 0 && receipt.output.contains("2"), "\(receipt.everything)")
        }
    }

    @Test(arguments: ["files", "bytes"])
    func `counts of a receipt that were edited are no receipt`(count: String) async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            let record = try text("json")
            let start = try #require(record.range(of: "\"receipt\"")).lowerBound
            let edited = String(record[start...]).replacing(
                try Regex("\"\(count)\" : [0-9]+"), with: "\"\(count)\" : 40", maxReplacements: 1)
            try write("json", String(record[..<start]) + edited)
            let receipt = try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment)
            #expect(receipt.status == 71, "\(receipt.everything)")
            #expect(receipt.output.isEmpty, "\(receipt.everything)")
            #expect(receipt.errors.contains("is not the one that the receipt names"), "\(receipt.everything)")
            let clean = try await desk.run("clean", "--cycle", "19880901T0000Z", "--delete", with: deleting(service))
            #expect(clean.status == 71, "\(clean.everything)")
            #expect(try desk.tree("data").count == 2)
        }
    }

    @Test func `a damaged record fails the receipt, and warns in the status`() async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            #expect(try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment).status == 0)
            try write("json.previous", text("json"))
            try write("json", String(text("json").dropLast(40)))
            let receipt = try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment)
            #expect(receipt.status == 71, "\(receipt.everything)")
            #expect(receipt.errors.contains("is damaged"), "\(receipt.everything)")
            #expect(receipt.output.isEmpty, "\(receipt.everything)")
            let status = try await desk.run("status", "u-ab123", with: service.environment)
            #expect(status.status == 0, "\(status.everything)")
            #expect(status.errors.contains("warning: the journal record"), "\(status.everything)")
            #expect(status.errors.contains("is damaged"), "\(status.everything)")
        }
    }

    @Test func `another cycle's record is not this one's`() async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            let (record, proven) = (try text("json"), try text("proven"))
            try desk.write(directory + "19880902T0000Z.json", record)
            try desk.write(directory + "19880902T0000Z.proven", proven)
            let receipt = try await desk.run("receipt", "u-ab123", "--cycle", "19880902T0000Z", with: service.environment)
            #expect(receipt.status == 61 || receipt.status == 71, "\(receipt.everything)")
            try desk.describe(desk.description(cycle: "19880902T0000Z", to: "/gws/canari/19880901T0000Z"), as: "other.yaml")
            let end = try await desk.run("run", "other.yaml", with: deleting(service))
            #expect(end.status == 71, "\(end.everything)")
            #expect(end.output.contains("belongs to another transfer (u-ab123 19880901T0000Z)"), "\(end.everything)")
            let status = try await desk.run("status", "u-ab123", with: service.environment)
            #expect(status.status == 71, "\(status.everything)")
            #expect(status.errors.contains("belongs to another transfer"), "\(status.everything)")
        }
    }
}

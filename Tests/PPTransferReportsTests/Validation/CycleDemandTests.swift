import Foundation
import TestSupport
import Testing

@testable import PPTransferReports

/// Of which descriptions a validation demands that each cycle has its own directory.
struct CycleDemandTests {
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    /// What is wrong with a description whose path does not depend on the cycle.
    private func problems(_ more: String = "", environment: [String: String] = [:]) throws -> [String] {
        let text = "pptransfer: 1\n\(more)from: {collection: jasmin, path: /gws/a}\nto: {collection: tutorial1, path: /b}\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: place.path + "/task.yaml"))
        let validation = Validation(environment: environment, today: "2026-11-26", commands: [])
        return validation.report(on: [place.path + "/task.yaml"]).problems.all.map(\.key)
    }

    @Test func `one that names no cycle needs none`() throws {
        #expect(try problems().isEmpty)
        #expect(try problems("cycle: null\n").isEmpty)
    }

    @Test(arguments: ["cycle: ${CYLC_TASK_CYCLE_POINT}\n", "name: x${CYLC_TASK_CYCLE_POINT}\n", "name: x{cycle}\n"])
    func `one that names a cycle does`(text: String) throws {
        #expect(try problems(text).contains("to.path"))
    }

    @Test(arguments: ["flow.cylc", "suite.rc", "rose-suite.conf"])
    func `one in a suite does`(file: String) throws {
        _ = try place.file(file, 0)
        #expect(try problems().contains("to.path"))
    }

    @Test func `so does one for the jobs of a workflow`() throws {
        #expect(try problems(environment: ["CYLC_WORKFLOW_NAME": "u-ab123"]).contains("to.path"))
    }
}

import Foundation
import Globus
import GlobusTesting
import TestSupport
import Testing

@testable import PPTransfer

/// Where records are looked for in a login shell, and where not.
struct JournalSearchTests {
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    private var home: String { place.path + "/home" }
    private var environment: [String: String] { ["HOME": home] }

    /// Leaves a file in the place of a record: the search does not read it.
    private func leave(_ workflow: String, in journal: String) throws {
        let directory = journal + "/" + RecordName.fileName(workflow)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: directory + "/1.json"))
    }

    private func leave(_ workflow: String, ofRun run: String) throws { try leave(workflow, in: "\(home)/cylc-run/\(run)/share/pptransfer") }

    /// The places, from the home directory on, each with its run.
    private func found(_ workflow: String?, _ more: [String: String] = [:], given: String? = nil) -> [String] {
        let search = JournalSearch(workflow: workflow, given: given, environment: environment.merging(more) { $1 })
        return search.places.map { $0.journal.directory.dropFirst(home.count + 1) + ($0.run.map { " (\($0))" } ?? "") }
    }

    @Test func `the runs of a workflow are found in their order, each once`() throws {
        for run in ["run10", "run2", "run1"] { try leave("u-ab123", ofRun: "u-ab123/" + run) }
        let runs = home + "/cylc-run/u-ab123"
        try FileManager.default.createSymbolicLink(atPath: runs + "/runN", withDestinationPath: "run10")
        try leave("u-ab123", in: home + "/.local/state/pptransfer")
        let journals = ["run1", "run2", "run10"].map { "cylc-run/u-ab123/\($0)/share/pptransfer (\($0))" }
        #expect(found("u-ab123") == [".local/state/pptransfer"] + journals)
        #expect(found("u-ab123/run2") == [journals[1]])
        #expect(found("u-ab123/runN") == [journals[2]])
        #expect(found("u-ab123/run3").isEmpty)
        let named = JournalSearch(workflow: "u-ab123/runN", environment: environment)
        #expect(named.workflow == "u-ab123")
        #expect(named.run == "run10")
    }

    @Test func `a share that is a link, a name of several parts, and a run without a name are found`() throws {
        let scratch = place.path + "/scratch/share"
        try leave("project/u-ab123", in: scratch + "/pptransfer")
        try FileManager.default.createDirectory(atPath: home + "/cylc-run/project/u-ab123/run1", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: home + "/cylc-run/project/u-ab123/run1/share", withDestinationPath: scratch)
        try leave("u-cd456", ofRun: "u-cd456")
        // What runs hold is no run.
        try leave("u-cd456", ofRun: "u-cd456/work/share/x")
        #expect(found("project/u-ab123") == ["cylc-run/project/u-ab123/run1/share/pptransfer (run1)"])
        #expect(found("u-cd456") == ["cylc-run/u-cd456/share/pptransfer"])
        #expect(found(nil).sorted() == ["cylc-run/project/u-ab123/run1/share/pptransfer (run1)", "cylc-run/u-cd456/share/pptransfer"])
    }

    @Test func `a workflow is found by the name that its description gives it, and a run that was given a name`() throws {
        try leave("canari", ofRun: "u-ab123/control")
        try FileManager.default.createDirectory(atPath: home + "/cylc-run/u-ab123/_cylc-install", withIntermediateDirectories: true)
        #expect(found("canari") == ["cylc-run/u-ab123/control/share/pptransfer (control)"])
        #expect(found("canari/control") == ["cylc-run/u-ab123/control/share/pptransfer (control)"])
        #expect(found("u-ab123").isEmpty)
        for name in ["../u-ab123", "/etc", "", "u-ab123/../u-ab123"] { #expect(found(name).isEmpty, "\(name)") }
    }

    @Test func `a job, and who names a journal, get that one alone`() throws {
        try leave("u-ab123", ofRun: "u-ab123/run1")
        try leave("u-ab123", in: home + "/own")
        #expect(found("u-ab123", ["CYLC_WORKFLOW_SHARE_DIR": home + "/cylc-run/u-ab123/run2/share"]).isEmpty)
        #expect(found("u-ab123", given: home + "/own") == ["own"])
        #expect(found("u-ab123", given: home + "/none").isEmpty)
        // A variable says where runs write, but not that nothing else is on record.
        let variable = ["PPTRANSFER_JOURNAL": home + "/own"]
        #expect(found("u-ab123", variable) == ["own", "cylc-run/u-ab123/run1/share/pptransfer (run1)"])
        #expect(found(nil, variable) == ["own"])
    }

    @Test(
        arguments: [
            ("/home/me/.local/state/pptransfer", [:], true), ("/home/me/cylc-run/u-ab123/run1/share/pptransfer", [:], true),
            ("/elsewhere", [:], false), ("/elsewhere", ["PPTRANSFER_JOURNAL": "/elsewhere"], true),
            ("/elsewhere/rehearsal", ["PPTRANSFER_JOURNAL": "/elsewhere"], true),
            ("/elsewhere", ["PPTRANSFER_JOURNAL": "/elsewhere", "CYLC_TASK_JOB": "1/a/01"], false),
            ("/work/me/cylc-run/u-ab123/run1/share/pptransfer", ["CYLC_WORKFLOW_SHARE_DIR": "/work/me/cylc-run/u-ab123/run1/share"], false),
        ] as [(String, [String: String], Bool)])
    func `commands that are printed name a journal that is not found`(directory: String, more: [String: String], isFound: Bool) {
        let environment = ["HOME": "/home/me"].merging(more) { $1 }
        #expect(Journal(directory: directory).isFound(in: environment) == isFound)
    }
}

import Foundation
import Globus
import GlobusTesting
import PositionedYAML
import TestSupport
import Testing

@testable import PPTransfer

/// Transfers without a workflow and a cycle: what their records are called, and what they keep of earlier runs.
@Suite struct `Records without a cycle` {
    private let place: TemporaryDirectory
    private let time = SteppedTimekeeper()

    init() throws { place = try TemporaryDirectory() }

    private var journal: Journal { Journal(directory: place.path + "/journal") }

    /// The plan of `task.yaml`.
    private func plan(_ more: String = "", to path: String = "/gws/b", variables: [String: String] = [:]) throws -> TransferPlan {
        let text = "pptransfer: 1\n\(more)from: {collection: jasmin, path: /gws/a}\nto: {collection: tutorial1, path: \"\(path)\"}\n"
        let read = try DescriptionReader(variables: Variables(environment: variables)).read(text.utf8, file: "runs/task.yaml")
        let planner = Planner(sites: .builtIn, environment: [:], today: "2026-11-26")
        return try #require(try planner.plans(for: read).plans.first)
    }

    @Test func `a description that names neither is called after its file and both ends`() throws {
        let plan = try plan()
        #expect(plan.workflow.wholeMatch(of: /task-[0-9a-f]{6}/) != nil, "\(plan.workflow)")
        #expect(plan.formerWorkflow == "task")
        #expect(plan.label.description == "pptransfer \(plan.workflow)")
        #expect(try self.plan(to: "/gws/b/").workflow == plan.workflow)
        #expect(try self.plan(to: "/gws/c").workflow != plan.workflow)
        #expect(plan.workflow == RecordName.name(after: "task", from: plan.source, to: plan.destination))
        // Where it goes does not depend on what its record is called.
        #expect(try self.plan(to: "/gws/{workflow}").destination.path.description == "/gws/task")
    }

    @Test(arguments: [
        ("workflow: u-ab123\n", [:], "u-ab123"), ("cycle: 3\n", [:], "task"), ("", ["CYLC_WORKFLOW_NAME": "u-x"], "u-x"),
        ("", ["CYLC_TASK_CYCLE_POINT": "3"], "task"),
    ])
    func `whatever else names it is kept`(text: String, variables: [String: String], workflow: String) throws {
        let plan = try plan(text, variables: variables)
        #expect(plan.workflow == workflow)
        #expect(plan.formerWorkflow == nil)
    }

    @Test func `the plan of a record is that of its run`() async throws {
        let plan = try plan()
        let cycle = try await CycleJournal(journal, plan, time: time)
        cycle.release()
        let again = try TransferPlan(cycle.record, sites: .builtIn)
        #expect(again.workflow == plan.workflow)
        #expect(again.formerWorkflow == nil)
    }

    @Test func `a record of an earlier version with the same ends is continued, another is left alone`() async throws {
        var old = try plan()
        old.rename("task")
        let cycle = try await CycleJournal(journal, old, time: time)
        try cycle.intend(.example(1), document: Data("{}".utf8), expecting: Manifest([.init(path: "a", size: 1, modified: 2)]))
        try cycle.accepted(.example(1), requestID: nil)
        cycle.release()
        let same = try #require(journal.continuing([try plan()]).first)
        #expect(same.workflow == "task")
        #expect(same.label == old.label)
        let other = try plan(to: "/gws/c")
        #expect(journal.continuing([other]) == [other])
        // Its task is for other ends than the description has now.
        old.destination = other.destination
        try await CycleJournal(journal, old, time: time).release()
        #expect(journal.continuing([try plan()]).first?.workflow == "task")
    }

    @Test func `a record that cannot be read may be the plan's`() async throws {
        try FileManager.default.createDirectory(atPath: place.path + "/journal/task", withIntermediateDirectories: true)
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: place.path + "/journal/task/@.json"))
        #expect(journal.continuing([try plan()]).first?.workflow == "task")
    }

    private func run(_ plan: TransferPlan, files: Int64) async throws {
        let cycle = try await CycleJournal(journal, plan, time: time, isRun: true)
        let manifest = Manifest((1...10).map { .init(path: "\($0)", size: 1, modified: 2) })
        try cycle.intend(.example(1), document: Data("{}".utf8), expecting: manifest)
        try cycle.accepted(.example(1), requestID: nil)
        let task = TransferTask(fields: ["files_transferred": .integer(files), "bytes_transferred": .integer(files * 100)])
        try cycle.proven(Archive(files: 10, bytes: 10, figures: TaskFigures(task), level: .size), manifest, Doubts())
        let ending = JournalRecord.Ending(status: "ok", exitStatus: 0, message: "", time: time.now.description)
        try cycle.ended(ending, taskHasFailed: false)
        cycle.release()
    }

    @Test func `the latest hundred runs are kept, with what each has brought`() async throws {
        let plan = try plan()
        for number in 1...102 { try await run(plan, files: Int64(number)) }
        let record = try #require(try journal.record(workflow: plan.workflow, cycle: nil, name: nil)).record
        #expect(record.history.map(\.newFiles) == Array(3...102))
        #expect(record.history.last?.newBytes == 10_200)
        #expect(record.history.last?.files == 10)
        #expect(record.history.allSatisfy { $0.status == "ok" })
        let found = journal.summaries().summaries
        #expect(found == [JournalRecord.Summary(record)])
        #expect(found.first?.history.count == 100)
        #expect(found.first?.destination.text == "tutorial1:/gws/b")
    }

    @Test func `a cycle keeps no runs, and a look at it none either`() async throws {
        let plan = try plan("cycle: 3\n")
        try await run(plan, files: 1)
        #expect(try journal.record(workflow: "task", cycle: "3", name: nil)?.record.rounds == nil)
        let repeated = try self.plan()
        let look = try await CycleJournal(journal, repeated, time: time)
        let ending = JournalRecord.Ending(status: "ok", exitStatus: 0, message: "", time: time.now.description)
        try look.ended(ending, taskHasFailed: false)
        look.release()
        #expect(look.record.history.isEmpty)
    }

    @Test func `a hyphen stands for no cycle`() async throws {
        try await run(try plan(), files: 1)
        try await run(try plan("cycle: 3\n"), files: 1)
        var selection = RecordSelection()
        selection.cycles = [RecordSelection.noCycle]
        #expect(selection.records(in: journal).records.map(\.cycle) == [nil])
        selection.cycles = ["-", "3"]
        #expect(selection.records(in: journal).records.count == 2)
    }
}

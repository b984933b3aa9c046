import Foundation
import Globus
import Testing

@testable import PPTransfer

/// Plans that are read or made in code, what is wrong with them, and what sites have to do with it.
struct PlanTests {
    private func text(_ world: LibraryWorld, _ more: String = "", from: String = LibraryWorld.archer2, to: String = LibraryWorld.jasmin)
        -> String
    {
        """
        pptransfer: 1
        workflow: u-ab123
        cycle: 19880901T0000Z
        name: atmos
        from: {collection: \(from), path: /work/n02/cycle}
        to: {collection: \(to), path: /gws/atmos}
        \(more)
        """
    }

    // MARK: in code and in text

    @Test func `a plan made in code and one that was read are the same, and so is their record`() async throws {
        let more = """
            select: {include: ["*.pp"], exclude: ["*.tmp"], required: ["a.*"]}
            transfer: {sync: mtime, deadline: 5d, encrypt: true}
            wait: {limit: 2h, outage: 1h, on_fault: {after: 20m, then: leave}}
            verify: {level: size, extra: fail}
            symlinks: skip
            """
        let world = try LibraryWorld()
        let parsed = try #require(try Plan.parse(text(world, more)).plans.first)
        var plan = Plan(id: parsed.id, from: parsed.from, to: parsed.to)
        plan.selection = Plan.Selection(include: ["*.pp"], exclude: ["*.tmp"], required: ["a.*"])
        (plan.sync, plan.deadline, plan.isEncrypted) = (.mtime, .seconds(5 * 86_400), true)
        (plan.wait.limit, plan.wait.outage) = (.seconds(7200), .seconds(3600))
        (plan.wait.faultLimit, plan.wait.onFault) = (.seconds(1200), .leave)
        plan.verify = Plan.Verification(.size, refusesExtraFiles: true)
        plan.links = .skip
        #expect(plan == parsed)
        #expect(plan.hashValue == parsed.hashValue)
        #expect(plan.selection == parsed.selection)
        #expect(plan.wait == parsed.wait)

        var records: [JournalRecord.Plan] = []
        for plan in [plan, parsed] {
            let world = try LibraryWorld()
            let transfer = try await plan.planned(with: .none, collections: nil, today: "2026-11-20").plan
            #expect(transfer.label.description == "pptransfer u-ab123 19880901T0000Z atmos")
            let cycle = try await CycleJournal(world.journal, transfer, time: world.time)
            defer { cycle.release() }
            records.append(cycle.record.plan)
        }
        #expect(records[0] == records[1])
        #expect(records[0].label == records[1].label)
    }

    @Test func `values stand in for names of the text, and nothing of the environment does`() throws {
        let world = try LibraryWorld()
        let description = text(world).replacing("/gws/atmos", with: "'/gws/${HOME}'")
        let error = #expect(throws: PPTransferError.self) { try Plan.parse(description) }
        #expect(error?.issues.count == 1)
        #expect(error?.issues.first?.message.contains("HOME") == true)
        let parsed = try Plan.parse(description, values: ["HOME": "here"])
        #expect(parsed.plans.first?.to.path == "/gws/here")
        #expect(try Plan.parse(text(world), values: ["UNUSED": "1"]).warnings.map(\.message) == ["nothing asks for it"])
    }

    @Test func `a file is read as its text is`() throws {
        let world = try LibraryWorld()
        try Data(text(world).utf8).write(to: URL(fileURLWithPath: world.place.path + "/task.yaml"))
        let read = try Plan.read(world.place.path + "/task.yaml")
        #expect(try read.plans == Plan.parse(text(world)).plans)
        let error = #expect(throws: PPTransferError.self) { try Plan.read(world.place.path + "/none.yaml") }
        #expect(error?.code == .invalid)
        let issue = try #require(error?.issues.first)
        #expect(issue.line == nil && issue.column == nil)
    }

    // MARK: errors

    @Test func `an error lists all issues, each with its place`() throws {
        let error = #expect(throws: PPTransferError.self) {
            try Plan.parse(
                """
                pptransfer: 1
                from: {collection: nowhere, path: /work}
                to: {collection: a2f53b7f-1b4e-4dce-9b7c-349ae760fee0, path: gws}
                transfer: {deadline: 3}
                colour: red
                """, name: "task.yaml")
        }
        let issues = try #require(error?.issues)
        #expect(error?.code == .invalid)
        #expect(issues.map(\.line) == [2, 3, 4, 5])
        #expect(issues.map(\.key) == ["from.collection", "to.path", "transfer.deadline", "colour"])
        #expect(issues.allSatisfy { $0.severity == .error && $0.file == "task.yaml" && $0.remedy != nil })
        #expect(issues[1].description.hasPrefix("task.yaml:3:"))
        #expect(error?.description.split(separator: "\n").count == 4)
    }

    @Test func `a plan that only names an unknown site is of the kind collection`() throws {
        let world = try LibraryWorld()
        let error = #expect(throws: PPTransferError.self) { try Plan.parse(text(world, from: "archer2")) }
        #expect(error?.code == .collection)
        #expect(try Plan.parse(text(world, from: "archer2"), sites: .builtIn).plans.count == 1)
    }

    @Test func `a plan that cannot be carried out ends as invalid, with all that is wrong`() async throws {
        let world = try LibraryWorld()
        var plan = try world.plan("atmos")
        plan.selection.include = ["/absolute"]
        plan.verify.level = .none
        plan.cleanup.deletesSource = true
        let report = await world.transfers().start(plan).value
        #expect(report.result == .invalid)
        #expect(report.details.count == 2, "\(report.details)")
        #expect(report.details.allSatisfy { $0.hasPrefix("u-ab123 19880901T0000Z atmos: error: ") }, "\(report.details)")
        #expect(report.retry == .never)
        #expect(world.service.requests.isEmpty)
        let error = await #expect(throws: PPTransferError.self) { try await world.transfers().preview(plan) }
        #expect(error?.issues.filter { $0.severity == .error }.map(\.key) == ["select.include", "clean.source"])
    }

    @Test(
        arguments: [("", nil, nil), ("a//b", nil, nil), ("u", "1988 09", nil), ("u", nil, "a/b"), ("u", nil, "..")]
            as [(String, String?, String?)])
    func `an id that no record could have is refused`(workflow: String, cycle: String?, name: String?) {
        let error = #expect(throws: PPTransferError.self) { try TransferID(workflow: workflow, cycle: cycle, name: name) }
        #expect(error?.code == .invalid)
    }

    // MARK: sites

    @Test func `without sites a plain collection meets no rule and no warning, with the built-in ones it does`() async throws {
        let world = try LibraryWorld()
        #expect(try Plan.parse(text(world)).warnings.isEmpty)
        let warnings = try Plan.parse(text(world), sites: .builtIn).warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.message.contains("ARCHER2") == true)
        #expect(warnings.first?.severity == .warning)
        var plan = try world.plan("atmos")
        #expect(try await world.transfers().preview(plan).warnings.isEmpty)
        #expect(try await world.transfers(sites: .builtIn).preview(plan).warnings.count == 1)
        // A path that the site does not show is refused only where the site is known.
        plan = Plan(
            id: plan.id,
            from: Place(try #require(CollectionID(LibraryWorld.archer2)), try CollectionPath("/nowhere"), local: plan.from.local),
            to: plan.to)
        #expect(try await world.transfers().preview(plan).files == 1)
        await #expect(throws: PPTransferError.self) { try await world.transfers(sites: .builtIn).preview(plan) }
    }

    @Test func `sites of files come before those that are built in`() throws {
        let world = try LibraryWorld()
        let file = world.place.path + "/sites.yaml"
        try Data("mine: {collection: \(LibraryWorld.jasmin)}\n".utf8).write(to: URL(fileURLWithPath: file))
        let sites = Sites.builtIn.adding(try Sites.files([file]))
        #expect(sites.all.contains { $0.alias == "mine" })
        #expect(sites.all.contains { $0.alias == "archer2" })
        #expect(Sites.none.all.isEmpty)
        #expect(throws: PPTransferError.self) { try Sites.files([world.place.path + "/none.yaml"]) }
    }

    // MARK: preview

    @Test func `a preview lists what would be sent, and makes no task`() async throws {
        let world = try LibraryWorld()
        try world.place.file("data/b.tmp", 5)
        var plan = try world.plan("atmos")
        plan.selection.exclude = ["*.tmp"]
        let preview = try await world.transfers().preview(plan)
        #expect(preview.files == 1)
        #expect(preview.bytes == 10)
        #expect(preview.paths == ["a.pp"])
        #expect(preview.unselected == 1)
        #expect(preview.source == Place(try #require(plan.from.collection), try CollectionPath("/work/n02/cycle")))
        #expect(world.service.tasks.isEmpty)
        #expect(try world.record("atmos") == nil)
    }

    // MARK: results

    @Test func `a result that this version does not know survives`() throws {
        let report = TransferReport(
            FinishedTransfer(plan: try .example(), outcome: .nothing(allowed: true)), at: Timestamp(secondsSince1970: 1_800_000_000))
        let encoded = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        #expect(encoded.contains(#""workflow":"u-ab123""#))
        #expect(encoded.contains(#""result":"nothing""#))
        let foreign = encoded.replacing(#""result":"nothing""#, with: #""result":"teleported","more":1"#)
        let decoded = try JSONDecoder().decode(TransferReport.self, from: Data(foreign.utf8))
        #expect(decoded.result.name == "teleported")
        #expect(decoded.result != .nothing)
        let again = String(decoding: try JSONEncoder().encode(decoded), as: UTF8.self)
        #expect(again.contains(#""result":"teleported""#))
    }
}

import Foundation
import Globus
import PPTransferReports
import TestSupport
import Testing

@testable import PPTransfer
@testable import PositionedYAML

struct TransferPlanTests {
    private let now = Timestamp(secondsSince1970: 1_780_000_000)

    @Test func `a plan is small to pass on, and a change stays with the copy that was changed`() throws {
        let plan = try TransferPlan.example(local: "/work/n02/cycle")
        var copy = plan
        #expect(copy == plan)
        copy.description.workflow.value = "u-cd456"
        copy.source.name = "elsewhere"
        #expect(plan.workflow == "u-ab123")
        #expect(copy.workflow == "u-cd456")
        #expect(plan.source.name != "elsewhere")
        #expect(copy != plan)
        copy.description.workflow.value = "u-ab123"
        copy.source.name = plan.source.name
        #expect(copy == plan)
        // Each function that passes it on has copies on its stack, for as long as a transfer waits.
        #expect(MemoryLayout<TransferPlan>.stride < 1024)
    }

    @Test func `a source that lies here is sent file by file`() throws {
        let plan = try TransferPlan.example(local: "/work/n02/cycle")
        let manifest = Manifest([.init(path: "sub/b.nc", size: 2, modified: 0), .init(path: "a.pp", size: 1, modified: 0)])
        let document = plan.document(.files(manifest), now: now)
        #expect(
            document.items == [
                TransferItem(sourcePath: "/work/n02/cycle/a.pp", destinationPath: "/gws/archive/a.pp", recursive: false),
                TransferItem(sourcePath: "/work/n02/cycle/sub/b.nc", destinationPath: "/gws/archive/sub/b.nc", recursive: false),
            ])
        #expect(document.filterRules == nil)
        #expect(document.recursiveSymlinks == nil)
        #expect(document.label == "pptransfer u-ab123 19880901T0000Z atmos 7f1d865cc4")
        #expect(document.storeBasePathInfo == true)
        #expect(document.deadline == "2026-05-31 20:26:40+00:00")
        #expect(document.syncLevel == .checksum)
        #expect(document.verifyChecksum == true)
        #expect(document.preserveTimestamp == true)
        #expect(document.failOnQuotaErrors == true)
        #expect(document.skipSourceErrors == false)
        #expect(document.deleteDestinationExtra == nil)
        #expect([document.notifyOnSucceeded, document.notifyOnFailed, document.notifyOnInactive] == [false, true, true])
    }

    @Test func `a source elsewhere is one recursive item, the patterns as rules`() throws {
        let plan = try TransferPlan.example { description in
            description.select = .example(include: ["*.pp", "*.nc"], exclude: ["*.tmp"])
            description.symlinks = .follow
        }
        let document = plan.document(.directory, now: now)
        #expect(document.items == [TransferItem(sourcePath: "/work/n02/cycle/", destinationPath: "/gws/archive/", recursive: true)])
        #expect(document.recursiveSymlinks == .copy)
        #expect(
            document.filterRules == [
                FilterRule(.exclude, ".pptransfer-canary-*", type: .file),
                FilterRule(.exclude, ".nfs????????????????????????", type: .file),
                FilterRule(.exclude, "*.tmp", type: .file), FilterRule(.include, "*.pp", type: .file),
                FilterRule(.include, "*.nc", type: .file),
                FilterRule(.exclude, "*", type: .file),
            ])
    }

    @Test func `encryption is asked for as the description says, by a site that requires it, or left to the collections`() throws {
        func asked(_ written: TaskDescription.TransferOptions.Encryption?, required: Bool = false) throws -> Bool? {
            var plan = try TransferPlan.example { $0.transfer.encrypt = written }
            if required { plan.destination.site = .example(forcesEncryption: true) }
            return plan.document(.directory, now: now).encryptData
        }
        #expect(try (asked(nil), asked(.never), asked(.always), asked(.auto)) == (false, false, true, nil))
        #expect(try [asked(nil, required: true), asked(.never, required: true), asked(.auto, required: true)] == [true, true, true])
    }

    @Test func `a single file keeps its name in the destination directory`() throws {
        let document = try TransferPlan.example(source: "/work/n02/one.pp").document(.file, now: now)
        #expect(document.items == [TransferItem(sourcePath: "/work/n02/one.pp", destinationPath: "/gws/archive/one.pp", recursive: false)])
    }

    @Test func `labels fit the service and stay apart`() {
        func label(_ workflow: String, _ cycle: String? = "19880901T0000Z", _ name: String? = nil) -> String {
            TransferLabel(workflow: workflow, cycle: cycle, name: name).description
        }
        #expect(label("u-ab123") == "pptransfer u-ab123 19880901T0000Z")
        #expect(label("u-ab123", nil, "x") == "pptransfer u-ab123 x")
        let odd = [
            "proj/u-ab123", "proj_u-ab123", "proj,u-ab123", String(repeating: "long", count: 60), String(repeating: "long", count: 61), "é",
        ]
        let labels = odd.map { label($0) } + [label("u", "1988-09-01T00:00:00Z"), label("u", "1988-09-01T00_00_00Z")]
        #expect(Set(labels).count == labels.count)
        for label in labels {
            #expect(label.utf8.count <= 128)
            #expect(
                label.unicodeScalars.allSatisfy {
                    $0.isASCII && ($0.properties.isAlphabetic || "0123456789 _-.".unicodeScalars.contains($0))
                })
        }
        #expect(label("a", "b c") != label("a b", "c"))
    }

    @Test(arguments: [1, 60, 117, 118, 128, 129, 300]) func `a task's label is recognised, with its fingerprint and without`(length: Int) {
        let label = TransferLabel(workflow: String(repeating: "w", count: length), cycle: nil, name: nil)
        let task = label.marked("0123456789")
        #expect(task.utf8.count <= 128)
        #expect(task.hasSuffix(" 0123456789"))
        #expect(label.fingerprint(in: task) == "0123456789")
        #expect(label.fingerprint(in: label.description) == "")
        #expect(label.fingerprint(in: task + "0") == nil)
        #expect(label.fingerprint(in: "x" + task) == nil)
        let other = TransferLabel(workflow: String(repeating: "w", count: length + 1), cycle: nil, name: nil)
        #expect(label.fingerprint(in: other.marked("0123456789")) == nil)
        #expect(label.fingerprint(in: other.description) == nil)
    }

    @Test func `a fingerprint is of the ends and of the selection`() throws {
        let plan = try TransferPlan.example()
        var others = Array(repeating: plan, count: 6)
        others[0].source.path = try CollectionPath("/work/n02/other")
        others[1].destination.path = try CollectionPath("/gws/other")
        others[2].destination.collection = plan.source.collection
        others[3].description.select = .example(include: ["*.pp"])
        others[4].description.select = .example(exclude: ["*.pp"])
        others[5].description.select = .example(include: ["*.nc", "*.pp"])
        #expect(Set((others + [plan]).map(\.fingerprint)).count == 7)
        // What does not change which files go where does not make it another transfer.
        var same = plan
        (same.description.wait.limit, same.description.transfer.sync) = (.seconds(5), .size)
        #expect(same.fingerprint == plan.fingerprint)
    }
}

struct PlannerTests {
    private let source: TemporaryDirectory

    init() throws { source = try TemporaryDirectory() }

    private func plans(_ text: String, isRehearsal: Bool = true) throws -> (plans: [TransferPlan], warnings: [Problem]) {
        let environment = ["HOME": source.path]
        let descriptions = try DescriptionReader(variables: Variables(environment: environment)).read(Array(text.utf8), file: "t.yaml")
        return try Planner(
            sites: try SiteCatalogue.load(environment: environment, words: .commands), environment: environment, today: "2026-11-20",
            isRehearsal: isRehearsal
        ).plans(for: descriptions)
    }

    private func text(from path: String, extra: String = "") -> String {
        "pptransfer: 1\nfrom: {collection: archer2, path: \(path)}\nto: {collection: jasmin, path: /gws/x}\n\(extra)"
    }

    @Test func `a source that this machine has is read here`() throws {
        try source.file("a.pp")
        #expect(try plans(text(from: source.path + "/")).plans[0].localSource == LocalSource(path: source.path, evidence: .stated))
        #expect(
            try plans(text(from: source.path).replacing("archer2", with: "jasmin"), isRehearsal: false).plans[0].localSource?.evidence
                == .assumed)
        #expect(try plans(text(from: source.path + "/a.pp")).plans[0].localSource?.isFile == true)
        #expect(try plans(text(from: "/work/n02/nowhere")).plans[0].localSource == nil)
        #expect(try plans(text(from: "'~/a.pp'")).plans[0].localSource == nil)
    }

    @Test(arguments: [
        ("[ln*, nid*]", "ln03", true), ("['*.hpc.example.ac.uk']", "xfer1.hpc.example.ac.uk", true),
        ("[ln01]", "ln01.hpc.example.ac.uk", true),
        ("[ln*]", "laptop", false), ("[]", "ln03", false),
    ])
    func `where a site says which machines mount it, a path on another one is something else`(
        patterns: String, host: String, isHere: Bool
    ) throws {
        try source.file("a.pp")
        let site =
            "archer2: {collection: 3e90d018-0d05-461a-bbaf-aab605283d21, here: \(patterns)}\n"
            + "jasmin: {collection: a2f53b7f-1b4e-4dce-9b7c-349ae760fee0}"
        try Data(site.utf8).write(to: URL(fileURLWithPath: source.path + "/sites.yaml"))
        let descriptions = try DescriptionReader(variables: Variables()).read(Array(text(from: source.path).utf8), file: "t.yaml")
        var planner = Planner(
            sites: try SiteCatalogue.load(environment: ["PPTRANSFER_SITES": source.path + "/sites.yaml"], words: .commands),
            environment: [:],
            today: "2026-11-20")
        planner.host = host
        let plan = try planner.plans(for: descriptions).plans[0]
        #expect(plan.localSource?.evidence == (isHere ? .stated : nil))
        // A rehearsal's source may be anywhere.
        planner.isRehearsal = true
        #expect(try planner.plans(for: descriptions).plans[0].localSource != nil)
    }

    @Test func `patterns with paths need a source that lies here`() throws {
        let select = "select: {include: ['sub/*.pp', '*.nc'], exclude: ['a/b']}\n"
        #expect(try plans(text(from: source.path, extra: select)).plans.count == 1)
        let problems = #expect(throws: Problems.self) { try plans(text(from: "/work/n02/nowhere", extra: select)) }
        #expect(problems?.errors.map(\.key) == ["select.include", "select.exclude"])
        #expect(problems?.errors.first?.position.line == 4)
    }

    @Test func `a path outside of the roots is an error, in a rehearsal a warning`() throws {
        #expect(try plans(text(from: source.path)).warnings.count == 1)
        let problems = #expect(throws: Problems.self) { try plans(text(from: source.path), isRehearsal: false) }
        #expect(problems?.errors.first?.position == SourcePosition(file: "t.yaml", line: 2, column: 35))
    }

    @Test func `the real form of a mount is told to ARCHER2 as it knows it`() throws {
        let plan = try plans(text(from: "/mnt/lustre/a2fs-work2/work/n02/n02/me/archive")).plans[0]
        #expect(plan.source.path.description == "/work/n02/n02/me/archive")
    }
}

extension Site {
    fileprivate static func example(forcesEncryption: Bool) -> Site {
        var site = Site(alias: "vault", collection: .null, name: "Vault")
        site.forcesEncryption = forcesEncryption
        return site
    }
}

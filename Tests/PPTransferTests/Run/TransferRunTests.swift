import Foundation
import Globus
import GlobusTesting
import Logging
import PPTransfer
import PPTransferReports
import TestSupport
import Testing

struct TransferRunTests {
    private let source: TemporaryDirectory
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        source = try TemporaryDirectory()
        try source.file("a.pp", 10)
        try source.file("sub/b.nc", 20)
    }

    private func run(_ service: ScriptedService, _ plans: TransferPlan...) async -> [FinishedTransfer] {
        await TransferRun(service: service, journal: nil, time: SteppedTimekeeper(), log: log).run(plans)
    }

    private let arrived: [String: [DirectoryEntry]] = [
        "/gws/archive": [.file("a.pp", 10), .directory("sub"), .file("other", 1)], "/gws/archive/sub": [.file("b.nc", 20)],
    ]

    private func plan(_ configure: (inout TaskDescription) -> Void = { _ in }) throws -> TransferPlan {
        try .example(local: source.path, configure: configure)
    }

    @Test func `what is submitted, waited for and found there is archived`() async throws {
        let service = ScriptedService(steps: [.state(.active()), .state(.succeeded(files: 2))], files: arrived)
        let report = try #require(await run(service, plan()).first)
        #expect(report.status == .ok)
        #expect(report.task == .example(1))
        #expect(
            report.resultLine
                == "u-ab123 19880901T0000Z atmos: ok (0): 2 files, 30 B at jasmin:/gws/archive; 3.0 MB sent in 2.0 s (1.5 MB/s), "
                + "0 files skipped as equal, 0 faults; each file has the expected size there")
        #expect(service.submissions.map(\.id) == [.example(1)])
        #expect(service.submissions[0].document.items.count == 2)
        #expect(
            service.requests.prefix(4) == [
                "tasks status:ACTIVE,INACTIVE/type:TRANSFER/label:~pptransfer u-ab123 19880901T0000Z atmos*", "list /gws/archive",
                "submission_id",
                "submit",
            ])
    }

    @Test func `success of the task is not enough: each file must be there with its size`() async throws {
        let wrong: [String: [DirectoryEntry]] = ["/gws/archive": [.file("a.pp", 9), .directory("sub")], "/gws/archive/sub": []]
        let report = try #require(await run(ScriptedService(steps: [.state(.succeeded())], files: wrong), plan()).first)
        #expect(report.status == .mismatch)
        #expect(report.outcome.details == ["short: a.pp has 9 bytes instead of 10", "missing: sub/b.nc"])
        let gone = try #require(await run(ScriptedService(steps: [.state(.succeeded())], files: ["/gws/archive": []]), plan()).first)
        #expect(gone.outcome.details == ["missing: a.pp", "missing: sub/b.nc"])
        let odd: [String: [DirectoryEntry]] = ["/gws/archive": [.directory("a.pp")], "/gws/archive/sub": [.file("b.nc", 21)]]
        let other = try #require(await run(ScriptedService(steps: [.state(.succeeded())], files: odd), plan()).first)
        #expect(other.outcome.details == ["not a file: a.pp", "long: sub/b.nc has 21 bytes instead of 20"])
    }

    @Test func `what cannot be listed is sent, not proven`() async throws {
        let refusal = Refusal(request: "GET ls", status: 403, code: "EndpointPermissionDenied", requestID: "r-9")
        let service = ScriptedService(steps: [.state(.succeeded())], listing: .refused(refusal))
        let report = try #require(await run(service, plan()).first)
        #expect(report.status == .unverified)
        #expect(report.failureLines(in: .library).contains("request id r-9"))
    }

    @Test func `no proof is asked for if the description says so`() async throws {
        let service = ScriptedService(steps: [.state(.succeeded())])
        let report = try #require(await run(service, plan { $0.verify.level = .none }).first)
        #expect(report.status == .ok)
        #expect(report.resultLine.hasSuffix("not verified (verify: {level: none})"))
    }

    @Test func `skipped errors are not success`() async throws {
        let skipped = SkippedFile(
            sourcePath: "/work/a.pp", destinationPath: "/gws/a.pp", errorCode: "FILE_NOT_FOUND", errorDetails: "", errorTime: "")
        let service = ScriptedService(steps: [.state(.succeeded(skippedErrors: 1))], files: arrived, skipped: [skipped])
        let report = try #require(await run(service, plan()).first)
        #expect(report.status == .partial)
        #expect(report.outcome.details == ["/work/a.pp: FILE_NOT_FOUND"])
    }

    @Test(arguments: [
        ("EXPIRED", Status.expired), ("CANCELED", .cancelled), ("ENDPOINT_DELETED", .collection), ("QUOTA_EXCEEDED", .noSpace),
        ("EXTERNAL_CHECKSUM_MISMATCH", .mismatch),
        ("FILE_NOT_FOUND", .sourceMissing), ("SOMETHING_NEW", .failed), ("", .failed),
    ])
    func `a failed task is told by its fatal error`(code: String, status: Status) async throws {
        let service = ScriptedService(steps: [.state(.failed(code, "words of Globus"))])
        #expect(try await run(service, plan()).first?.status == status)
    }

    @Test func `nothing to send is decided by the description, without a request`() async throws {
        let service = ScriptedService(steps: [])
        #expect(try await run(service, plan { $0.select = .example(include: ["*.none"]) }).first?.status == .nothing)
        let allowed = try plan {
            $0.select = .example(include: ["*.none"])
            $0.empty = .succeed
        }
        #expect(await run(service, allowed).first?.status == .ok)
        #expect(service.requests.isEmpty)
    }

    @Test func `a source with problems is not submitted, and all of them are told`() async throws {
        try source.link("l1", to: "a.pp")
        try source.link("l2", to: "a.pp")
        let service = ScriptedService(steps: [])
        let report = try #require(await run(service, plan()).first)
        #expect(report.status == .sourceMissing)
        #expect(Set(report.outcome.details) == ["l1 is a symbolic link (to a.pp)", "l2 is a symbolic link (to a.pp)"])
        #expect(service.requests.isEmpty)
    }

    @Test(arguments: [
        (409, "Conflict", Status.conflict), (409, "ClientError.Conflict.TooManyPendingJobs", .limit), (403, "ConsentRequired", .consent),
        (403, "PermissionDenied", .denied), (404, "EndpointNotFound", .collection), (429, "", .limit),
        (503, "ServiceUnavailable", .unavailable),
        (401, "AuthenticationFailed", .auth), (502, "ExternalError.X.GCDisconnected", .collection), (410, "EndpointDeleted", .collection),
        (400, "BadRequest", .internal),
    ])
    func `a refused submission has the status of its cause`(status: Int, code: String, exit: Status) async throws {
        let refusal = Refusal(request: "POST /v0.10/transfer", status: status, code: code, message: "words", requestID: "r-2")
        let service = ScriptedService(steps: [], submission: .failure(.refused(refusal)))
        let report = try #require(await run(service, plan()).first)
        #expect(report.status == exit)
        #expect(report.failureLines(in: .library).contains("request id r-2"))
        let again = report.outcome.again.sentence
        #expect(report.failureLines(in: .library).last == again.prefix(1).uppercased() + again.dropFirst() + ".")
    }

    @Test(arguments: [
        (400, "Item 1: invalid character in path", "rename the file 'caf\u{E9}.pp', or leave it out"),
        (413, "Request Entity Too Large", "send the files in several transfers"),
    ])
    func `a submission that is refused for a file or its size is no defect`(status: Int, message: String, remedy: String) async throws {
        try source.file("caf\u{E9}.pp", 1)
        let refusal = Refusal(request: "POST transfer", status: status, code: "ClientError.BadRequest", message: message)
        let report = try #require(await run(ScriptedService(steps: [], submission: .failure(.refused(refusal))), plan()).first)
        #expect(report.status == .description, "\(report.failureLines(in: .library))")
        #expect(report.failureLines(in: .library).contains { $0.contains(remedy) }, "\(report.failureLines(in: .library))")
    }

    @Test func `a source that is not mounted here is listed through its collection`() async throws {
        let files: [String: [DirectoryEntry]] = [
            "/work/n02/cycle": [.file("a.pp", 10), .directory("sub"), .file("x.tmp", 3)], "/work/n02/cycle/sub": [.file("b.nc", 20)],
        ].merging(arrived) { first, _ in first }
        let service = ScriptedService(steps: [.state(.succeeded())], files: files)
        let plan = try TransferPlan.example { $0.select = .example(exclude: ["*.tmp"], required: ["*.nc"]) }
        let report = try #require(await run(service, plan).first)
        #expect(report.status == .ok)
        #expect(service.requests.first == "stat /work/n02/cycle")
        #expect(service.submissions[0].document.items.map(\.recursive) == [true])
    }

    @Test func `an absent, empty or linked source elsewhere is found before anything is submitted`() async throws {
        let absent = ScriptedService(steps: [])
        #expect(try await run(absent, .example()).first?.status == .sourceMissing)
        let empty = ScriptedService(steps: [], files: ["/work/n02/cycle": []])
        #expect(try await run(empty, .example()).first?.status == .nothing)
        let linked = ScriptedService(steps: [], files: ["/work/n02/cycle": [.link("l", to: "/x")]])
        #expect(try await run(linked, .example { $0.symlinks = .fail }).first?.status == .sourceMissing)
        let lacking = ScriptedService(steps: [], files: ["/work/n02/cycle": [.file("a", 1)]])
        #expect(try await run(lacking, .example { $0.select = .example(required: ["*.nc"]) }).first?.status == .sourceMissing)
        for service in [absent, empty, linked, lacking] { #expect(service.submissions.isEmpty) }
    }

    @Test func `links of a source elsewhere are left out unless the description says otherwise, and named in one line`() async throws {
        let source: [DirectoryEntry] = (1...5).map { .link("l\($0)", to: "/x") } + [.file("a.pp", 10)]
        let service = ScriptedService(
            steps: [.state(.succeeded())], files: ["/work/n02/cycle": source, "/gws/archive": [.file("a.pp", 10)]])
        let lines = Lines()
        let plan = try TransferPlan.example()
        let report = await TransferRun(service: service, journal: nil, time: SteppedTimekeeper(), log: lines.logger()).run([plan])[0]
        #expect(report.status == .ok, "\(report.resultLine)")
        #expect(service.submissions[0].document.recursiveSymlinks == .ignore)
        let named = lines.all.filter { $0.contains("symbolic link") && $0.hasPrefix("warning") }
        #expect(named.count == 1)
        #expect(
            named.first?.hasSuffix(
                "leaves out 5 symbolic links: l1, l2, l3, … and 2 more; to send what they lead to, write 'symlinks: follow'")
                == true)
        #expect(plan.links == .skip)
        #expect(try self.plan().links == .fail)
    }

    @Test func `what the transfer itself made or brought is nobody else's, however many directories that are`() async throws {
        let directories = (0..<150).map { DirectoryEntry.directory("d\($0)") }
        let files: [String: [DirectoryEntry]] = [
            "/work/n02/cycle": directories + [.file("a.pp", 10), .file("b.pp", 5)],
            "/gws/archive": directories + [.file("a.pp", 10), .file("b.pp", 5), .directory("stranger")],
        ].merging(directories.map { ("/work/n02/cycle/\($0.name)", []) }) { first, _ in first }
        let journal = Journal(directory: source.path + "/journal")
        func extra(_ service: ScriptedService) async throws -> [String]? {
            let run = TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: log)
            return await run.run([try .example { $0.cycle = nil }])[0].outcome.archive?.extra
        }
        #expect(try await extra(ScriptedService(steps: [.state(.succeeded(files: 2))], files: files)) == ["stranger/"])
        // The facility has deleted b.pp since.
        var later = files
        later["/work/n02/cycle"] = directories + [.file("a.pp", 10)]
        let second = ScriptedService(steps: [.state(.succeeded())], files: later)
        #expect(try await extra(second) == ["stranger/"])
        #expect(second.requests.count { $0.hasPrefix("stat ") } == 1)
    }

    @Test func `one transfer's failure does not keep the others from being tried, and the most serious status is the run's`() async throws {
        let service = ScriptedService(steps: [.state(.succeeded())], files: arrived)
        let reports = await run(service, try .example(local: source.path + "/nowhere", name: "ocean"), try plan())
        #expect(reports.map(\.status) == [.sourceMissing, .ok])
        #expect(RunReport(transfers: reports, isRehearsal: false).status == .sourceMissing)
    }

    @Test func `the report for programs holds what the text says`() async throws {
        let service = ScriptedService(steps: [.state(.failed("QUOTA_EXCEEDED", "quota"))])
        let report = RunReport(transfers: await run(service, try plan()), isRehearsal: false)
        let json = try JSONDecoder().decode(JSONValue.self, from: Data(ReportDocument(report, status: report.status).text.utf8))
        #expect(json.object?["pptransfer"] == "run")
        #expect(json.object?["format"] == 2)
        #expect(json.object?["exit_status"] == 40)
        let transfer = try #require(json.object?["transfers"]?.array?.first?.object)
        #expect(transfer["status"] == "no-space")
        #expect(transfer["task_id"] == "00000000-0000-4000-a000-000000000001")
        #expect(transfer["remedy"]?.string?.hasPrefix("free some space at jasmin") == true)
        #expect(transfer["request_id"] == "r-1")
    }
}

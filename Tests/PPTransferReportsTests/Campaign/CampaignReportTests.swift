import CycleCalendar
import Foundation
import Globus
import TestSupport
import Testing

@testable import PPTransfer
@testable import PPTransferReports

/// The numbers of a campaign, and what they are called.
struct CampaignReportTests {
    private let campaign: Campaign

    init() throws { campaign = try Campaign() }

    private func letters(_ change: (inout JournalRecord) -> Void) throws -> String {
        try campaign.leave("1", change)
        return campaign.report().workflows[0].transfers[0].stages.letters
    }

    @Test func `the headline says how much is archived, and what calls for whom`() throws {
        try campaign.leaveOfEachKind()
        let workflow = campaign.report().workflows[0]
        #expect(
            workflow.headline
                == "2 of 7 cycles archived: 4 files, 6.0 GB. 2 transfers are under way. 1 transfer is to be run again. "
                + "2 transfers need action now.")
        #expect(workflow.states.map(\.state) == ["archived", "session", "no-space", "failed", "begun", "submitted"])
        #expect(workflow.failures.map(\.heading).first == "session: 1 transfer needs action now")
    }

    @Test func `a cycle counts as archived if each of its transfers is`() throws {
        for name in ["atmos", "ocean"] {
            try campaign.leave("1") { record in
                record.name = name
                campaign.archive(&record)
            }
        }
        #expect(campaign.report().workflows[0].headline.hasSuffix("4 files, 6.0 GB. Nothing needs to be done."))
        try campaign.leave("1") { record in
            record.name = "ice"
            campaign.submit(&record, .accepted)
        }
        let workflow = campaign.report().workflows[0]
        #expect(workflow.headline.hasPrefix("0 of 1 cycle archived (2 of 3 transfers): 4 files"))
        #expect((workflow.totals.cycles, workflow.totals.archivedCycles) == (1, 0))
    }

    @Test func `a cycle without files, which its description allows, leaves nothing to do`() throws {
        try campaign.leave("1") { campaign.end(&$0, .ok, "nothing to send") }
        let workflow = campaign.report().workflows[0]
        #expect(workflow.headline == "1 of 1 cycle archived: 0 files, 0 B. Nothing needs to be done.")
        #expect(workflow.transfers[0].stages.letters == "doooo")
        #expect(workflow.oldestOpen == nil)
    }

    @Test func `the stages of what is archived`() throws {
        #expect(try letters { campaign.archive(&$0) } == "ddddo")
        #expect(try letters { campaign.archive(&$0, level: "none") } == "dddoo")
        #expect(
            try letters { record in
                campaign.archive(&record)
                record.receipt?.cleaned = campaign.time.now.description
            } == "ddddd")
    }

    @Test func `the stages of what is under way`() throws {
        #expect(try letters { _ in } == "coooo")
        #expect(try letters { campaign.submit(&$0, .intended) } == "dcooo")
        #expect(try letters { campaign.submit(&$0, .accepted) } == "ddcoo")
        #expect(
            try letters { record in
                campaign.submit(&record, .accepted)
                campaign.end(&record, .signal(15))
            } == "ddcoo")
    }

    @Test func `the stages of what failed, each where it stopped`() throws {
        func ended(_ status: Status, _ state: JournalRecord.Submission.State?) throws -> String {
            try letters { record in
                if let state { campaign.submit(&record, state) }
                campaign.end(&record, status)
            }
        }
        #expect(try ended(.sourceMissing, nil) == "foooo")
        #expect(try ended(.denied, nil) == "ofooo")
        #expect(try ended(.auth, .intended) == "dfooo")
        #expect(try ended(.noSpace, .failed) == "ddfoo")
        #expect(try ended(.session, .accepted) == "ddfoo")
        #expect(try ended(.mismatch, .failed) == "dddfo")
        #expect(try ended(.unverified, .accepted) == "dddfo")
    }

    @Test func `the numbers are those of the status table`() throws {
        try campaign.leaveOfEachKind()
        try campaign.leave("1", workflow: "u-other") { campaign.archive(&$0) }
        let report = campaign.report(), status = StatusReport(campaign.journal, workflow: nil, now: campaign.time.now)
        #expect(ReportDocument(report.status, status: .ok).text == ReportDocument(status, status: .ok).text)
        #expect(report.workflows.map(\.name) == ["u-ab123", "u-other"])
        #expect(campaign.report(["u-other", "u-none"]).workflows.map(\.name) == ["u-other"])
    }

    /// As a second journal of the same workflow has it.
    private func joined(_ second: Campaign) -> CampaignReport {
        let places = [(campaign, "run1"), (second, "run2")].map { JournalSearch.Place($0.journal, run: $1) }
        return CampaignReport([("u-ab123", places)], now: campaign.time.now, environment: ["HOME": "/home/me"])
    }

    @Test func `runs of one workflow have a section each, and commands name the run and a journal that is not found`() throws {
        let second = try Campaign()
        for place in [campaign, second] { try place.leave("1") { place.end(&$0, .failed) } }
        try second.leave("2") { second.archive(&$0) }
        let report = joined(second)
        #expect(report.workflows.map(\.name) == ["u-ab123/run1", "u-ab123/run2"])
        #expect(
            report.overview.map { Array($0.prefix(2)) } == [["u-ab123/run1", "0 of 1"], ["u-ab123/run2", "1 of 2"], ["total", "1 of 3"]])
        #expect(
            report.workflows.map(\.failures[0].command) == [
                "pptransfer rerun u-ab123/run1 --cycle 1 --journal \(campaign.journal.directory)",
                "pptransfer rerun u-ab123/run2 --cycle 1 --journal \(second.journal.directory)",
            ])
        #expect(report.status.text.contains("1      run1  atmos"), "\(report.status.text)")
        for text in [report.markdown, report.digest, String(decoding: report.html, as: UTF8.self)] {
            #expect(text.contains("cycles archived"))
            #expect(text.contains("run2"))
        }
    }

    @Test func `a cycle that no run has archived is missing, and one without a record is added`() throws {
        let second = try Campaign()
        try campaign.leave("1") { campaign.end(&$0, .failed) }
        try campaign.leave("2") { campaign.end(&$0, .failed) }
        try second.leave("1") { second.archive(&$0) }
        var report = joined(second)
        var table = report.status
        try table.keepMissing(from: CycleRange("1..3"), every: nil, workflow: "u-ab123")
        #expect(table.rows.map(\.state) == ["failed", "absent"])
        #expect(table.status == .noRecord)
        report.keep(table)
        #expect(
            report.workflows.flatMap(\.transfers).map { "\($0.section) \($0.row.cycle ?? "-") \($0.stages.letters)" }.sorted()
                == [
                    "u-ab123 3 ooooo", "u-ab123/run1 2 ofooo",
                ].sorted())
        #expect(report.digest.contains("no-record: 1 transfer needs action now"))
        #expect(!report.digest.contains("--cycle 3"))
    }

    @Test func `an expired login is renewed by a command, and a valid one is not`() throws {
        try campaign.leave("1") { record in
            campaign.submit(&record, .accepted)
            campaign.end(&record, .session, "log in again")
        }
        try campaign.leave("2") { campaign.end(&$0, .auth, "not logged in") }
        var report = campaign.report()
        let ends = report.workflows[0].transfers[0].ends
        func site(_ end: JournalRecord.Plan.End, _ identity: String) -> Site {
            var site = Site(alias: end.name, collection: end.collection, name: end.name)
            site.identity = identity
            return site
        }
        report.sites = SiteCatalogue([site(ends[0], "safe.archer2.ac.uk"), site(ends[1], "accounts.jasmin.ac.uk")], words: .commands)
        func commands(_ status: Status) -> [String]? {
            report.workflows[0].failures.first { $0.status == status }?.logInCommands(report)
        }
        #expect(commands(.auth) == ["globus login --force"])
        // Of several domains, one command renews one.
        #expect(
            commands(.session) == [
                "globus session update safe.archer2.ac.uk", "globus session update accounts.jasmin.ac.uk",
            ])
        report.logins[ends[1].name] = KnownLogins.Login(
            domain: "accounts.jasmin.ac.uk", lapses: report.now + .seconds(86_400), seen: report.now)
        #expect(commands(.session) == ["globus session update safe.archer2.ac.uk"])
        #expect(report.markdown.contains("```sh\nglobus session update safe.archer2.ac.uk\npptransfer rerun u-ab123 --cycle 1\n```"))
        report.login = .own(path: "login.json")
        #expect(commands(.session) == ["pptransfer login --session safe.archer2.ac.uk"])
    }

    @Test func `one transfer has no drawings of one bar`() throws {
        try campaign.leave("1") { campaign.archive(&$0) }
        #expect(!String(decoding: campaign.report().html, as: UTF8.self).contains("<figure>"))
        try campaign.leave("2") { campaign.archive(&$0) }
        #expect(String(decoding: campaign.report().html, as: UTF8.self).contains("<figure>"))
    }

    @Test func `failures of one cause stand together, with what each run said and what sends them again`() throws {
        for cycle in 1...30 {
            try campaign.leave("\(cycle)", workflow: "u $x") { record in
                campaign.submit(&record, .failed)
                campaign.end(&record, .expired, cycle % 3 == 0 ? "rare" : "frequent")
            }
        }
        let failures = campaign.report().workflows[0].failures
        try #require(failures.count == 1)
        #expect(failures[0].messages.map(\.text) == ["frequent", "rare"])
        #expect(failures[0].messages.map(\.count) == [20, 10])
        #expect(failures[0].command == "pptransfer rerun 'u $x' --failed")
        #expect(failures[0].titles(most: 2) == ["1 atmos", "2 atmos", "… and 28 more"])
    }

    @Test func `days left of a login are told as far as a run has learnt them`() throws {
        #expect(campaign.report().loginSentences == ["The journal does not show when logins expire; 'pptransfer whoami' queries Globus."])
        let now = campaign.time.now
        let login = KnownLogins.Login(domain: "accounts.jasmin.ac.uk", lapses: now + .seconds(3 * 86_400 + 5), seen: now)
        let dead = KnownLogins.Login(domain: "safe.archer2.ac.uk", lapses: now, seen: now)
        KnownLogins.keep(["jasmin": login], in: campaign.journal)
        KnownLogins.keep(["archer2": dead], in: campaign.journal)
        #expect(KnownLogins.read(campaign.journal) == ["jasmin": login, "archer2": dead])
        #expect(
            campaign.report().loginSentences == [
                "archer2 (safe.archer2.ac.uk): the login expired on 2027-01-15 08:00 UTC, as seen at 2027-01-15 08:00 UTC.",
                "jasmin (accounts.jasmin.ac.uk): the login has 3 days left, until 2027-01-18 08:00 UTC, as seen at 2027-01-15 08:00 UTC.",
            ])
    }

    @Test func `a record of an earlier version, which tells nothing of a clean-up, is read as it was`() throws {
        try campaign.leave("1") { campaign.archive(&$0) }
        let path = campaign.journal.stem("u-ab123", cycle: "1", name: "atmos") + ".json"
        let text = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        #expect(!text.contains("cleaned"))
        #expect(try Journal.read(path)?.record.receipt?.cleaned == nil)
        #expect(campaign.report().workflows[0].transfers[0].stages[.cleaned] == .open)
    }

    @Test func `the runs of a repeated transfer are a table and a drawing`() throws {
        try campaign.leave("1", workflow: "task-3f2a9c") { record in
            record.cycle = nil
            campaign.archive(&record)
            for number in 1...30 {
                record.add(
                    PastRun(
                        time: "T\(number)", status: "ok", files: 100 + number, bytes: 5_000_000_000, newFiles: Int64(number),
                        newBytes: 1000))
            }
        }
        let report = campaign.report(["task-3f2a9c"])
        let lines = report.markdown.split(separator: "\n").filter { $0.hasPrefix("| T") }
        #expect(lines.count == 20)
        #expect(lines.first == "| T30 | ok | 130 | 5.0 GB | 30 | 1.0 kB |")
        let page = String(decoding: report.html, as: UTF8.self)
        #expect(page.contains("New files of each run of task-3f2a9c"))
        #expect(page.contains("30 runs brought 465 new files."))
        #expect(page.contains("<td>T30</td><td>ok</td><td>130</td>"))
    }
}

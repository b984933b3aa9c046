import Foundation
import Globus
import Testing

@testable import PPTransfer
@testable import PPTransferReports
@testable import PositionedYAML

/// The forms of the report. A judge looks at the page with a browser.
struct CampaignPageTests {
    private let campaign: Campaign
    private static let hostile = "</script><script>alert('1')</script>\"&<!-- x\u{1}"

    init() throws { campaign = try Campaign() }

    private var page: String { String(decoding: campaign.report().html, as: UTF8.self) }

    private func data() throws -> JSONValue {
        let part = try #require(page.components(separatedBy: "id=\"data\">").last?.components(separatedBy: "</script>").first)
        return try JSONDecoder().decode(JSONValue.self, from: Data(part.utf8))
    }

    @Test func `nothing from the journal becomes markup`() throws {
        try campaign.leave(Self.hostile, workflow: Self.hostile) { record in
            record.name = Self.hostile
            campaign.submit(&record, .failed)
            campaign.end(&record, .failed, Self.hostile)
        }
        let page = page
        // The page's own two, and its data.
        #expect(page.components(separatedBy: "<script").count == 3)
        #expect(page.components(separatedBy: "</script>").count == 3)
        #expect(!page.contains("<!-- x"))
        #expect(!page.contains("<script>alert"))
        #expect(page.contains("&lt;/script&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;&lt;!-- x"))
        #expect(!page.contains("href=\"javascript"))
        let data = try data()
        // What the page shows has nothing in it that controls a display.
        let shown = JSONValue.string(Outlet.line(Self.hostile))
        #expect(data.object?["workflows"] == .array([shown]))
        #expect(shown != .string(Self.hostile))
        let row = try #require(data.object?["rows"]?.array?.first?.array)
        try #require(row[1] == shown)
        try #require(row[2] == shown)
        #expect(row[13] == shown)
    }

    @Test func `the page forbids every request, and lets no other script run`() throws {
        try campaign.leaveOfEachKind()
        let page = page
        let policy = try #require(page.firstMatch(of: /Content-Security-Policy" content="([^"]+)"/)).1
        #expect(policy.hasPrefix("default-src 'none'; "))
        #expect(!policy.contains("unsafe"))
        #expect(!policy.contains("http"))
        #expect(policy.matches(of: /(style|script)-src 'sha256-[A-Za-z0-9+\/]{43}='/).count == 2)
        #expect(!page.contains(/\ssrc=|\sstyle=|\son[a-z]+=|@import|url\(/))
        let links = page.matches(of: /https?:\/\/[^"'\s]+/).map { String($0.0) }
        #expect(!links.isEmpty)
        #expect(links.allSatisfy { $0.hasPrefix("https://app.globus.org/activity/") })
    }

    @Test func `every transfer is in the data, and the latest hundred in the table`() throws {
        for cycle in 1...150 { try campaign.leave("\(cycle)") { campaign.archive(&$0) } }
        #expect(try data().object?["rows"]?.array?.count == 150)
        let rows = page.matches(of: /<th scope="row">([0-9]+)<\/th>/).compactMap { Int($0.1) }
        #expect(rows == Array((51...150).reversed()))
        #expect(page.contains("The latest 100 of 150 transfers"))
    }

    @Test func `a remedy stands on the page as 'explain' has it`() throws {
        try campaign.leave("1") { campaign.end(&$0, .consent) }
        #expect(Status.consent.explanation == "consent (21): `data_access` consent missing; run again once that is done")
        #expect(page.contains("<p>consent (21): <code>data_access</code> consent missing; run again once that is done.</p>"))
        #expect(campaign.report().markdown.contains("\n\(Status.consent.explanation).\n"))
    }

    @Test func `a journal without a record makes a page, too`() {
        #expect(page.contains("The journal has no record of these workflows."))
        #expect(page.contains("All 0 transfers."))
        #expect(campaign.report().markdown.contains("The journal has no record"))
    }

    @Test func `records that cannot be read are told in every form`() throws {
        try campaign.leaveOfEachKind()
        try campaign.place.file("u-ab123/broken.json")
        #expect(page.contains("Unreadable records"))
        #expect(page.contains("broken.json"))
        #expect(campaign.report().markdown.contains("broken.json"))
        #expect(campaign.report().metrics.contains("\npptransfer_journal_unreadable_records 1\n"))
    }

    @Test func `drawings stay small, however long the campaign`() throws {
        var workflow = CampaignWorkflow(name: "u")
        for number in 0..<20_000 {
            var record = JournalRecord(try .example(), now: campaign.time.now)
            record.cycle = "\(number)"
            campaign.archive(&record)
            record.receipt?.proven = (campaign.time.now + .seconds(number * 60)).description
            record.receipt?.rate = Int64(1 + number)
            workflow.transfers.append(CampaignTransfer(JournalRecord.Summary(record), now: campaign.time.now))
        }
        var progress = HTMLText(), rate = HTMLText()
        ProgressDrawing(workflow).write(to: &progress)
        RateDrawing(workflow).write(to: &rate)
        #expect(progress.bytes.count < 10_000)
        #expect(rate.bytes.count < 60_000)
        let text = String(decoding: progress.bytes, as: UTF8.self)
        #expect(text.contains("60.0 TB"))
        #expect(text.contains("20000 transfers"))
        #expect(text.contains("V0H1000V200Z"))
        #expect(String(decoding: rate.bytes, as: UTF8.self).contains("Rate, 63 transfers to a bar"))
    }

    @Test func `Markdown takes nothing from the journal for markup`() throws {
        try campaign.leave("1|2", workflow: "a_b*c") { campaign.end(&$0, .denied, "<b> | `x` [y](z)\n# end") }
        let text = campaign.report().markdown
        #expect(text.contains("## a\\_b\\*c\n"))
        #expect(text.contains("| 1\\|2 atmos | denied | – | ✗ |"))
        #expect(text.contains("- &lt;b&gt; \\| \\`x\\` \\[y\\](z) \\# end\n"))
        #expect(text.contains("```sh\npptransfer rerun 'a_b*c' --cycle '1|2'\n```"))
    }

    @Test func `metrics have the numbers of the headline`() async throws {
        try campaign.leaveOfEachKind()
        let login = KnownLogins.Login(
            domain: "accounts.jasmin.ac.uk", lapses: campaign.time.now + .seconds(5 * 86_400), seen: campaign.time.now)
        KnownLogins.keep(["jasmin": login], in: campaign.journal)
        await campaign.time.sleep(for: .seconds(90))
        let text = campaign.report().metrics
        for line in [
            #"pptransfer_transfers{workflow="u-ab123",state="archived"} 2"#,
            #"pptransfer_transfers{workflow="u-ab123",state="no-space"} 1"#,
            #"pptransfer_cycles{workflow="u-ab123"} 7"#, #"pptransfer_cycles_archived{workflow="u-ab123"} 2"#,
            #"pptransfer_transfers_needing_a_person{workflow="u-ab123"} 2"#, #"pptransfer_archived_bytes{workflow="u-ab123"} 6000000000"#,
            #"pptransfer_last_archived_age_seconds{workflow="u-ab123"} 90"#,
            #"pptransfer_oldest_unarchived_age_seconds{workflow="u-ab123"} 90"#,
            #"pptransfer_login_days_left{site="jasmin",domain="accounts.jasmin.ac.uk"} 4"#,
            "pptransfer_report_timestamp_seconds 1800000090",
        ] { #expect(text.contains("\n\(line)\n"), "\(line)\n\(text)") }
    }

    @Test func `metrics are written in the form that collectors read`() throws {
        try campaign.leave("1", workflow: "a\"b\\c\nd") { campaign.submit(&$0, .accepted) }
        let text = campaign.report().metrics
        #expect(text.contains(#"pptransfer_transfers{workflow="a\"b\\c\nd",state="archived"} 0"#))
        var typed: Set<Substring> = []
        for line in text.split(separator: "\n") {
            if let type = line.wholeMatch(of: /# TYPE (pptransfer_[a-z_]+) gauge/) {
                #expect(typed.insert(type.1).inserted, "\(line)")
            } else if !line.hasPrefix("# HELP pptransfer_") {
                let sample = try #require(line.wholeMatch(of: /(pptransfer_[a-z_]+)(\{.+\})? [0-9]+/), "\(line)")
                #expect(typed.contains(sample.1), "\(line)")
            }
        }
        // Of what there is not no metric is written.
        #expect(!text.contains("last_archived_age"))
        #expect(!text.contains("login_days_left"))
    }
}

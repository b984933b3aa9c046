import Foundation
import Globus
import TestSupport
import Testing

/// `report` as users call it.
struct ReportTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data(count: 1000))
    }

    /// A stand-in's journal lies in that of the real service.
    private var journal: String { desk.path("state/rehearsal") }

    private func archive() async throws {
        try desk.describe(desk.description("clean: {source: delete}"))
        try await LocalService.with(desk) { service in
            let environment = service.environment.merging([
                "PPTRANSFER_REHEARSAL_DELETES": "1", "PPTRANSFER_JOURNAL": desk.path("state"),
            ]) { $1 }
            let end = try await desk.run("run", "task.yaml", with: environment)
            #expect(end.status == 0, "\(end.everything)")
        }
    }

    @Test func `one call writes the page and the metrics, and says the headline`() async throws {
        try await archive()
        let end = try await desk.run(
            "report", "--journal", journal, "--output", "report.html", "--metrics", "metrics.prom")
        #expect(end.status == 0, "\(end.everything)")
        #expect(end.output.isEmpty, "\(end.everything)")
        let headline = "1 of 1 cycle archived: 1 file, 1.0 kB. Nothing needs to be done."
        #expect(end.errors == "u-ab123: \(headline)\nwritten to report.html\n")
        let page = String(decoding: try #require(desk.contents("suite/report.html")), as: UTF8.self)
        #expect(page.hasPrefix("<!DOCTYPE html>"))
        #expect(page.hasSuffix("</html>\n"))
        #expect(page.contains(headline))
        // The run has deleted what it had proven.
        #expect(page.components(separatedBy: "<td class=\"d\">").count == 6)
        let metrics = String(decoding: try #require(desk.contents("suite/metrics.prom")), as: UTF8.self)
        #expect(metrics.contains("pptransfer_archived_bytes{workflow=\"u-ab123\"} 1000\n"))
        #expect(try desk.tree("suite").keys.sorted() == ["metrics.prom", "report.html", "task.yaml"])
    }

    @Test func `Markdown and JSON go to standard output`() async throws {
        try await archive()
        let journal = ["PPTRANSFER_JOURNAL": journal]
        let markdown = try await desk.run("report", "u-ab123", "--format", "markdown", with: journal)
        #expect(markdown.status == 0)
        #expect(markdown.output.contains("\n## u-ab123\n\n1 of 1 cycle archived"))
        let report = try JSONValue(text: try await desk.run("report", "--json", with: journal).output)
        let status = try JSONValue(text: try await desk.run("status", "--json", with: journal).output)
        #expect(report["transfers"][0]["bytes"] == 1000)
        #expect(report["transfers"][0]["task"] == status["transfers"][0]["task"])
        #expect(report["pptransfer"] == "status")
        #expect(report["status"] == "ok")
    }

    @Test func `a terminal gets text, and never HTML`() async throws {
        try await archive()
        let journal = ["PPTRANSFER_JOURNAL": journal]
        for (arguments, status) in [(["report"], 0), (["report", "--format", "html"], 64)] as [([String], Int32)] {
            let terminal = try Terminal(width: 120)
            let end = try await Turns.programs.pass {
                try await self.desk.start(arguments, journal, output: .file(terminal.path)).completed()
            }
            #expect(end.status == status, "\(arguments): \(end.everything)")
            #expect(!terminal.written.contains("<"), "\(terminal.written)")
            #expect(end.errors.contains("which cannot show HTML; name a file with --output") == (status == 64))
        }
        let piped = try await desk.run("report", with: journal)
        #expect(piped.output.hasPrefix("<!DOCTYPE html>"))
    }

    @Test func `a workflow that the journal does not know, and a file that cannot be written, are told`() async throws {
        try await archive()
        let journal = ["PPTRANSFER_JOURNAL": journal]
        let unknown = try await desk.run("report", "u-ab12", "--output", "report.html", with: journal)
        #expect(unknown.status == 13, "\(unknown.everything)")
        #expect(unknown.errors.contains("no record of workflow 'u-ab12'"), "\(unknown.everything)")
        #expect(!desk.exists("suite/report.html"))
        let nowhere = try await desk.run("report", "--output", "none/report.html", with: journal)
        #expect(nowhere.status == 73, "\(nowhere.everything)")
        #expect(nowhere.errors == "error: cannot write 'none/report.html': no such file or directory\n", "\(nowhere.everything)")
    }
}

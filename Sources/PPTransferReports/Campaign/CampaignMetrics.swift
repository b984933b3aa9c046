import Globus
package import PPTransfer
import PositionedYAML

/// The report for a monitor: the text format of Prometheus, as node-exporter's textfile collector reads it.
struct CampaignMetrics {
    private var lines: [String] = []

    init(_ report: CampaignReport) {
        let (workflows, now) = (report.workflows, report.now)
        func age(_ moment: Timestamp) -> Int64 { max(0, (now - moment).components.seconds) }

        add("transfers", "Transfers by state: archived, submitted, begun, or the status of the latest run.") { add in
            for workflow in workflows {
                // Present also when there is none, so that an alert can rely on it.
                if !workflow.states.contains(where: { $0.state == StatusReport.Row.archived }) {
                    add(["workflow": workflow.name, "state": StatusReport.Row.archived], 0)
                }
                for (state, _, count) in workflow.states { add(["workflow": workflow.name, "state": state], Int64(count)) }
            }
        }
        func each(_ name: String, _ help: String, _ value: (CampaignWorkflow) -> Int64?) {
            add(name, help) { add in
                for workflow in workflows { if let value = value(workflow) { add(["workflow": workflow.name], value) } }
            }
        }
        each("cycles", "Cycles in the journal.") { Int64($0.totals.cycles) }
        each("cycles_archived", "Cycles that need nothing more.") { Int64($0.totals.archivedCycles) }
        each("transfers_needing_a_person", "Transfers that need action.") { Int64($0.count(.person)) }
        each("archived_bytes", "Bytes verified at the destination.") { $0.totals.bytes }
        each("archived_files", "Files verified at the destination.") { Int64($0.totals.files) }
        each("last_archived_age_seconds", "Seconds since the latest transfer was archived.") { $0.lastArchived.map(age) }
        each("oldest_unarchived_age_seconds", "Seconds since the oldest transfer that is not archived was submitted; 0 if all are.") {
            $0.oldestOpen.map(age) ?? 0
        }
        add("login_days_left", "Whole days until the login for a site expires, as the latest runs saw it.") { add in
            for (alias, login) in report.logins.sorted(by: { $0.key < $1.key }) {
                add(["site": alias, "domain": login.domain], login.daysLeft(now))
            }
        }
        add("journal_unreadable_records", "Records of the journal that could not be read.") { $0([:], Int64(report.problems.count)) }
        add("report_timestamp_seconds", "When these numbers were taken, in seconds since 1970.") { $0([:], now.secondsSince1970) }
    }

    var text: String { lines.map { $0 + "\n" }.joined() }

    /// A metric without a sample is left out.
    private mutating func add(_ name: String, _ help: String, _ samples: ((KeyValuePairs<String, String>, Int64) -> Void) -> Void) {
        let name = "pptransfer_" + name
        var found: [String] = []
        samples { labels, value in
            let text = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            found.append("\(name)\(text.isEmpty ? "" : "{\(text)}") \(value)")
        }
        if !found.isEmpty { lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge"] + found }
    }

    private static func escaped(_ value: String) -> String {
        Outlet.text(value).replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#).replacing("\n", with: #"\n"#)
    }
}

extension CampaignReport {
    package var metrics: String { CampaignMetrics(self).text }

    /// Writes a file that readers see whole or not at all.
    package static func write(_ bytes: some Collection<UInt8>, to path: String) throws(OutputProblem) {
        try OutputFile.write(bytes, to: path)
    }
}

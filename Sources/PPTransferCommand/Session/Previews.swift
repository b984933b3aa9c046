import ArgumentParser
import Globus
import GlobusCLILogin
import PPTransfer
import PPTransferReports

extension CommandSession {
    /// Prints what transfers would do now, and leaves. Nothing is sent.
    ///
    /// - Parameters:
    ///   - comparing: lists both ends, for which a login is needed.
    ///   - text: of a preview, for people.
    /// - Throws: `ExitCode`, unless each of them could begin.
    func preview(_ plans: [TransferPlan], comparing: Bool = false, text: (PlanPreview) -> String) async throws {
        var (previews, warnings) = await PlanPreview.all(plans, service: globus.transfer, now: SystemTimekeeper().now)
        for warning in warnings { console.tell(warning) }
        if comparing {
            let session: GlobusSession
            do throws(GlobusError) {
                session = try connected(for: .question, heardBy: RunReporter(self))
            } catch {
                throw console.refused(login: error)
            }
            for index in previews.indices {
                let log = console.log.about(previews[index].plan)
                await previews[index].compare(through: session.transfer, time: SystemTimekeeper()) { log.warning("\($0)") }
            }
        }
        let report = PlanReport(transfers: previews, isRehearsal: console.isRehearsal)
        if json {
            console.document(ReportDocument(report, status: report.status))
        } else {
            for preview in previews { console.result(text(preview)) }
        }
        try console.leave(with: report.status)
    }
}

import Globus
import Logging
import PPTransfer
import PPTransferReports

/// The Swift of the articles: what stands between `// snippet NAME` and `// end` is a block of one of them, word for word.
enum LibrarySnippets {
    static func plans(descriptionPath: String, environment: [String: String]) throws -> [TransferPlan] {
        // snippet plans
        let preparation = Preparation([.file(descriptionPath)], variables: Variables(environment: environment))
        let (plans, warnings) = try preparation.plans(named: .unknown, today: SystemTimekeeper().now.day, isRehearsal: false)
        for warning in warnings { print(warning) }
        // end
        return plans
    }

    static func send(_ plans: [TransferPlan], environment: [String: String]) async throws -> [TransferReport] {
        // snippet send
        let session = try GlobusSession(
            environment: GlobusEnvironment(environment), variables: environment,
            client: ClientInfo(product: "my-program", version: "1.0"), names: .pptransfer)
        let journal = Journal(environment: environment)
        let run = TransferRun(service: session.transfer, journal: journal, log: Logger(label: "my-program"))
        let reports = await run.run(plans)
        // end
        return reports
    }

    static func tell(_ reports: [TransferReport]) -> ExitStatus {
        // snippet tell
        for report in reports {
            switch report.outcome {
            case .archived(let archive): print("\(archive.files) files are proven at the destination")
            case .already: print("archived by an earlier run")
            default: for line in report.failureLines { print(line) }
            }
        }
        let status = ExitStatus.mostSerious(of: reports.map(\.status))
        // end
        return status
    }

    static func listing(environment: [String: String], collection: CollectionID) async throws -> [FileDocument] {
        // snippet listing
        let session = try GlobusSession(
            environment: GlobusEnvironment(environment), variables: environment,
            client: ClientInfo(product: "my-program", version: "1.0"))
        let directory = try CollectionPath("/gws/nopw/j04/canari")
        let list = try await session.transfer.list(directory, on: collection, offset: 0, limit: 1000)
        // end
        return list.files
    }

    static func refusal(_ error: GlobusError) -> String {
        // snippet refusal
        switch error {
        case .refused(let refusal) where refusal.kind == .consent:
            return "give the consents \(refusal.authorization?.requiredScopes ?? [])"
        case .refused(let refusal):
            return "refused; Globus support asks for the request id \(refusal.requestID ?? "")"
        case .unreachable, .unreadableReply, .endless:
            return "no answer that could be read"
        case .notLoggedIn(let problem):
            return problem.remedy
        case .invalid(_, let detail):
            return detail
        case .cancelled:
            return "cancelled"
        }
        // end
    }
}

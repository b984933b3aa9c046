import Globus
import PPTransfer

/// The Swift of the articles: what stands between `// snippet NAME` and `// end` is a block of one of them, word for word.
enum LibrarySnippets {
    static func plans(descriptionPath: String) throws -> [Plan] {
        // snippet plans
        let parsed = try Plan.read(descriptionPath, values: ["CYCLE": "19880901T0000Z"], sites: .builtIn)
        for warning in parsed.warnings { print(warning) }
        // end
        return parsed.plans
    }

    static func planInCode(source: CollectionID, destination: CollectionID) throws -> Plan {
        // snippet code
        var plan = Plan(
            id: try TransferID(workflow: "u-ab123", cycle: "19880901T0000Z"),
            from: Place(source, try CollectionPath("/work/n02/u-ab123/19880901T0000Z")),
            to: Place(destination, try CollectionPath("/gws/nopw/j04/canari/19880901T0000Z")))
        plan.selection.exclude = ["*.tmp"]
        plan.wait.limit = .seconds(6 * 3600)
        // end
        return plan
    }

    static func send(_ plans: [Plan], environment: [String: String], journalPath: String) async throws -> [TransferReport] {
        // snippet send
        let client = try GlobusClient.fromEnvironment(environment, product: ClientInfo(product: "my-program", version: "1.0"))
        let transfers = Transfers(client: client, journal: Journal(directory: journalPath), sites: .builtIn)
        var reports: [TransferReport] = []
        for transfer in transfers.start(plans, atMost: 3) {
            for await step in transfer.progress { print(transfer.id, step) }
            reports.append(await transfer.value)
        }
        // end
        return reports
    }

    static func tell(_ reports: [TransferReport]) -> Bool {
        // snippet tell
        for report in reports {
            switch report.result {
            case .archived, .alreadyArchived:
                print("\(report.proof?.files ?? 0) files are verified at the destination")
            default:
                print(report)
                for line in report.details { print("  " + line) }
                if let remedy = report.remedy { print("what to do: \(remedy)") }
            }
        }
        let isDone = reports.allSatisfy { $0.retry == .needless }
        // end
        return isDone
    }
}

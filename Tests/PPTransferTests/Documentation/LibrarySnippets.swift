import Dispatch
import Foundation
import Globus
import PPTransfer

/// The Swift of the articles: what stands between `// snippet NAME` and `// end` is a block of one of them, word for word.
enum LibrarySnippets {
    static func environment() -> [String: String] {
        // snippet environment
        let environment = ProcessInfo.processInfo.environment
        let journalPath = (environment["HOME"] ?? "/tmp") + "/my-program/journal"
        let descriptionPath = CommandLine.arguments.dropFirst().first ?? "task.yaml"
        // end
        return environment.merging(["JOURNAL": journalPath, "DESCRIPTION": descriptionPath]) { $1 }
    }

    static func transfers(environment: [String: String], journalPath: String) throws -> Transfers {
        // snippet client
        let client = try GlobusClient.fromEnvironment(environment, product: ClientInfo(product: "my-program", version: "1.0"))
        let transfers = Transfers(client: client, journal: Journal(directory: journalPath), sites: .builtIn)
        // end
        return transfers
    }

    static func plans(descriptionPath: String) throws -> [Plan] {
        // snippet plans
        let values = ["CYCLE": "19880901T0000Z"]
        let parsed = try Plan.read(descriptionPath, values: values, sites: .builtIn)
        for warning in parsed.warnings { print(warning) }
        let plans = parsed.plans
        // end
        return plans
    }

    static func parsedPlans(values: [String: String]) -> (plans: [Plan], places: [String]) {
        var places: [String] = []
        func print(_ items: Any...) { places.append(items.map { "\($0)" }.joined(separator: " ")) }
        // snippet text
        let text = """
            pptransfer: 1
            workflow: u-ab123
            cycle: "${CYCLE}"
            from: {collection: archer2, path: "/work/n02/n02/user/{cycle}"}
            to: {collection: jasmin, path: "/gws/nopw/j04/canari/{cycle}"}
            """
        var textPlans: [Plan] = []
        do {
            textPlans = try Plan.parse(text, name: "my text", values: values, sites: .builtIn).plans
        } catch {
            for issue in error.issues {
                if let line = issue.line, let column = issue.column { print("line \(line), column \(column)") }
                print(issue.key, issue.message)
                if let remedy = issue.remedy { print("what to do: \(remedy)") }
            }
        }
        // end
        return (textPlans, places)
    }

    static func planInCode() throws -> Plan {
        // snippet code
        let source = Place(site: "archer2", try CollectionPath("/work/n02/n02/user/19880901T0000Z"))
        let destination = Place(site: "jasmin", try CollectionPath("/gws/nopw/j04/canari/19880901T0000Z"))
        var plan = Plan(id: try TransferID(workflow: "u-ab123", cycle: "19880901T0000Z"), from: source, to: destination)
        plan.selection.exclude = ["*.tmp"]
        plan.wait.limit = .seconds(6 * 3600)
        // end
        return plan
    }

    static func send(_ plans: [Plan], with transfers: Transfers) async -> [TransferReport] {
        // snippet send
        let started = transfers.start(plans, atMost: 3)
        let reports = await withTaskGroup(of: TransferReport.self) { group in
            for transfer in started {
                group.addTask {
                    for await step in transfer.progress { print(transfer.id, step) }
                    return await transfer.value
                }
            }
            var reports: [TransferReport] = []
            for await report in group { reports.append(report) }
            return reports
        }
        // end
        return reports
    }

    static func leave(_ started: [Transfer], on number: Int32) -> any DispatchSourceSignal {
        // snippet signal
        func stopWaiting(for transfers: [Transfer], on number: Int32) -> any DispatchSourceSignal {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { @Sendable in
                for transfer in transfers { transfer.cancelWaiting() }
            }
            source.resume()
            return source
        }
        // end
        return stopWaiting(for: started, on: number)
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

    static func recorded(journalPath: String) throws -> [TransferRecord] {
        // snippet journal
        let journal = Journal(directory: journalPath)
        let records = try journal.records(of: "u-ab123")
        for record in records { print(record.id, record.result, record.proof?.files ?? 0) }
        // end
        return records
    }
}

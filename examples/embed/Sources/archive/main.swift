import Foundation
import Globus
import GlobusCLILogin
import PPTransfer

// Sends what the description in the first argument says, once, and verifies it, with a line for each step: what 'pptransfer run' does, within
// a program of your own. The second argument is the journal's directory.

let arguments = CommandLine.arguments.dropFirst()
guard let path = arguments.first, let journal = arguments.dropFirst().first else {
    print("usage: archive DESCRIPTION JOURNAL")
    exit(64)
}

do {
    let variables = ProcessInfo.processInfo.environment
    let parsed = try Plan.read(path, values: variables, sites: .builtIn)
    for warning in parsed.warnings { print(warning) }

    let login = Login.firstOf(.serviceAccount(in: variables), .commandLine(home: NSHomeDirectory()))
    let client = try GlobusClient.fromEnvironment(variables, product: ClientInfo(product: "archive", version: "1"), login: login)
    let transfers = Transfers(client: client, journal: Journal(directory: journal), sites: .builtIn)

    let reports = await withTaskGroup(of: TransferReport.self) { group in
        for transfer in transfers.start(parsed.plans, atMost: 3) {
            group.addTask {
                for await step in transfer.progress { print("\(transfer.id): \(step)") }
                return await transfer.value
            }
        }
        var reports: [TransferReport] = []
        for await report in group { reports.append(report) }
        return reports
    }
    for report in reports {
        print(report)
        if let remedy = report.remedy { print("what to do: \(remedy)") }
    }
    let isDone = reports.allSatisfy { $0.retry == .needless }
    exit(isDone ? 0 : 1)
} catch let error as PPTransferError {
    for issue in error.issues { print(issue) }
    exit(1)
} catch {
    print(error)
    exit(1)
}

import Foundation
import Globus
import Logging
import PPTransfer

// Sends what the description in the first argument says, once, and proves it: what 'pptransfer run' does, within a program of your own.

let environment = ProcessInfo.processInfo.environment
let log = Logger(label: "archive")
guard let path = CommandLine.arguments.dropFirst().first else {
    print("usage: archive DESCRIPTION")
    exit(PPTransfer.ExitStatus.usage.number)
}

do {
    let prepared = Preparation([.file(path)], variables: Variables(set: [:], environment: environment))
    let (plans, warnings) = try prepared.plans(named: .unknown, today: SystemTimekeeper().now.day, isRehearsal: false)
    for warning in warnings { log.warning("\(warning)") }

    let session = try GlobusSession(
        environment: GlobusEnvironment(environment), variables: environment, client: ClientInfo(product: "archive", version: "1"),
        names: .pptransfer)
    let run = TransferRun(service: session.transfer, journal: Journal(environment: environment), log: log)
    let reports = await run.run(plans)

    for report in reports { print(report.resultLine) }
    exit(PPTransfer.ExitStatus.mostSerious(of: reports.map(\.status)).number)
} catch let problems as Problems {
    for problem in problems.all { print(problem) }
    exit(PPTransfer.ExitStatus.description.number)
} catch let error as GlobusError {
    print(error)
    exit(PPTransfer.ExitStatus(error, during: .submission).number)
} catch let problem as GlobusEnvironment.Problem {
    print(problem)
    exit(PPTransfer.ExitStatus.usage.number)
} catch {
    print(error)
    exit(PPTransfer.ExitStatus.internal.number)
}

import Foundation
import Globus
import PPTransfer

// Sends the directories 0 to 49 of one place to another, all at once, and cancels every second transfer once Globus has it: what a server
// does whose users change their minds. The third argument is the journal's directory.

func place(_ text: String) -> (collection: CollectionID, path: CollectionPath)? {
    let halves = text.split(separator: ":", maxSplits: 1)
    guard halves.count == 2, let id = CollectionID(halves[0]), let path = try? CollectionPath(String(halves[1])) else { return nil }
    return (id, path)
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 3, let source = place(arguments[0]), let destination = place(arguments[1]) else {
    print("usage: many SOURCE-UUID:/PATH DESTINATION-UUID:/PATH JOURNAL")
    exit(64)
}

do {
    let client = try GlobusClient.fromEnvironment(
        ProcessInfo.processInfo.environment, product: ClientInfo(product: "many", version: "1"))
    let transfers = Transfers(client: client, journal: Journal(directory: arguments[2]))
    let plans = try (0..<50).map { number in
        Plan(
            id: try TransferID(workflow: "many", name: "\(number)"), from: Place(source.collection, source.path.appending("\(number)")),
            to: Place(destination.collection, destination.path.appending("\(number)")))
    }

    let reports = await withTaskGroup(of: TransferReport.self) { group in
        for (number, transfer) in transfers.start(plans).enumerated() {
            group.addTask {
                guard number.isMultiple(of: 2) else { return await transfer.value }
                for await step in transfer.progress where step.task != nil { break }
                return await transfer.cancelTransfer()
            }
        }
        return await group.reduce(into: []) { $0.append($1) }
    }

    for (result, some) in Dictionary(grouping: reports, by: \.result).sorted(by: { "\($0.key)" < "\($1.key)" }) {
        print("\(some.count) \(result)")
    }
    let isKnown = reports.allSatisfy { [.archived, .alreadyArchived, .cancelled].contains($0.result) }
    exit(isKnown ? 0 : 1)
} catch {
    print(error)
    exit(1)
}

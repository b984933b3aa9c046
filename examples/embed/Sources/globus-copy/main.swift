import Copying
import Foundation
import Globus

// Sends a directory to another collection: Globus Transfer from Swift, with the service account of GLOBUS_CLI_CLIENT_ID and
// GLOBUS_CLI_CLIENT_SECRET.

let places = CommandLine.arguments.dropFirst().map { Directory($0) }
guard places.count == 2, let source = places[0], let destination = places[1] else {
    print("usage: globus-copy SOURCE-UUID:/PATH DESTINATION-UUID:/PATH")
    exit(64)
}

do {
    let client = try GlobusClient.fromEnvironment(
        ProcessInfo.processInfo.environment, product: ClientInfo(product: "globus-copy", version: "1"))
    let task = try await copy(source, to: destination, with: client) { print($0) }
    exit(task?.status == .succeeded ? 0 : 1)
} catch {
    print(error)
    exit(1)
}

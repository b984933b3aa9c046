import Foundation
import Globus

// Lists a directory of a collection: Globus Transfer from Swift, with the login that the Globus CLI left.

let environment = ProcessInfo.processInfo.environment
let arguments = CommandLine.arguments.dropFirst()
guard let collection = arguments.first.flatMap({ CollectionID($0) }),
    let path = try? CollectionPath(arguments.dropFirst().first ?? "/~")
else {
    print("usage: globus-ls COLLECTION-UUID [PATH]")
    exit(64)
}

do {
    let session = try GlobusSession(
        environment: GlobusEnvironment(environment), variables: environment, client: ClientInfo(product: "globus-ls", version: "1"))
    let list = try await session.transfer.list(path, on: collection, offset: 0, limit: 1000)
    for file in list.files { print(file.isDirectory ? "\(file.name)/" : "\(file.name)  \(file.size ?? 0) bytes") }
} catch {
    print(error)
    exit(1)
}

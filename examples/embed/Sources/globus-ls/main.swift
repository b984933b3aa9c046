import Foundation
import Globus
import GlobusCLILogin

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
    let login = Login.firstOf(.serviceAccount(in: environment), .commandLine(home: NSHomeDirectory()))
    let client = try GlobusClient.fromEnvironment(environment, product: ClientInfo(product: "globus-ls", version: "1"), login: login)
    for try await file in client.entries(of: path, on: collection) {
        print(file.isDirectory ? "\(file.name)/" : "\(file.name)  \(file.size ?? 0) bytes")
    }
} catch {
    print(error)
    exit(1)
}

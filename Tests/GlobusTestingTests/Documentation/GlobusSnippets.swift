import Foundation
import Globus
import GlobusTesting

/// The Swift of the articles on Globus: what stands between `// snippet NAME` and `// end` is a block of one of them, word for word.
enum GlobusSnippets {
    static func client(id: String, secret: AccessToken) throws -> GlobusClient {
        // snippet client
        var configuration = try GlobusClient.Configuration(product: ClientInfo(product: "my-program", version: "1.0"))
        configuration.retry = RetryPolicy(budget: .seconds(300))
        let client = GlobusClient(login: .serviceAccount(id: id, secret: secret), configuration: configuration)
        // end
        return client
    }

    static func list(_ client: GlobusClient, source: CollectionID) async throws {
        // snippet list
        for try await entry in client.entries(of: try CollectionPath("/results"), on: source) {
            print(entry.name, entry.size ?? 0)
        }
        // end
    }

    static func send(_ client: GlobusClient, source: CollectionID, destination: CollectionID) async throws -> TaskID {
        // snippet send
        var request = TransferRequest(from: source, to: destination)
        request.add(try CollectionPath("/results"), to: try CollectionPath("/archive/results"), recursive: true)
        request.label = try TaskLabel("my first transfer")
        let submitted = try await client.submit(request)
        // end
        // snippet wait
        for try await task in client.updates(of: submitted.task) {
            print("\(task.status): \(task.filesTransferred) of \(task.files) files")
        }
        // end
        return submitted.task
    }

    static func words(of error: GlobusError) -> String {
        // snippet errors
        switch error.code {
        case .notLoggedIn: return error.remedy ?? "log in again"
        case .consent: return "give the consents \(error.requiredScopes)"
        case .notFound: return "there is nothing of that name"
        case .unreachable: return "Globus cannot be reached"
        default: return "\(error.message ?? "no message") (request id \(error.requestID ?? "none"))"
        }
        // end
    }

    static func login(store: some TokenSource, id: String, secret: AccessToken) -> Login {
        // snippet login
        let login = Login.firstOf(.custom(store), .serviceAccount(id: id, secret: secret))
        // end
        return login
    }

    static func follow(_ client: GlobusClient, id: TaskID) async throws {
        // snippet follow
        for try await task in client.updates(of: id, every: .seconds(30)) {
            print("\(task.filesTransferred) of \(task.files) files, \(task.bytesTransferred) bytes")
            if task.isPaused { print("an administrator has paused it") }
        }
        // end
        // snippet cancel
        switch try await client.cancel(id) {
        case .cancelled: print("cancelled")
        case .alreadyEnded(let task): print("it had ended before: \(task.status)")
        }
        // end
        // snippet sent
        for try await file in client.sentFiles(of: id) {
            print(file.destinationPath ?? "", file.checksum ?? "")
        }
        for try await file in client.skippedFiles(of: id) {
            print("left out: \(file.sourcePath ?? ""), because of \(file.errorCode ?? "an unknown error")")
        }
        // end
    }

    static func simulator(source: CollectionID, destination: CollectionID, directory: String) async -> (GlobusSimulator, GlobusClient) {
        // snippet simulator
        let globus = GlobusSimulator([
            .init(source, "the instrument", root: "\(directory)/instrument"),
            .init(destination, "the archive", root: "\(directory)/archive"),
        ])
        let client = GlobusClient(
            login: .serviceAccount(id: globus.account.id, secret: globus.account.secret), configuration: GlobusClient.Configuration(),
            transport: globus.transport, clock: SystemTimekeeper())
        // end
        return (globus, client)
    }

    static func faults(_ globus: GlobusSimulator) async {
        // snippet faults
        await globus.setFaults([
            .refusal(of: .submit, status: 503), .lostAnswer(to: .submit), .fileError(files: ["*.nc"], code: "PERMISSION_DENIED", times: 3),
        ])
        // end
    }

    static func script(id: TaskID) -> GlobusClient {
        // snippet script
        let transport = ScriptedTransport(
            .document(TransferTask.example(.active, id: id)), .document(TransferTask.example(.succeeded, id: id, files: 20)))
        let client = GlobusClient(
            login: .token(AccessToken("a-token")), configuration: GlobusClient.Configuration(), transport: transport,
            clock: SteppedTimekeeper())
        // end
        return client
    }

    static func collections() -> (source: CollectionID, destination: CollectionID)? {
        // snippet ids
        guard let source = CollectionID("3e90d018-0d05-461a-bbaf-aab605283d21"),
            let destination = CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0")
        else { return nil }
        // end
        return (source, destination)
    }

    static func choose(_ request: inout TransferRequest, digest: String) throws {
        // snippet choose
        request.notifications = .failed
        request.skipsSourceErrors = true
        request.add(
            try CollectionPath("/results/a.h5"), to: try CollectionPath("/archive/a.h5"),
            checksum: try TransferRequest.Checksum("SHA256", digest))
        // end
    }

    static func ask(_ client: GlobusClient, source: CollectionID, destination: CollectionID) async throws -> Int64 {
        // snippet search
        for try await collection in client.collections(matching: "archive") {
            print(collection.id, collection.displayName ?? "", collection.owner ?? "")
            if let contact = collection[field: "contact_email"]?.string { print(contact) }
        }
        // end
        // snippet stat
        if let entry = try await client.stat(try CollectionPath("/results/a.h5"), on: source) {
            print("\(entry.size ?? 0) bytes, changed \(entry.modified?.description ?? "at an unknown time")")
        } else {
            print("there is no such file")
        }
        // end
        // snippet mkdir
        try await client.makeDirectory(try CollectionPath("/archive/2026"), on: destination)
        // end
        // snippet tree
        var bytes: Int64 = 0
        for try await found in client.tree(of: try CollectionPath("/results"), on: source, levels: 3) {
            print(found.path)
            if found.entry.isFile { bytes += found.entry.size ?? 0 }
        }
        // end
        // snippet tasks
        var filter = TaskFilter()
        filter.statuses = [.active, .inactive]
        filter.requestedSince = Timestamp(Date(timeIntervalSinceNow: -86_400))
        for try await task in client.tasks(filter) {
            print(task.id, task.status, task.label ?? "", task.requestTime?.date ?? Date.distantPast)
        }
        // end
        // snippet people
        for identity in try await client.identities() {
            print(identity.username, identity.provider ?? "")
        }
        // end
        return bytes
    }

    static func documents() -> ScriptedTransport {
        // snippet documents
        let listing: [DirectoryEntry] = [
            .file("a.h5", size: 1_000_000), .directory("raw"), .link("latest", to: "a.h5"), .file("b.h5", fields: ["tape": "cold"]),
        ]
        let transport = ScriptedTransport(.page(listing), .refusal(404, code: "ClientError.NotFound"))
        // end
        return transport
    }
}

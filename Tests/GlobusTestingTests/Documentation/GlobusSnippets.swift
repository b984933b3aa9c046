import Globus
import GlobusTesting

/// The Swift of the articles on Globus: what stands between `// snippet NAME` and `// end` is a block of one of them, word for word.
enum GlobusSnippets {
    static func client(id: String, secret: AccessToken) -> GlobusClient {
        // snippet client
        var configuration = GlobusClient.Configuration(product: ClientInfo(product: "my-program", version: "1.0"))
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
        case .alreadyEnded(let task): print("it had ended before: \(task.status)")
        default: print("cancelled")
        }
        // end
        // snippet sent
        for try await file in client.sentFiles(of: id) {
            print(file.destinationPath ?? "", file.checksum ?? "")
        }
        for try await file in client.skippedFiles(of: id) {
            print("left out: \(file.sourcePath ?? "")")
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
            .answer(200, #"{"DATA_TYPE": "task", "task_id": "\#(id)", "status": "ACTIVE"}"#),
            .answer(200, #"{"DATA_TYPE": "task", "task_id": "\#(id)", "status": "SUCCEEDED"}"#))
        let client = GlobusClient(
            login: .token(AccessToken("a-token")), configuration: GlobusClient.Configuration(), transport: transport,
            clock: SteppedTimekeeper())
        // end
        return client
    }
}

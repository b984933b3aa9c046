import Foundation
import Globus
import GlobusTesting
import TestSupport
import Testing

/// What a client costs when it is gone. In a process of its own, so that whatever is open there is the client's.
struct LeftBehindTests {
    @Test func `fifty clients leave no socket, descriptor or thread behind`() async {
        await #expect(processExitsWith: .success) {
            try await useFiftyClients()
        }
    }
}

/// What this process has open.
private struct Open {
    var descriptors: Int
    var sockets: Int
    var threads: Int

    static func now() -> Open {
        let files = FileManager.default
        let descriptors = (try? files.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let targets = descriptors.compactMap { try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
        let threads = (try? files.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return Open(descriptors: targets.count, sockets: targets.count { $0.hasPrefix("socket:") }, threads: threads.count)
    }

    /// - Returns: the first that is as wished; `nil` if none is within 30 seconds.
    static func settled(_ isSettled: (Open) -> Bool) async -> Open? {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let open = now()
            if isSettled(open) { return open }
            await Task.yield()
        }
        return nil
    }
}

private func useFiftyClients() async throws {
    let server = try LoopbackServer(.respond(200, body: #"{"value":"\#(SubmissionID.example(1))"}"#))
    let base = try ServiceURL(base: server.base + "/")
    var configuration = GlobusClient.Configuration()
    configuration.endpoints = GlobusClient.Endpoints(transfer: base, auth: base)
    configuration.retry = RetryPolicy(budget: .zero)
    // The server's own, and whatever the process was started with.
    let bare = Open.now()
    // What the process keeps from its first client on, as libcurl's own tables and the threads of Swift's tasks, is not counted.
    try await useClients(2, configuration)
    let before = try #require(
        await Open.settled { $0.sockets <= bare.sockets })
    try await useClients(50, configuration)
    #expect(server.requests.count == 52)
    let after = await Open.settled { $0.descriptors <= before.descriptors && $0.threads <= before.threads }
    #expect(after != nil, "before: \(before), after: \(Open.now())")
}

private func useClients(_ count: Int, _ configuration: GlobusClient.Configuration) async throws {
    for _ in 0..<count {
        let client = GlobusClient(login: .token(AccessToken("mine")), configuration: configuration)
        _ = try await client.newSubmissionID()
    }
}

import Foundation
import Globus
import Rehearsal
import TestSupport

/// F28–F32, F63: the login lapses, dies, is not enough, or lies where others can read it.
let loginCases: [FaultCase] = [
    FaultCase(28, title: "the access token expires during the wait", [0]) { world in
        await world.faults(http: [HTTPFault(.task, .expireTokens)])
        try await world.run()
        let logins = world.standIn.requests.count { $0.path == "/v2/oauth2/token" }
        world.demand(logins == 2, "\(logins) logins")
    },
    FaultCase(29, title: "the login is revoked during the wait", [20, 0]) { world in
        await world.faults(
            http: [HTTPFault(.task, .revokeTokens), HTTPFault(.token, .invalidGrant, FaultCount(after: 1))], tasks: [.task(1, .queue())])
        let end = try await world.run()
        world.demand(end, says: "Globus Auth does not accept", "the Globus task continues", "\(try await world.liveTask())")
        await world.noFaults()
        await world.resumeAll()
        try await world.run()
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(30, title: "the consent is missing", [21, 0]) { world in
        // Once to the account, which then consents itself, and once more.
        await world.faults(http: [HTTPFault(.submit, .consentRequired, .times(2))])
        world.demand(
            try await world.run(),
            says: "globus session consent 'urn:globus:auth:scope:transfer.api.globus.org:all[", "data_access")
        try await world.run()
    },
    FaultCase(31, title: "the login session is too old for the collection", [22, 0]) { world in
        await world.faults(http: [HTTPFault(.submit, .sessionExpired(domain: "jasmin.ac.uk"))])
        world.demand(try await world.run(), says: "globus session update jasmin.ac.uk")
        try await world.run()
    },
    FaultCase(32, title: "the task goes INACTIVE, and is left", [22, 0]) { world in
        await world.faults(tasks: [.task(1, .deactivate())])
        world.demand(
            try await world.run(), says: "it is INACTIVE, and continues after the login", "globus session update", "resumes this transfer")
        await world.resumeAll()
        world.demand(try await world.run(), says: "resumes Globus task")
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(32, title: "the task goes INACTIVE, and is stayed with", [0]) { world in
        try world.describe("wait: {on_inactive: wait}")
        await world.faults(tasks: [.task(1, .deactivate())])
        world.time.after(.seconds(3600)) { await world.resumeAll() }
        world.demand(try await world.run(), says: "inactive: Globus needs a login")
    },
    kept("readable by its group", says: "640") { path in
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    },
    kept("a symbolic link", says: "is a link; a login is kept in a file of its own") { path in
        try FileManager.default.moveItem(atPath: path, toPath: path + ".other")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path + ".other")
    },
    kept("half written", says: "login.json") { path in
        let whole = FileManager.default.contents(atPath: path) ?? Data()
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    },
]

/// A login file of our own that is not as we left it: refused, whoever it is from, and nothing is sent.
private func kept(_ title: String, says words: String, _ spoil: @escaping @Sendable (String) throws -> Void) -> FaultCase {
    FaultCase(63, title: "the login's file is \(title)", [20]) { world in
        let token = CommandLineDatabase.Token(
            "transfer.api.globus.org", access: "a", refresh: "r", expires: SystemTimekeeper().now.secondsSince1970 + 172_800)
        try OwnLoginDocument(authority: world.environment["GLOBUS_SDK_SERVICE_URL_AUTH"] ?? "", tokens: [token]).write(to: world.desk)
        try spoil(world.desk.ownLogin)
        let nobody = ["GLOBUS_CLI_CLIENT_ID": "", "GLOBUS_CLI_CLIENT_SECRET": ""]
        world.demand(await world.end(of: try world.start("run", "task.yaml", with: nobody)), says: words, world.desk.ownLogin)
        world.demand(world.standIn.requests.isEmpty, "requests were made")
    }
}

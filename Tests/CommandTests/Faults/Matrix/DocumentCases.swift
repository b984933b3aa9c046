import Foundation
import Globus

@testable import Rehearsal

/// F82, F83, F89: documents of the service that lead nowhere, or hold numbers that nobody can mean.
let documentCases: [FaultCase] =
    [
        endless(
            "repeats its pages", HTTPFault.AnswerEdit(set: ["total": 1_000_000_000, "DATA": [entry("a.pp")]]),
            says: "repeats entries"),
        endless("says that there is far more than it gives", HTTPFault.AnswerEdit(set: ["total": .integer(.max)]), says: ", and returned"),
        FaultCase(82, title: "a source's links lead to the directories above them", [10, 0]) { world in
            try world.moveFarAway("symlinks: follow")
            for (name, target) in [("sub/up", ".."), ("here", "."), ("sub/round", "../../far/sub")] {
                try FileManager.default.createSymbolicLink(atPath: world.desk.path("far/" + name), withDestinationPath: target)
            }
            let end = try await world.run()
            world.demand(end, says: "is a symbolic link to a directory above it")
            world.demand(world.standIn.requests.count < 300, "\(world.standIn.requests.count) requests")
            try world.moveFarAway("symlinks: skip")
            try await world.run()
        },
        FaultCase(82, title: "documents of 60 MB: read, and no more is made of them", [0]) { world in
            let note = JSONValue.string(String(repeating: "x", count: 60_000_000))
            await world.faults(http: [HTTPFault(.list, .edit(HTTPFault.AnswerEdit(set: ["note": note])))])
            try await world.run()
        },
        FaultCase(83, title: "an answer may be tried again in 2^63 seconds", [34, 0]) { world in
            await world.faults(http: [HTTPFault(.submit, .status(429, retryAfter: .seconds(.max)))])
            try await world.run()
            try await world.run()
        },
        FaultCase(83, title: "every file at the destination has 2^63 bytes", [60, 0]) { world in
            let edit = HTTPFault.AnswerEdit(setInEach: ["size": .integer(.max)])
            await world.faults(http: [HTTPFault(.list, .edit(edit), FaultCount(after: FaultCase.firstListings))])
            world.demand(try await world.run(), says: "long: a.pp has 9223372036854775807 bytes instead of 60000")
            await world.noFaults()
            try await world.run()
        },
        FaultCase(83, title: "a record's numbers are near 2^63", everyRun: [0, 31, 61, 71]) { world in
            try await world.archive()
            // Its version and its generation say whose it is.
            let record = String(decoding: try Data(contentsOf: URL(fileURLWithPath: world.record("json"))), as: UTF8.self)
            for number in ["9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e300"] {
                let edited = record.replacing(#/("(?!pptransfer|generation)\w+" *: *)[0-9]+\b/#) { "\($0.output.1)\(number)" }
                world.demand(edited != record, "the record has no numbers")
                try Data(edited.utf8).write(to: URL(fileURLWithPath: world.record("json")))
                for command in [
                    ["status"], ["report"], ["receipt", "--cycle", "19880901T0000Z"], ["clean", "--all"], ["run", "task.yaml"],
                ] {
                    await world.end(of: try world.start(arguments: command))
                }
            }
        },
        gone("at the look at the source", .list), gone("at the submission", .submit),
        FaultCase(89, title: "the account of a collection's machine is missing (invalid_user)", [23, 0]) { world in
            let refusal = HTTPFault.Effect.status(
                502, code: "ExternalError.DirListingFailed.LoginFailed", message: "530 invalid_user#1.0.0: does not map to a valid username"
            )
            await world.faults(http: [HTTPFault(.list, refusal, .forever)])
            world.demand(try await world.run(), says: "your account on that machine is missing or closed", "does not help")
            world.demand(await world.tasks().isEmpty, "something was sent")
            await world.noFaults()
            try await world.run()
        },
        encrypted("auto", says: "the data is encrypted: archer2 requires it"),
        encrypted("false", says: "'encrypt: false' has no effect: archer2 encrypts everything that is sent"),
        FaultCase(89, title: "a lost answer, and a task that is called and made otherwise than was asked", [0]) { world in
            var other = otherwise
            other["label"] = "somebody renamed it"
            await world.faults(http: [HTTPFault(.task, .edit(HTTPFault.AnswerEdit(set: other)), .forever)])
            try await world.kill { _, step in step == .answered("POST /v0.10/transfer") }
            world.demand(try await world.run(), says: "Globus did not check the files", "sync_level is 0 in its task")
            world.demand(await world.tasks().count == 1, "more than one task")
        },
        FaultCase(89, title: "a lost journal, and a live task that is made otherwise than was asked", [0]) { world in
            await world.faults(
                http: [
                    HTTPFault(.task, .edit(HTTPFault.AnswerEdit(set: otherwise)), .forever),
                    HTTPFault(.taskList, .edit(HTTPFault.AnswerEdit(setInEach: otherwise)), .forever),
                ], tasks: [.task(1, .queue())])
            try await world.kill { _, step in step.isAnswer(to: "GET /v0.10/task/") }
            world.time.after(.seconds(1200)) { await world.resumeAll() }
            world.demand(try await world.run(journal: world.desk.path("another")), says: "is not in the journal")
            world.demand(await world.tasks().count == 1, "more than one task")
        },
    ]
    + [JSONValue.integer(.max), .integer(.min), .number(1e300), .string("9223372036854775808")].map { number in
        FaultCase(83, title: "the service's figures are \(number)", [0]) { world in
            let figures = [
                "files", "files_transferred", "files_skipped", "bytes_transferred", "effective_bytes_per_second", "faults", "directories",
                "subtasks_total", "subtasks_pending", "subtasks_succeeded", "subtasks_retrying",
            ]
            let edit = HTTPFault.AnswerEdit(set: Dictionary(uniqueKeysWithValues: figures.map { ($0, number) }))
            await world.faults(
                http: [
                    HTTPFault(.task, .edit(edit), .forever),
                    // Anything else than a whole number is no token.
                    HTTPFault(.token, .edit(HTTPFault.AnswerEdit(set: number.int == nil ? [:] : ["expires_in": number])), .forever),
                    HTTPFault(.events, .edit(HTTPFault.AnswerEdit(set: ["total": number])), .forever),
                ], tasks: [.task(1, .queue())])
            world.time.after(.seconds(1200)) { await world.resumeAll() }
            try await world.run()
        }
    }

private func entry(_ name: String) -> JSONValue {
    ["DATA_TYPE": "file", "name": .string(name), "type": "file", "size": 1, "last_modified": "2026-01-01 00:00:00+00:00"]
}

/// A listing of the source without an end; once it has one, the files are sent.
private func endless(_ title: String, _ edit: HTTPFault.AnswerEdit, says words: String) -> FaultCase {
    FaultCase(82, title: "the source's listing \(title)", [61, 0]) { world in
        try world.moveFarAway()
        await world.faults(http: [HTTPFault(.list, .edit(edit), .forever)])
        world.demand(try await world.run(), says: "the listing of /far-away", words)
        world.demand(world.standIn.requests.count < 30, "\(world.standIn.requests.count) requests")
        await world.noFaults()
        try await world.run()
    }
}

/// What a task's document says of how files are sent, and nobody asked for.
private let otherwise: [String: JSONValue] = [
    "encrypt_data": true, "verify_checksum": false, "sync_level": 0, "preserve_timestamp": false, "delete_destination_extra": false,
]

/// The source's collection forces encryption.
private func encrypted(_ value: String, says words: String) -> FaultCase {
    FaultCase(89, title: "a collection encrypts everything, with 'encrypt: \(value)'", [0]) { world in
        try world.describe("transfer: {encrypt: \(value)}")
        await world.faults(
            http: [HTTPFault(.endpoint, .edit(HTTPFault.AnswerEdit(set: ["force_encryption": true])), .once)])
        world.demand(try await world.run(), says: words)
        let asked = await world.tasks().first?.document()[field: "encrypt_data"]
        world.demand(asked == .bool(value == "auto"), "encrypt_data is \(String(describing: asked))")
    }
}

private func gone(_ title: String, _ route: HTTPFault.Route) -> FaultCase {
    FaultCase(89, title: "a collection is deleted (EndpointDeleted) \(title)", [42, 0]) { world in
        let refusal = HTTPFault.Effect.status(404, code: "EndpointDeleted", message: "No such endpoint")
        await world.faults(http: [HTTPFault(route, refusal, .forever)])
        world.demand(try await world.run(), says: "EndpointDeleted")
        world.demand(await world.tasks().isEmpty, "something was sent")
        await world.noFaults()
        try await world.run()
    }
}

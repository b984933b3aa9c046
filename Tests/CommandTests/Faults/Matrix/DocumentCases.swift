import Foundation
import Globus
import Rehearsal

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

import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct HTTPFaultTests {
    private func with(_ faults: HTTPFault..., body: (World) async throws -> Void) async throws {
        try await World.with({ $0.faults = StandInFaults(http: faults) }, body)
    }

    private func failure(_ body: () async throws -> WireReply) async throws -> String {
        do {
            return "answered with \(try await body().status)"
        } catch let failure as WireClient.Failure {
            return failure.text
        }
    }

    @Test func `a lost answer was carried out, and the same submission finds its task`() async throws {
        try await with(HTTPFault(.submit, .loseAnswer)) { world in
            try world.write("archer2/a", "1")
            let document = try await world.document([World.item("/a", "/a")])
            #expect(try await failure { try await world.client.post("/v0.10/transfer", document) } == "cut after 0 bytes")
            let again = try await world.client.post("/v0.10/transfer", document)
            #expect(again.code == "Duplicate")
            #expect(try await world.client.get("/v0.10/task_list")["total"] == 1)
            #expect(world.standIn.requests.filter { $0.path == "/v0.10/transfer" }.map(\.status) == [0, 200])
        }
    }

    @Test func `a refused connection carries nothing out`() async throws {
        try await with(HTTPFault(.submit, .refuse, .times(2))) { world in
            try world.write("archer2/a", "1")
            let document = try await world.document([World.item("/a", "/a")])
            for _ in 0..<2 {
                #expect(try await failure { try await world.client.post("/v0.10/transfer", document) } == "cut after 0 bytes")
            }
            #expect(try await world.client.get("/v0.10/task_list")["total"] == 0)
            #expect(try await world.client.post("/v0.10/transfer", document).code == "Accepted")
        }
    }

    @Test func `a status comes with its code, its message and when to come back`() async throws {
        try await with(
            HTTPFault(.task, .status(503, retryAfter: .seconds(2))),
            HTTPFault(.task, .status(429, code: "Slower", message: "Not so fast", retryAfter: .date(in: .seconds(2)))),
            HTTPFault(.token, .status(500), FaultCount(after: 1, times: 1))
        ) { world in
            let first = try await world.task("x")
            #expect((first.status, first.code, first.headers["retry-after"]) == (503, "ServiceUnavailable", "2"))
            #expect(first["request_id"].string?.count == 9)
            let second = try await world.task("x")
            #expect((second.status, second.code, second["message"]) == (429, "Slower", "Not so fast"))
            #expect(second.headers["retry-after"]?.hasSuffix(" GMT") == true)
            #expect(try await world.task("x").status == 404)
            let token = try await world.tokens(ScopeList.transfer)
            #expect(token.status == 500)
            #expect(token["errors"].array?.count == 1)
        }
    }

    @Test func `a gateway that lost patience has passed the request on`() async throws {
        try await with(HTTPFault(.submit, .status(504, isCarriedOut: true))) { world in
            try world.write("archer2/a", "1")
            let document = try await world.document([World.item("/a", "/a")])
            #expect(try await world.client.post("/v0.10/transfer", document).status == 504)
            #expect(try await world.client.post("/v0.10/transfer", document).code == "Duplicate")
        }
    }

    @Test(
        arguments: [
            (.empty, 200, ""), (.notJSON, 200, "Service temporarily busy, please stand by\n"), (.truncate(bytes: 1), 200, "{"),
            (.slow(.milliseconds(1)), 200, nil), (.html(status: 200), 200, nil), (.html(status: 502), 502, nil),
        ] as [(HTTPFault.Effect, Int, String?)])
    func `an answer is not what it should be`(effect: HTTPFault.Effect, status: Int, body: String?) async throws {
        try await with(HTTPFault(.taskList, effect)) { world in
            let reply = try await world.client.get("/v0.10/task_list?limit=5")
            #expect(reply.status == status)
            if let body { #expect(String(decoding: reply.body, as: UTF8.self) == body) }
            if case .html = effect {
                #expect(reply.headers["content-type"] == "text/html")
                #expect(reply.body.starts(with: "<html>".utf8))
            }
            #expect(try await world.client.get("/v0.10/task_list")["DATA_TYPE"] == "task_list")
        }
    }

    @Test func `an answer is cut after so many bytes`() async throws {
        try await with(HTTPFault(.taskList, .cut(bytes: 10))) { world in
            let first = try await failure { try await world.client.get("/v0.10/task_list") }
            #expect(first.hasPrefix("cut after "))
            #expect(try await world.client.get("/v0.10/task_list").status == 200)
        }
    }

    @Test func `a stalled request holds up nobody else, and ends with its client or with the stand-in`() async throws {
        try await with(HTTPFault(.taskList, .stall)) { world in
            async let stalled = failure { try await world.client.get("/v0.10/task_list") }
            while world.standIn.requests.last?.path != "/v0.10/task_list" { await Task.yield() }
            #expect(world.standIn.requests.last?.status == 0)
            let other = try await world.client.get("/v0.10/task_list")
            #expect(other.status == 200)
            await world.standIn.stop()
            #expect(try await stalled == "cut after 0 bytes")
        }
    }

    @Test func `in an outage nobody listens, and afterwards the same port is served again`() async throws {
        try await with(HTTPFault(.taskList, .outage(.milliseconds(200)))) { world in
            #expect(try await failure { try await world.client.get("/v0.10/task_list") } == "cut after 0 bytes")
            while try await failure({ try await world.client.get("/v0.10/task_list") }) != "answered with 200" {
                try await Task.sleep(for: .milliseconds(5))
            }
            await world.standIn.goAway(for: .seconds(3600))
            while try await failure({ try await world.client.get("/v0.10/task_list") }) != "connect" {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    @Test func `a missing consent names the scope for the collection in question`() async throws {
        try await with(HTTPFault(.submit, .consentRequired), HTTPFault(.list, .consentRequired)) { world in
            let document = try await world.document([World.item("/a", "/a")])
            let target = "/v0.10/operation/endpoint/\(World.archer)/ls?path=/"
            for (reply, id) in [
                (try await world.client.post("/v0.10/transfer", document), World.jasmin),
                (try await world.client.get(target), World.archer),
            ] {
                #expect((reply.status, reply.code) == (403, "ConsentRequired"))
                #expect(reply["required_scopes"].array?.first?.string?.contains("/\(id)/data_access") == true)
            }
        }
    }

    @Test func `an old login is refused with what a person must do`() async throws {
        try await with(
            HTTPFault(.list, .sessionExpired(domain: "jasmin.ac.uk")), HTTPFault(.submit, .sessionExpired(domain: "jasmin.ac.uk"))
        ) { world in
            let list = try await world.client.get("/v0.10/operation/endpoint/\(World.jasmin)/ls?path=/")
            #expect((list.status, list.code) == (502, "ExternalError.DirListingFailed.LoginFailed"))
            let submission = try await world.client.post("/v0.10/transfer", try await world.document([World.item("/a", "/a")]))
            #expect((submission.status, submission.code) == (403, "AuthPolicyFailed"))
            for reply in [list, submission] {
                let parameters = reply["authorization_parameters"].object
                #expect(parameters?["session_required_single_domain"] == ["jasmin.ac.uk"])
            }
        }
    }

    @Test func `tokens expire, are revoked, are no longer given out`() async throws {
        try await with(
            HTTPFault(.taskList, .expireTokens, .times(1)), HTTPFault(.taskList, .unauthorized, .times(1, after: 1)),
            HTTPFault(.taskList, .revokeTokens, .times(1, after: 1)), HTTPFault(.token, .invalidGrant, .times(1, after: 3))
        ) { world in
            var client = world.client
            #expect(try await client.get("/v0.10/task_list").status == 401)
            client.token = try await world.newToken()
            #expect(try await client.get("/v0.10/task_list").status == 200)
            #expect(try await client.get("/v0.10/task_list").status == 401)
            #expect(try await client.get("/v0.10/task_list").status == 401)
            client.token = try await world.newToken()
            #expect(try await client.get("/v0.10/task_list").status == 200)
            let refused = try await world.tokens(ScopeList.transfer)
            #expect((refused.status, refused["error"]) == (401, "invalid_grant"))
        }
    }

    @Test func `the queue refuses`() async throws {
        try await with(HTTPFault(.submit, .conflict), HTTPFault(.submit, .tooManyTasks)) { world in
            let document = try await world.document([World.item("/a", "/a")])
            for code in ["Conflict", "ClientError.Conflict.TooManyPendingJobs", "Accepted"] {
                #expect(try await world.client.post("/v0.10/transfer", document).code == code)
            }
        }
    }

    @Test func `fields of an answer are others, and entries are missing`() async throws {
        let edit = HTTPFault.AnswerEdit(set: ["limit": 7], setInEach: ["checksum": nil], omit: ["b"])
        try await with(HTTPFault(.successful, .edit(edit), .forever)) { world in
            for name in ["a", "b", "c"] { try world.write("archer2/run/\(name)", name) }
            let task = try await world.transfer([World.item("/run", "/run", recursive: true)], ["verify_checksum": true])
            let sent = try await world.client.get("/v0.10/task/\(task["task_id"].string ?? "")/successful_transfers")
            #expect(sent["limit"] == 7)
            #expect(sent.list.map { $0["source_path"]?.string } == ["/run/a", "/run/c"])
            #expect(sent.list.allSatisfy { $0["checksum"] == .null })
        }
    }

    @Test func `the first rule that matches and is not used up decides`() async throws {
        try await with(
            HTTPFault(.taskList, .status(500), .times(2, after: 1)), HTTPFault(.any, .status(503), .times(2)),
            HTTPFault(HTTPFault.Route("GET", "/v0.10/task*"), .status(504), .times(1))
        ) { world in
            var statuses: [Int] = []
            for _ in 0..<5 { statuses.append(try await world.client.get("/v0.10/task_list").status) }
            // The token that was asked for before met the second rule, so the requests are refused once nothing else refuses them.
            #expect(statuses == [503, 500, 500, 504, 401])
            #expect(world.standIn.faultUses.http == [2, 2, 1])
        }
    }

    @Test func `faults can be changed while it runs, and counts begin anew`() async throws {
        try await with(HTTPFault(.taskList, .status(500))) { world in
            let first = try await world.client.get("/v0.10/task_list")
            #expect(first.status == 500)
            #expect(try await world.client.get("/v0.10/task_list").status == 200)
            await world.standIn.setFaults(StandInFaults(http: [HTTPFault(.taskList, .status(503))]))
            #expect(try await world.client.get("/v0.10/task_list").status == 503)
            await world.standIn.setFaults(.none)
            #expect(try await world.client.get("/v0.10/task_list").status == 200)
        }
    }
}

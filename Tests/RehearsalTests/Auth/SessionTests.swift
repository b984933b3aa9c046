import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct SessionTests {
    private static let listing = "/v0.10/operation/endpoint/\(World.jasmin)/ls?path=/"
    private static let month: Duration = .seconds(31 * 86_400)

    @Test func `a person consents for each client, and so logs in as the collection wants`() async throws {
        try await World.withGuardedJasmin { world in
            var login = NativeLogin(world: world)
            let client = try await login.client()
            #expect(try await client.get(Self.listing).code == "ConsentRequired")
            _ = await world.standIn.login(as: "scientist@globusid.org", scope: World.jasminConsent, client: "another")
            #expect(try await client.get(Self.listing).code == "ConsentRequired")
            login.scope = World.jasminConsent
            // The token that was issued before is as good as a new one.
            _ = try await login.code()
            #expect(try await client.get(Self.listing).status == 200)
        }
    }

    @Test func `a consent for another use of Transfer does not open a collection`() async throws {
        try await World.withGuardedJasmin { world in
            let timer = "https://auth.globus.org/scopes/524230d7-ea86-4a52-8312-86065a9e0417/timer"
            let client = try await NativeLogin(world: world, scope: "\(ScopeList.transfer) \(timer)[\(World.jasminConsent)]").client()
            #expect(try await client.get(Self.listing).code == "ConsentRequired")
        }
    }

    @Test func `a second factor is brought by a login with one, or by the policy of the collection, and by no other`() async throws {
        let policy = "5f9bb3a1-2c0e-4b7d-8d4f-1a6c90e37b52"
        try await World.withGuardedJasmin({ jasmin in
            (jasmin.requiresSecondFactor, jasmin.authenticationPolicyID, jasmin.sessionRefusal) = (true, policy, .policy)
        }) { world in
            let login = NativeLogin(world: world)
            _ = try await NativeLogin(world: world, scope: World.jasminConsent).tokens()
            for way in [
                ["session_required_single_domain": World.jasminDomain, "session_required_mfa": "true"], ["session_required_mfa": "true"],
                ["session_required_policies": policy],
            ] {
                await world.standIn.advance(by: Self.month)
                try await login.renew(["session_required_single_domain": World.jasminDomain])
                let refused = try await login.client().get(Self.listing)
                let parameters = refused["authorization_parameters"].object
                #expect(parameters?["session_required_mfa"] == true)
                #expect(parameters?["session_required_policies"] == .string(policy))
                try await login.renew(way)
                #expect(try await login.client().get(Self.listing).status == 200, "\(way)")
            }
            #expect(try await login.client().get("/v0.10/endpoint/\(World.jasmin)")["mfa_required"] == true)
        }
    }

    @Test(arguments: [
        (StandInClosure.deleted, 404, "EndpointDeleted", "has been deleted"),
        (.noRule, 403, "EndpointPermissionDenied", "No effective ACL rules"),
        (.noAccount, 502, "ExternalError.DirListingFailed.LoginFailed", "does not map to a valid username"),
    ])
    func `a closed collection is closed to everybody`(closure: StandInClosure, status: Int, code: String, words: String) async throws {
        try await World.withGuardedJasmin({ $0.closure = closure }) { world in
            let answer = try await NativeLogin(world: world).client().get(Self.listing)
            #expect((answer.status, answer.code) == (status, code))
            #expect(answer["message"].string?.contains(words) == true)
        }
    }

    @Test func `a login ages, and what renews it names an identity, a domain or a policy`() async throws {
        let policy = "5f9bb3a1-2c0e-4b7d-8d4f-1a6c90e37b52"
        try await World.withGuardedJasmin({ $0.authenticationPolicyID = policy }) { world in
            let login = NativeLogin(world: world)
            _ = try await NativeLogin(world: world, scope: World.jasminConsent).tokens()
            let ways = [
                ["session_required_single_domain": World.jasminDomain, "prompt": "login"],
                ["session_required_identities": "scientist@\(World.jasminDomain)"], ["session_required_policies": policy],
            ]
            for way in ways {
                await world.standIn.advance(by: Self.month)
                let client = try await login.client()
                let refused = try await client.get(Self.listing)
                #expect(refused.status == 502)
                #expect(refused.code == "ExternalError.DirListingFailed.LoginFailed")
                #expect(refused["message"].string?.contains("not_from_allowed_domain") == true)
                let parameters = refused["authorization_parameters"].object
                #expect(parameters?["session_required_single_domain"] == [.string(World.jasminDomain)])
                // As the first identity: that is not the one that is wanted.
                try await login.renew(["prompt": "login"])
                #expect(try await client.get(Self.listing).status == 502)
                try await login.renew(way)
                #expect(try await client.get(Self.listing).status == 200)
                await world.standIn.advance(by: .seconds(29 * 86_400))
                #expect(try await login.client().get(Self.listing).status == 200)
            }
        }
    }

    @Test(
        arguments: [
            (StandInSessionRefusal.domain, "session_required_single_domain"), (.identities, "session_required_identities"),
            (.policy, "session_required_policies"), (.textOnly, nil),
        ] as [(StandInSessionRefusal, String?)])
    func `a submission is refused by itself, in the shape that the collection was given`(
        shape: StandInSessionRefusal, name: String?
    ) async throws {
        try await World.withGuardedJasmin({
            $0.sessionRefusal = shape
            $0.authenticationPolicyID = "5f9bb3a1-2c0e-4b7d-8d4f-1a6c90e37b52"
        }) { world in
            _ = try await NativeLogin(world: world, scope: World.jasminConsent).tokens()
            await world.standIn.advance(by: Self.month)
            var late = world
            late.client = try await NativeLogin(world: world).client()
            let refused = try await late.client.post("/v0.10/transfer", try await late.document([World.item("/a", "/b")]))
            #expect(refused.status == 403)
            #expect(refused.code == "AuthPolicyFailed")
            let parameters = refused["authorization_parameters"].object ?? [:]
            let named = parameters.filter { $0.key.hasPrefix("session_required") && $0.value != [] && $0.value != false }
            #expect(named.keys.sorted() == [name].compactMap { $0 })
            let listed = try await late.client.get(Self.listing)
            #expect((listed["authorization_parameters"] == .null) == (shape == .textOnly))
            #expect(listed.code == "ExternalError.DirListingFailed.LoginFailed")
        }
    }

    @Test func `a person without an identity of the domain is told which is wanted`() async throws {
        try await World.withGuardedJasmin({ ($0.sessionLifetime, $0.requiresConsent) = (nil, false) }) { world in
            let login = try #require(await world.standIn.login(as: "someone@else.example", scope: ScopeList.transfer))
            var client = world.client
            client.token = login.first.accessToken.withSecret { $0 }
            let refused = try await client.get(Self.listing)
            #expect(refused.status == 502)
            #expect(
                refused["authorization_parameters"].object?["session_required_single_domain"] == [.string(World.jasminDomain)])
            // Whoever has one need not have used it, if no login is too old there.
            #expect(try await NativeLogin(world: world).client().get(Self.listing).status == 200)
        }
    }

    @Test func `a service account is asked for consent alone`() async throws {
        try await World.withGuardedJasmin { world in
            #expect(try await world.client.get(Self.listing).code == "ConsentRequired")
            _ = try await world.tokens(World.jasminConsent)
            #expect(try await world.client.get(Self.listing).status == 200)
            await world.standIn.advance(by: Self.month)
            var client = world.client
            client.token = try await world.newToken()
            #expect(try await client.get(Self.listing).status == 200)
        }
    }

    @Test func `a task whose owner's login lapses is inactive until somebody logs in again`() async throws {
        try await World.withGuardedJasmin { world in
            try world.write("archer2/b", "bytes")
            _ = try await NativeLogin(world: world, scope: World.jasminConsent).tokens()
            var mine = world
            mine.client = try await NativeLogin(world: world).client()
            // The source is missing, so it goes on for as long as the deadline lets it.
            let deadline: [String: JSONValue] = ["deadline": "2999-01-01"]
            let id = try await mine.submit([World.item("/late", "/late")], deadline)
            try await mine.wait(id) { ($0["faults"].int ?? 0) > 0 }
            await world.standIn.advance(by: Self.month)
            mine.client = try await NativeLogin(world: world).client()
            let held = try await mine.task(id)
            #expect(held["status"] == "INACTIVE")
            #expect(held["completion_time"] == .null)
            // Nothing but a login ends it.
            #expect(try await world.standIn.resume(#require(TaskID(id))) == false)
            #expect(try await mine.task(id)["status"] == "INACTIVE")
            try world.write("archer2/late", "bytes")
            try await NativeLogin(world: world).renew(["session_required_single_domain": World.jasminDomain])
            #expect(try await mine.ended(id)["status"] == "SUCCEEDED")
            #expect(world.text("jasmin/late") == "bytes")
        }
    }

    @Test func `a task that is paused when the login lapses is still inactive after the pause`() async throws {
        try await World.withGuardedJasmin { world in
            _ = try await NativeLogin(world: world, scope: World.jasminConsent).tokens()
            var mine = world
            mine.client = try await NativeLogin(world: world).client()
            let id = try await mine.submit([World.item("/late", "/late")], ["deadline": "2999-01-01"])
            try await world.standIn.pause(#require(TaskID(id)), message: "tape")
            await world.standIn.advance(by: Self.month)
            mine.client = try await NativeLogin(world: world).client()
            #expect(try await mine.task(id)["is_paused"] == true)
            try await world.standIn.resume(#require(TaskID(id)))
            #expect(try await mine.task(id)["status"] == "INACTIVE")
        }
    }

    @Test func `the endpoint document tells how long a login lasts, where the collection lets it`() async throws {
        for isPublished in [true, false] {
            try await World.withGuardedJasmin({
                $0.publishesSessionLifetime = isPublished
                $0.authenticationPolicyID = "5f9bb3a1-2c0e-4b7d-8d4f-1a6c90e37b52"
            }) { world in
                let document = try await world.client.get("/v0.10/endpoint/\(World.jasmin)")
                #expect(document["authentication_timeout_mins"] == (isPublished ? 43_200 : .null))
                #expect(document["authentication_policy_id"] == "5f9bb3a1-2c0e-4b7d-8d4f-1a6c90e37b52")
                #expect(document["entity_type"] == "GCSv5_mapped_collection")
                #expect(document["gcp_paused"] == .null)
            }
        }
    }

    @Test func `a personal collection that is paused cannot be listed`() async throws {
        try await World.with({
            $0.collections[1].entityType = .personalMappedCollection
            $0.collections[1].isPaused = true
        }) { world in
            let document = try await world.client.get("/v0.10/endpoint/\(World.jasmin)")
            #expect(document["gcp_paused"] == true)
            let listed = try await world.client.get(Self.listing)
            #expect(listed.code == "ExternalError.DirListingFailed.GCPaused")
        }
    }

    @Test func `time passes by request, for programs outside`() async throws {
        try await World.with { world in
            let before = try #require(WireTime.parse(try await world.client.form("/rehearsal/advance", "seconds=0")["now"].string ?? ""))
            let after = try await world.client.form("/rehearsal/advance", "seconds=\(3 * 86_400)")
            #expect(try #require(WireTime.parse(after["now"].string ?? "")).timeIntervalSince(before) >= 3 * 86_400)
            #expect(try await world.client.get("/v0.10/task_list").status == 401)
            #expect(try await world.client.form("/rehearsal/advance", "seconds=-1").status == 400)
            // What is wrong with the clock is another matter.
            await world.standIn.setFaults(.none)
            #expect(try await world.client.get("/v0.10/task_list").status == 401)
        }
    }
}

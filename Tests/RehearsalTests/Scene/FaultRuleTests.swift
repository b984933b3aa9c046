import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct FaultRuleTests {
    private func pattern(_ count: FaultCount, seed: UInt64 = 7, stream: Int = 0, of length: Int = 60) -> [Bool] {
        var counter = FaultCounter(count)
        return (0..<length).map { _ in counter.take(seed: seed, stream: stream) }
    }

    @Test func `a rule lets some pass, meets some, and is used up`() {
        #expect(pattern(.times(2, after: 1), of: 5) == [false, true, true, false, false])
        #expect(pattern(.forever, of: 3) == [true, true, true])
    }

    @Test func `chance is the same in every run, and another for another seed or rule`() {
        let count = FaultCount(chance: 0.2)
        let met = pattern(count)
        #expect(met == pattern(count))
        #expect(met != pattern(count, seed: 8))
        #expect(met != pattern(count, stream: 1))
        #expect((4...24).contains(met.count { $0 }))
        #expect(pattern(FaultCount(times: 3, chance: 0.5)).count { $0 } == 3)
    }

    @Test func `two runs with the same seed meet the same faults`() async throws {
        func statuses() async throws -> [Int] {
            var statuses: [Int] = []
            let fault = HTTPFault(.taskList, .status(503), FaultCount(chance: 0.4))
            try await World.with({ $0.faults = StandInFaults(http: [fault], seed: 42) }) { world in
                for _ in 0..<30 { statuses.append(try await world.client.get("/v0.10/task_list").status) }
            }
            return statuses
        }
        let first = try await statuses()
        #expect(first.contains(200))
        #expect(first.contains(503))
        #expect(try await statuses() == first)
    }

    @Test(arguments: [
        ("task", "GET", "/v0.10/task/x", true), ("task", "GET", "/v0.10/task/x/event_list", false), ("task", "PUT", "/v0.10/task/x", false),
        ("poll", "GET", "/v0.10/task/x", true), ("poll", "GET", "/v0.10/task_list", true), ("poll", "GET", "/v0.10/endpoint/x", false),
        ("any", "POST", "/v2/oauth2/token", true), ("auth", "POST", "/v2/oauth2/token", true), ("auth", "GET", "/v0.10/task/x", false),
        ("/v0.10/**", "GET", "/v0.10/operation/endpoint/x/ls", true), ("POST /v0.10/t*", "POST", "/v0.10/transfer", true),
        ("GET /v0.10/t*", "POST", "/v0.10/transfer", false), ("ls", "GET", "/v0.10/operation/endpoint/x/ls", true),
    ])
    func `a route is a short name or a pattern`(text: String, method: String, path: String, isMeant: Bool) throws {
        let route = try #require(HTTPFault.Route(writtenAs: text))
        let request = Request(
            method: method, path: path, components: path.split(separator: "/").map(String.init), query: Query(""), body: Data())
        #expect(FaultRoutePattern(route).matches(request) == isMeant)
    }

    @Test(arguments: ["sumbit", "GET", "get /v0.10/task/x", "GET POST /x", "v0.10/task", ""])
    func `other texts are no routes`(text: String) { #expect(HTTPFault.Route(writtenAs: text) == nil) }

    @Test func `a file is meant by its name, or by its path in the collection`() throws {
        #expect(FilePattern("*b.nc").matches("/gws/in/ab.nc"))
        #expect(!FilePattern("in").matches("/gws/in/ab.nc"))
        #expect(FilePattern("/gws/*").matches("/gws/in/ab.nc"))
        #expect(!FilePattern("/gws/*").matches("/work/gws/ab.nc"))
        let id = try #require(CollectionID(World.jasmin))
        let path = try CollectionPath("/gws")
        let places = CollectionPlaces([
            StandInCollection(id: id, displayName: "", mounts: [StandInCollection.Mount("/tmp/x/"), .init("/data", at: path)])
        ])
        #expect(places.paths(of: LocalPath("/data/in/b")) == ["/gws/in/b"])
        #expect(places.paths(of: LocalPath("/tmp/x/b")) == ["/b"])
        #expect(places.paths(of: LocalPath("/else/b")) == ["/else/b"])
    }

    @Test func `dates are written as HTTP wants them`() {
        #expect(WireTime.header(Date(timeIntervalSince1970: 784_111_777)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(WireTime.header(Date(timeIntervalSince1970: 0)) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }

    @Test(arguments: [-3600, 7200])
    func `the service's clock differs in all that it says, and deadlines go by it`(shift: Int) async throws {
        let faults = StandInFaults(
            http: [HTTPFault(.stat, .status(429, retryAfter: .date(in: .seconds(60))))], clockShift: .seconds(shift))
        try await World.with({ $0.faults = faults }) { world in
            try world.write("archer2/a", "1")
            let task = try await world.transfer([World.item("/a", "/a")])
            func offset(_ date: Date?) -> Int { Int(((date ?? .distantPast).timeIntervalSinceNow / 600).rounded()) * 600 }
            for name in ["request_time", "completion_time"] {
                #expect(offset(task[name].string.flatMap(WireTime.parse)) == shift, "\(name)")
            }
            #expect(offset(task["deadline"].string.flatMap(WireTime.parse)) == shift + 3 * 86_400)
            let parser = DateFormatter()
            parser.locale = Locale(identifier: "en_US_POSIX")
            parser.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
            let limited = try await world.client.get("/v0.10/operation/endpoint/\(World.archer)/stat?path=/a")
            #expect(offset(limited.headers["date"].flatMap(parser.date)) == shift)
            #expect(offset(limited.headers["retry-after"].flatMap(parser.date)) == shift)
            // Half an hour from now is past for a clock that is ahead, and none that is behind notices.
            let soon = WireTime.stamp(Date().addingTimeInterval(1800))
            let id = try await world.submit([World.item("/missing", "/x")], ["deadline": .string(soon)])
            if shift > 0 {
                #expect(try await world.ended(id)["fatal_error"].object?["code"] == "EXPIRED")
            } else {
                try await world.wait(id) { $0["faults"].int ?? 0 > 0 }
                await world.standIn.setFaults(StandInFaults(clockShift: .seconds(3600)))
                #expect(try await world.ended(id)["fatal_error"].object?["code"] == "EXPIRED")
            }
        }
    }
}

import Globus
import TestSupport
import Testing

@testable import PPTransfer

/// Which transfers of a run write the same destination files.
struct SharedDestinationsTests {
    private func plan(_ name: String, to destination: String, from source: String = "/work/n02/cycle") throws -> TransferPlan {
        var plan = try TransferPlan.example(source: source, name: name)
        plan.destination.path = try CollectionPath(destination)
        return plan
    }

    private func found(_ transfers: (to: String, files: [String]?)...) async throws -> [[String]?] {
        let plans = try transfers.enumerated().map { try plan("t\($0)", to: $1.to, from: "/work/\($0)") }
        let manifests = Dictionary(uniqueKeysWithValues: zip(plans.map(\.label), transfers.map(\.files)))
        let shared = await SharedDestinations(plans) { plan in
            (manifests[plan.label] ?? nil).map { Manifest($0.map { Manifest.Entry(path: $0, size: 1, modified: 1) }) }
        }
        return plans.indices.map { shared.files(of: $0, plans)?.paths }
    }

    @Test func `real files are compared, in the same directory and in directories within one another`() async throws {
        #expect(try await found(("/a", ["x", "y"]), ("/a", ["z"]), ("/ab", ["x"])) == [nil, nil, nil])
        #expect(try await found(("/a", ["x", "y"]), ("/a/", ["y"])) == [["y"], ["y"]])
        #expect(try await found(("/a", ["b/c/x", "y"]), ("/a/b/c", ["x", "y"])) == [["x"], ["x"]])
        #expect(try await found(("/a/b", ["c/x"]), ("/other", ["x"]), ("/a/b/c", ["x"]), ("/a", ["b/q"])) == [["x"], nil, ["x"], nil])
    }

    @Test func `names are other files if their bytes differ`() async throws {
        #expect(try await found(("/a", ["\u{E9}"]), ("/a", ["e\u{301}"])) == [nil, nil])
    }

    @Test func `a transfer whose destination no other one touches is not looked at`() async throws {
        let plans = [try plan("one", to: "/a"), try plan("two", to: "/b"), try plan("three", to: "/c/d"), try plan("four", to: "/c")]
        var looked: [String] = []
        _ = await SharedDestinations(plans) { plan in
            looked.append(plan.name ?? "")
            return Manifest([])
        }
        #expect(looked.sorted() == ["four", "three"])
    }

    @Test func `what nobody knows is warned of, and refused only if it must be the same`() async throws {
        let plans = [try plan("one", to: "/a", from: "/work/1"), try plan("two", to: "/a", from: "/work/2")]
        let unknown = await SharedDestinations(plans) { _ in nil }
        #expect(plans.indices.allSatisfy { unknown.files(of: $0, plans) == nil })
        #expect(unknown.warnings(plans).count == 2)
        let same = [try plan("one", to: "/a"), try plan("two", to: "/a")]
        let shared = await SharedDestinations(same) { _ in nil }
        #expect(shared.files(of: 0, same)?.status == .description)
        #expect(shared.files(of: 1, same)?.count == 0)
    }

    @Test func `a hundred thousand files are compared without comparing each with each`() async throws {
        let plans = try (0..<4).map { try plan("t\($0)", to: "/a") }
        let shared = await SharedDestinations(plans) { plan in
            Manifest((0..<25_000).map { Manifest.Entry(path: "\(plan.name ?? "")/f\($0)", size: 1, modified: 1) })
        }
        #expect(shared.shared.isEmpty)
    }
}

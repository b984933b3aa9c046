import Foundation
import Globus
import GlobusTesting
import Testing

struct IdentifierTests {
    @Test(arguments: [
        "", "3e90d018", "3e90d018-0d05-461a-bbaf-aab605283d2", "3e90d018-0d05-461a-bbaf-aab605283d2g",
        "3e90d018_0d05_461a_bbaf_aab605283d21", " 3e90d018-0d05-461a-bbaf-aab605283d21", "3e90d0180d05-461a-bbaf-aab605283d212",
        "------------------------------------", "3e90d0180d05461abbafaab605283d213e90d", "3e90d018-0d05-461a-bbaf-aab605283dé",
    ])
    func `what is not a UUID is no collection`(text: String) {
        #expect(CollectionID(text) == nil)
        #expect(TaskID(text) == nil)
        #expect(SubmissionID(text) == nil)
    }

    @Test func `no id leads to another resource of the service`() throws {
        #expect(TaskID("../submission_id") == nil)
        let odd = Data(#"{"task_id":"../submission_id"}"#.utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(TransferTask.self, from: odd) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([TaskID].self, from: Data(#"["../submission_id"]"#.utf8)) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([SubmissionID].self, from: Data(#"["s-1"]"#.utf8)) }
        let id = TaskID.example(1)
        #expect(try JSONDecoder().decode([TaskID].self, from: JSONEncoder().encode([id])) == [id])
    }

    @Test func `a UUID's case does not matter`() {
        #expect(CollectionID("3E90D018-0d05-461a-bbaf-aab605283d21") == CollectionID("3e90d018-0d05-461A-BBAF-aab605283d21"))
    }

    @Test(arguments: [
        ("/", "/"), ("/work/n02", "/work/n02"), ("/work//n02/", "/work/n02"), ("/work/./n02", "/work/n02"), ("~", "/~"), ("~/x", "/~/x"),
        ("/~/", "/~"), ("/~/a b", "/~/a b"), ("/a/..b", "/a/..b"),
    ])
    func `a path is brought to one form`(text: String, form: String) throws {
        #expect(try CollectionPath(text).description == form)
    }

    @Test(arguments: [
        ("", PathProblem.empty), ("gws/x", .relative("gws/x")), ("~user/x", .relative("~user/x")), ("/a/../b", .climbs("/a/../b")),
        ("/..", .climbs("/..")), ("/a\u{0}b", .unprintable("/a\u{0}b")),
    ])
    func `a path that could be mistaken is refused`(text: String, problem: PathProblem) {
        #expect(throws: problem) { try CollectionPath(text) }
    }

    @Test func `paths know what lies below them`() throws {
        let work = try CollectionPath("/work")
        #expect(try CollectionPath("/work/n02/x").relative(to: work) == "n02/x")
        #expect(try CollectionPath("/workshop").relative(to: work) == nil)
        #expect(try CollectionPath("/work").relative(to: work) == "")
        #expect(try CollectionPath("/x").relative(to: .root) == "x")
        #expect(work.appending("a/b").description == "/work/a/b")
        #expect(CollectionPath.root.appending("a").description == "/a")
        #expect(work.parent == .root)
        #expect(work.appending("a").parent == work)
        #expect(work.appending("a b").name == "a b")
        #expect(CollectionPath.root.asDirectory == "/")
        #expect(work.asDirectory == "/work/")
    }

    @Test func `Unicode forms of one name stay two paths`() throws {
        let composed = try CollectionPath("/\u{E9}"), decomposed = try CollectionPath("/e\u{301}")
        #expect(Array(composed.description.utf8) != Array(decomposed.description.utf8))
        #expect(composed.relative(to: .root).map { Array($0.utf8) } == [0xC3, 0xA9])
    }

    @Test func `a token cannot print`() throws {
        let secret = "AgX7-very-secret"
        let token = AccessToken(secret)
        var dumped = ""
        dump(token, to: &dumped)
        dump(HTTPRequest.Authorization.bearer(token), to: &dumped)
        let texts = ["\(token)", String(describing: token), String(reflecting: token), "\([token])", "\(Optional(token) as Any)", dumped]
        for text in texts { #expect(!text.contains("very-secret")) }
        #expect(token.withSecret { $0 } == secret)
        let response = try JSONDecoder().decode(TokenResponse.self, from: sample("token_refresh"))
        dump(response, to: &dumped)
        let raw = try #require(JSONDecoder().decode(JSONValue.self, from: sample("token_refresh")).object?["access_token"]?.string)
        #expect(!dumped.contains(raw))
    }
}

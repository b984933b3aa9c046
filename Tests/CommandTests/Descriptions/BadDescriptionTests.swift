import Foundation
import Globus
import Testing

/// What a user reads, and a workflow engine sees, when what was given cannot be used.
struct BadDescriptionTests {
    private let desk: Desk

    init() throws { desk = try Desk() }

    @Test(arguments: textRows)
    func `a description with a mistake is refused with its place`(row: BadRow) async throws {
        try desk.write("suite/task.yaml", row.text)
        let end = try await desk.run("run", "task.yaml", with: row.environment)
        row.expect(end.errorLines, last: "1 error; nothing was submitted; exit status 65 (description)")
        #expect(end.output.isEmpty)
        #expect(end.status == 65)
    }

    @Test(arguments: collectionRows)
    func `a collection that cannot be used has a status of its own`(row: BadRow) async throws {
        try desk.write("suite/task.yaml", row.text)
        let end = try await desk.run("run", "task.yaml")
        row.expect(end.errorLines, last: "1 error; nothing was submitted; exit status 42 (collection)")
        #expect(end.output.isEmpty)
        #expect(end.status == 42)
    }

    @Test func `what is no file is named`() async throws {
        try FileManager.default.createDirectory(atPath: desk.suite + "/folder.yaml", withIntermediateDirectories: true)
        let missing = try await desk.run("run", "missing.yaml")
        #expect(missing.errorLines.first?.hasPrefix("missing.yaml: error: there is") == true)
        #expect(missing.status == 65)
        let folder = try await desk.run("run", "folder.yaml")
        #expect(folder.errorLines.first?.hasPrefix("folder.yaml: error: this is") == true)
        #expect(folder.status == 65)
    }

    @Test func `several mistakes in one file come all at once`() async throws {
        try desk.describe(
            """
            pptransfer: 1
            name: a/b
            from: {collection: archer2, path: work/n02}
            to: {colection: jasmin, path: /b}
            transfer: {deadline: 3}
            """)
        let end = try await desk.run("run", "task.yaml")
        let rows = [
            ("2:7", "'a/b' cannot be a name"), ("3:35", "'work/n02' is relative"), ("4:6", "'collection'"), ("5:22", "'3' has no unit"),
        ]
        try #require(end.errorLines.count == rows.count + 1, "\(end.errors)")
        for (line, (place, part)) in zip(end.errorLines, rows) {
            #expect(line.hasPrefix("task.yaml:\(place): error: "))
            #expect(line.contains(part))
        }
        #expect(end.errorLines.last == "4 errors; nothing was submitted; exit status 65 (description)")
        #expect(end.status == 65)
    }

    @Test func `mistakes of several files come all at once, whatever their kind`() async throws {
        try desk.describe(text(to: "jasmine"), as: "alias.yaml")
        try desk.describe(text(path: "work"), as: "path.yaml")
        try desk.write("home/.config/pptransfer/more.yaml", "vault: {}\n")
        let end = try await desk.run("run", "path.yaml", "missing.yaml", "alias.yaml")
        #expect(end.errorLines.map { $0.prefix { $0 != " " } } == ["alias.yaml:3:18:", "missing.yaml:", "path.yaml:2:35:", "3"])
        #expect(end.status == 65)
    }

    @Test func `the same transfer in two files is one mistake with both places`() async throws {
        try desk.describe(desk.description(), as: "a.yaml")
        try desk.describe(desk.description(), as: "b.yaml")
        let end = try await desk.run("run", "a.yaml", "b.yaml")
        #expect(
            end.errorLines.first
                == "b.yaml:1:1: error: name: this transfer has the same workflow, cycle and name as the one at a.yaml:1:1; give each a name of its own (name: atmos)"
        )
        #expect(end.status == 65)
    }

    @Test func `with --json the mistakes are one object on standard output`() async throws {
        try desk.describe(text(to: "jasmine"))
        let end = try await desk.run("run", "--json", "task.yaml")
        let report = try JSONValue(text: end.output)
        #expect(report["pptransfer"] == "refusal")
        #expect(report["exit_status"] == 42)
        #expect(report["status"] == "collection")
        #expect(report["rehearsal"] == false)
        #expect(report["problems"].array?.count == 1)
        let problem = report["problems"][0]
        #expect(problem["file"] == "task.yaml")
        #expect(problem["line"] == 3)
        #expect(problem["column"] == 18)
        #expect(problem["key"] == "to.collection")
        #expect(problem["severity"] == "error")
        #expect(problem["what"] == "no site is called 'jasmine'")
        #expect(problem["remedy"].string != nil)
        #expect(end.status == 42)
    }

    @Test func `a site file with a mistake is refused with its place`() async throws {
        try desk.describe(desk.description())
        try desk.write("sites.yaml", "store: {colection: x}\n")
        let end = try await desk.run("run", "task.yaml", with: ["PPTRANSFER_SITES": desk.path("sites.yaml")])
        #expect(end.errors.contains(desk.path("sites.yaml") + ":1:9: error: store.colection: this key is not known"))
        #expect(end.status == 65)
    }
}

/// A text, and where and of what the program complains; the whole messages stand in the tests of the reader and in the corpus.
struct BadRow: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: Data
    var place: String
    var part: String
    var environment: [String: String] = [:]

    init(_ name: String, _ text: String, at place: String, _ part: String, environment: [String: String] = [:]) {
        self.init(name, bytes: Array(text.utf8), at: place, part)
        self.environment = environment
    }

    init(_ name: String, bytes: [UInt8], at place: String, _ part: String) {
        (testDescription, text, self.place, self.part) = (name, Data(bytes), place, part)
    }

    func expect(_ lines: [Substring], last: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(lines.count == 2, "\(lines)", sourceLocation: sourceLocation)
        #expect(lines.first?.hasPrefix("task.yaml:\(place): error: ") == true, "\(lines)", sourceLocation: sourceLocation)
        #expect(lines.first?.contains(part) == true, "\(lines)", sourceLocation: sourceLocation)
        #expect(lines.last.map(String.init) == last, sourceLocation: sourceLocation)
    }
}

private func text(
    from: String = "archer2", path: String = "/work/n02/data", to: String = "jasmin", at: String = "/gws/canari", _ more: String = ""
)
    -> String
{
    """
    pptransfer: 1
    from: {collection: \(from), path: \(path)}
    to: {collection: \(to), path: \(at)}
    \(more)
    """
}

private let bomb: String = {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...1000 {
        text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    return text
}()

private let textRows = [
    BadRow("empty", "", at: "1:1", "the file is empty"),
    BadRow("tab", "pptransfer: 1\nfrom:\n\tcollection: archer2\n", at: "3:1", "a tab in the indentation"),
    BadRow("unknown key", text("emty: fail"), at: "4:1", "did you mean 'empty'?"),
    BadRow("duplicate key", text("empty: fail\nempty: succeed"), at: "5:1", "already in line 4"),
    BadRow("bad UUID", text(from: "3e90d018-0d05-461a-bbaf-aab60528321"), at: "2:20", "is not a UUID"),
    BadRow("unset variable", text(path: "\"${ROSE_DATAC}\""), at: "2:36", "ROSE_DATAC is not set"),
    BadRow("relative path", text(at: "gws"), at: "3:32", "'gws' is relative"),
    BadRow("outside the roots", text(to: "vault", at: "/elsewhere"), at: "3:31", "is outside the paths of vault"),
    BadRow(
        "cycle of the environment", text(), at: "1:1", "'a b' is not a cycle point",
        environment: ["CYLC_TASK_CYCLE_POINT": "a b"]),
    BadRow("10 MB value", text("name: " + String(repeating: "x", count: 10_000_000)), at: "4:7", "10000000 bytes long"),
    BadRow("thousandfold alias bomb", bomb, at: "5:45", "more than 100000 values"),
    BadRow("binary file", bytes: Array("\u{7F}ELF".utf8) + [2, 1, 1, 0, 0, 0], at: "1:8", "it holds a NUL byte"),
    BadRow("UTF-16", bytes: [0xFF, 0xFE, 0x70, 0x00], at: "1:1", "the file is in UTF-16"),
]

private let collectionRows = [
    BadRow("retired", text(to: "jasmin-stfc"), at: "3:18", "has switched it off"),
    BadRow("retired, by its UUID", text(to: "9efc947f-5212-4b5f-8c9d-47b93ae676b7"), at: "3:18", "has switched it off"),
    BadRow("unknown", text(to: "jasmine"), at: "3:18", "did you mean 'jasmin'?"),
]

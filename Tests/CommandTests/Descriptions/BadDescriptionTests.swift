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
        #expect(end.errorLines.map(String.init) == row.lines + ["1 error; nothing was sent; leaving with description (65)"])
        #expect(end.output.isEmpty)
        #expect(end.status == 65)
    }

    @Test(arguments: collectionRows)
    func `a collection that cannot be used has a status of its own`(row: BadRow) async throws {
        try desk.write("suite/task.yaml", row.text)
        let end = try await desk.run("run", "task.yaml")
        #expect(end.errorLines.map(String.init) == row.lines + ["1 error; nothing was sent; leaving with collection (42)"])
        #expect(end.output.isEmpty)
        #expect(end.status == 42)
    }

    @Test func `what is no file is named`() async throws {
        try FileManager.default.createDirectory(atPath: desk.suite + "/folder.yaml", withIntermediateDirectories: true)
        let missing = try await desk.run("run", "missing.yaml")
        #expect(missing.errorLines.first == "missing.yaml: error: there is no such file; check the path and the directory you are in")
        #expect(missing.status == 65)
        let folder = try await desk.run("run", "folder.yaml")
        #expect(folder.errorLines.first == "folder.yaml: error: this is a directory; name a file in it")
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
        #expect(
            end.errorLines.map(String.init) == [
                "task.yaml:2:7: error: name: 'a/b' cannot be a name; write a word without '/' and control characters, as in atmos",
                "task.yaml:3:35: error: from.path: 'work/n02' is relative; give the path from the collection's root, starting with '/', or from your home there, with '/~/'",
                "task.yaml:4:6: error: to.colection: this key is not known; did you mean 'collection'?",
                "task.yaml:5:22: error: transfer.deadline: '3' has no unit; write 3s, 3m, 3h or 3d for seconds, minutes, hours or days",
                "4 errors; nothing was sent; leaving with description (65)",
            ])
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

/// A text, and the lines that the program writes about it.
struct BadRow: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: Data
    var lines: [String]
    var environment: [String: String] = [:]

    init(_ name: String, _ text: String, _ lines: String..., environment: [String: String] = [:]) {
        (testDescription, self.text, self.lines, self.environment) = (name, Data(text.utf8), lines, environment)
    }

    init(_ name: String, bytes: [UInt8], _ lines: String...) {
        (testDescription, text, self.lines) = (name, Data(bytes), lines)
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
    BadRow(
        "empty", "",
        "task.yaml:1:1: error: the file is empty; the least that a description says is 'pptransfer: 1', 'from:' and 'to:'"),
    BadRow(
        "tab", "pptransfer: 1\nfrom:\n\tcollection: archer2\n",
        "task.yaml:3:1: error: a tab in the indentation, which YAML forbids; replace it with spaces"),
    BadRow("unknown key", text("emty: fail"), "task.yaml:4:1: error: emty: this key is not known; did you mean 'empty'?"),
    BadRow(
        "duplicate key", text("empty: fail\nempty: succeed"),
        "task.yaml:5:1: error: empty: this key was already given in line 4; remove one of the two"),
    BadRow(
        "bad UUID", text(from: "3e90d018-0d05-461a-bbaf-aab60528321"),
        "task.yaml:2:20: error: from.collection: '3e90d018-0d05-461a-bbaf-aab60528321' is not a UUID; a UUID has 8, 4, 4, 4 and 12 of the digits 0-9 and a-f, with '-' between"
    ),
    BadRow(
        "unset variable", text(path: "\"${ROSE_DATAC}\""),
        "task.yaml:2:36: error: from.path: the variable ROSE_DATAC is not set; set it in the environment, give '--set ROSE_DATAC=value', or write '${ROSE_DATAC:-default}'"
    ),
    BadRow(
        "relative path", text(at: "gws"),
        "task.yaml:3:32: error: to.path: 'gws' is relative; give the path from the collection's root, starting with '/', or from your home there, with '/~/'"
    ),
    BadRow(
        "outside the roots", text(to: "vault", at: "/elsewhere"),
        "task.yaml:3:31: error: to.path: '/elsewhere' is outside what vault shows; give a path in one of /vault, or in your home there (/~/)"
    ),
    BadRow(
        "cycle of the environment", text(),
        "task.yaml:1:1: error: cycle: 'a b' is not a cycle point; write it as the workflow does, as in 19880901T0000Z or 3: only letters, digits and ':+-_.,'",
        environment: ["CYLC_TASK_CYCLE_POINT": "a b"]),
    BadRow(
        "10 MB value", text("name: " + String(repeating: "x", count: 10_000_000)),
        "task.yaml:4:7: error: name: this value is 10000000 bytes long; the limit is 65536; check that a quote is closed where it should be"
    ),
    BadRow(
        "thousandfold alias bomb", bomb,
        "task.yaml:5:45: error: with its aliases written out, the text has more than 100000 values; use fewer aliases, or split the file"),
    BadRow(
        "binary file", bytes: Array("\u{7F}ELF".utf8) + [2, 1, 1, 0, 0, 0],
        "task.yaml:1:8: error: this is a binary file, not text: it holds a NUL byte; check that this is the file you mean"),
    BadRow(
        "UTF-16", bytes: [0xFF, 0xFE, 0x70, 0x00], "task.yaml:1:1: error: the file is in UTF-16; save it as UTF-8"),
]

private let collectionRows = [
    BadRow(
        "retired", text(to: "jasmin-stfc"),
        "task.yaml:3:18: error: to.collection: jasmin-stfc (JASMIN STFC Internal Collection, 9efc947f-5212-4b5f-8c9d-47b93ae676b7) is retired: JASMIN has switched it off; use 'jasmin'"
    ),
    BadRow(
        "retired, by its UUID", text(to: "9efc947f-5212-4b5f-8c9d-47b93ae676b7"),
        "task.yaml:3:18: error: to.collection: jasmin-stfc (JASMIN STFC Internal Collection, 9efc947f-5212-4b5f-8c9d-47b93ae676b7) is retired: JASMIN has switched it off; use 'jasmin'"
    ),
    BadRow(
        "unknown", text(to: "jasmine"),
        "task.yaml:3:18: error: to.collection: no site is called 'jasmine'; did you mean 'jasmin'? To add a site, write 'jasmine: {collection: UUID}' to ~/.config/pptransfer/sites.yaml"
    ),
]

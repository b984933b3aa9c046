import Foundation
import PPTransfer
import PPTransferReports
import Testing

/// What the documents say is what the program does.
struct DocumentationTests {
    /// Every description among the examples, by its path from the package's directory.
    static let examples: [String] = ["examples", "suite-templates"].flatMap { folder in
        let found = (try? FileManager.default.subpathsOfDirectory(atPath: Document.package + "/" + folder)) ?? []
        return found.filter { $0.hasSuffix(".yaml") }.map { folder + "/" + $0 }.filter { text(of: $0).contains(/(?m)^pptransfer: 1$/) }
    }.sorted()

    private static func text(of path: String) -> String { Document(path).text }

    /// Lines `# set: NAME=value` of an example give its variables; a line `# sites: FILE` the site file that lies beside it.
    @Test(arguments: examples) func `an example is a description that can be run`(path: String) async throws {
        let desk = try Desk()
        let settings = Self.text(of: path).matches(of: /(?m)^# set: (\S.*)$/).flatMap { ["--set", String($0.1)] }
        let sites = Self.text(of: path).matches(of: /(?m)^# sites: (\S+)$/).map { file in
            Document.package + "/" + path.split(separator: "/").dropLast().joined(separator: "/") + "/" + file.1
        }
        // Globus Connect Personal is set up here.
        try desk.write("home/.globusonline/lta/client-id.txt", "22222222-2222-4333-8444-555555555555\n")
        let end = try await desk.start(
            ["run", "--dry-run"] + settings + [Document.package + "/" + path],
            // The sites are the built-in ones.
            [
                "XDG_CONFIG_HOME": desk.path("none"), "CYLC_WORKFLOW_NAME": "u-ab123", "CYLC_TASK_CYCLE_POINT": "19880901T0000Z",
                "USER": "someone", "PPTRANSFER_SITES": sites.joined(separator: ":"),
            ]
        ).completed()
        #expect(end.status == 0, "\(end.errors)\(end.output)")
        #expect(!end.errors.contains("nothing asks for"))
    }

    @Test(arguments: examples.filter { $0.hasPrefix("examples/") }) func `an example passes the strict validation`(path: String) throws {
        let desk = try Desk()
        // What Cylc sets differs from cycle to cycle.
        let set = Self.text(of: path).matches(of: /(?m)^# set: ([^=]+)=(.*)$/).map { (String($0.1), String($0.2)) }
            .filter { !$0.0.hasPrefix("CYLC_") && !$0.0.hasPrefix("ROSE_") }
        let sites = Self.text(of: path).matches(of: /(?m)^# sites: (\S+)$/).map { Document.package + "/examples/" + $0.1 }
        var validation = Validation(
            set: Dictionary(set) { $1 }, environment: ["HOME": desk.path("none"), "PPTRANSFER_SITES": sites.joined(separator: ":")],
            today: "2026-11-20", commands: [])
        validation.isStrict = true
        let report = validation.report(on: [Document.package + "/" + path])
        #expect(report.status == .ok, "\(report.text)")
    }

    @Test func `the README's description works as it stands`() async throws {
        let blocks = Document("README.md").blocks("yaml")
        let desk = try Desk()
        try desk.describe(#require(blocks.first { $0.contains("roots:") }), as: "sites.yaml")
        try desk.describe(#require(blocks.first { $0.contains("pptransfer: 1") }), as: "readme.yaml")
        let end = try await desk.run("run", "--dry-run", "readme.yaml", with: ["PPTRANSFER_SITES": desk.suite + "/sites.yaml"])
        #expect(end.status == 0, "\(end.everything)")
        #expect(end.errors.isEmpty, "\(end.everything)")
        #expect(end.output.contains("/gws/nopw/j04/canari/archive/u-ab123/19880901T0000Z"))
    }

    @Test func `the suite template's step fails where a later try can help, and nowhere else`() throws {
        let step = Self.text(of: "suite-templates/um-archive/bin/pptransfer-step")
        let list = try #require(step.firstMatch(of: /(?m)^ +([0-9 |]+)\) exit "\$status" ;;$/)).1
        // What is still under way has a line of its own.
        let again = Set(list.split(separator: " | ").compactMap { Int32($0) } + [ExitStatus.running.number])
        let helped = ExitStatus.all.filter { [.later, .resumes, .laterResumes].contains($0.again) }
        #expect(again == Set(helped.map(\.number)))
    }

    @Test func `the suite template's graph knows every status that a person must mend`() throws {
        let flow = Self.text(of: "suite-templates/um-archive/flow.cylc")
        let list = try #require(flow.firstMatch(of: /STOPS = \[([^\]]+)\]/)).1
        let stops = Set(list.matches(of: /'([a-z-]+)'/).map { String($0.1) })
        // A run makes its record: it never exits because there is none.
        let final = ExitStatus.all.filter { [.no, .act, .actThenResumes].contains($0.again) && $0 != .noRecord }
        #expect(stops == Set(final.map(\.name)))
    }

    @Test func `the README has each status in the row of what to do about it`() throws {
        let rows: [PPTransfer.ExitStatus.Again: String] = [
            .needless: "nothing", .later: "run again later", .resumes: "run again: resumes", .laterResumes: "run again later: resumes",
            .act: "needs action", .actThenResumes: "needs action, then run again: resumes", .no: "correct the cause first",
        ]
        let text = Self.text(of: "README.md")
        for again in PPTransfer.ExitStatus.Again.allCases {
            var names = ExitStatus.all.filter { $0.again == again }.map { "\($0.number) \($0.name)" }
            if again == .resumes { names.append("130 143 152 … signal") }
            let row = "| \(try #require(rows[again])) | \(names.joined(separator: ", ")) |"
            #expect(text.contains("\n\(row)\n"), "\(row)")
        }
    }

    @Test func `the README can be read in three minutes`() {
        let text = Self.text(of: "README.md")
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
        let prose = text.components(separatedBy: "```").enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
            .replacing(/\]\([^)]*\)/, with: "]").split(separator: "\n").filter { !$0.hasPrefix("|") }
        #expect(prose.reduce(0) { $0 + $1.split(separator: " ").count } <= 550)
    }

    @Test(arguments: Document.all) func `a document's lines of a workflow are those of the templates`(document: Document) {
        let fragments = ["script.cylc", "rose-app.cylc", "cylc-7.rc"].map { Self.text(of: "suite-templates/fragments/" + $0) }.joined()
        let known = Set(fragments.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
        for line in document.blocks("cylc").joined(separator: "\n").split(separator: "\n") {
            let line = line.trimmingCharacters(in: .whitespaces)
            #expect(known.contains(line), "\(line)")
        }
    }

    @Test func `every link of a document leads to a file`() {
        for document in Document.all {
            let folder = URL(fileURLWithPath: Document.package + "/" + document.path).deletingLastPathComponent()
            for link in document.text.matches(of: /\]\((?!https?:|#)([^)]+)\)/) {
                let target = folder.appendingPathComponent(String(link.1)).path
                #expect(FileManager.default.fileExists(atPath: target), "\(document.path): \(link.1)")
            }
            for link in document.text.matches(of: /<doc:(\w+)>/) {
                let target = folder.appendingPathComponent(link.1 + ".md").path
                #expect(FileManager.default.fileExists(atPath: target), "\(document.path): <doc:\(link.1)>")
            }
        }
    }
}

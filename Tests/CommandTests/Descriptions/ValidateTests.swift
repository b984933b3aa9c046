import Foundation
import Globus
import Testing

/// `validate` beyond what the corpus shows: its options, and that it says what a run says.
struct ValidateTests {
    private let desk: Desk

    init() throws { desk = try Desk() }

    @Test func `the same mistakes have the same lines as in a run`() async throws {
        try desk.describe(desk.description("emty: fail\nwait: {limit: 3}", to: "gws").replacing("archer2", with: "archer"))
        let run = try await desk.run("run", "task.yaml")
        let validated = try await desk.run("validate", "task.yaml")
        #expect(validated.outputLines.dropLast().count == 4)
        #expect(validated.status == 65)
        #expect(validated.errors.isEmpty)
        #expect(validated.outputLines.dropLast() == run.errorLines.dropLast()[...])
    }

    @Test func `with an error in a site file no alias counts as unknown, and all else of the description is checked`() async throws {
        try desk.write("home/broken.yaml", "hpc: {collection: \(Desk.vault), rots: [/a]}\n")
        try desk.describe(desk.description("emty: fail").replacing("archer2", with: "hpc"))
        let environment = ["PPTRANSFER_SITES": desk.path("home/broken.yaml")]
        for arguments in [["validate"], ["run"], ["check"], ["run", "--dry-run"], ["validate", "--json"], ["run", "--json"]] {
            let end = try await desk.run(arguments: arguments + ["task.yaml"], with: environment)
            #expect(end.status == 65, "\(end.everything)")
            #expect(end.everything.contains("hpc.rots") && end.everything.contains("did you mean 'roots'?"), "\(end.everything)")
            #expect(end.everything.contains("emty"), "\(end.everything)")
            #expect(!end.everything.contains("no site is called"), "\(end.everything)")
        }
    }

    @Test func `concrete cycles are looked at one by one`() async throws {
        try desk.describe(desk.description(cycle: nil, from: "/work/{cycle}", to: "/gws/{cycle}"))
        let cycles = ["--cycles", "19880130T0000Z/19880330T0000Z/P1M", "--cycling", "360day", "--cycle", "19890101T0000Z"]
        let end = try await desk.start(["validate", "task.yaml"] + cycles).completed()
        #expect(end.output == "1 file, 4 transfers: 0 errors, 0 warnings\n")
        #expect(end.status == 0)
    }

    @Test(arguments: [
        (["--cycles", "1/3/P1M"], "integer cycles do not follow"),
        (["--cycles", "19880101T0000Z"], "'19880101T0000Z' does not name cycles"),
        (["--cycles", "19880101T0000Z/19890101T0000Z"], "'19880101T0000Z/19890101T0000Z' does not name cycles"),
        (["--cycles", "19880230T0000Z/19890101T0000Z/P1M"], "the gregorian calendar has no 19880230T0000Z"),
        (["--cycle", "a/b"], "'a/b' is not a cycle point"), (["--cycling", "360day"], "--cycling goes with --cycles"),
    ])
    func `cycles that cannot be meant are a wrong command line`(options: [String], message: String) async throws {
        let end = try await desk.start(["validate", "task.yaml"] + options).completed()
        #expect(end.errors.hasPrefix("Error: " + message), "\(end.everything)")
        #expect(end.status == 64, "\(end.everything)")
    }

    @Test func `a warning fails only where it is asked to`() async throws {
        try desk.describe(desk.description(cycle: "0010"))
        #expect(try await desk.run("validate", "task.yaml").status == 0)
        #expect(try await desk.run("validate", "task.yaml", "--strict").status == 65)
    }

    @Test func `the JSON says what the text says`() async throws {
        try desk.describe(desk.description("emty: fail", cycle: "0010"))
        let json = try JSONValue(text: try await desk.run("validate", "--json", "task.yaml").output)
        #expect(json["status"].string == "description")
        #expect(json["exit_status"].int == 65)
        #expect(json["errors"].int == 1)
        #expect(json["warnings"].int == 1)
        #expect(json["files"].int == 1)
        #expect(json["problems"][1]["key"].string == "emty")
        #expect(json["problems"][1]["line"].int == 6)
        #expect(json["problems"][0]["severity"].string == "warning")
    }

    @Test func `a variable that a job would have is not looked for here`() async throws {
        try desk.describe(desk.description(from: "${ROSE_DATACP1M}/${CYLC_TASK_PARAM_member}/${SLURM_JOB_ID}/${HOME}"))
        let end = try await desk.run("validate", "task.yaml")
        #expect(end.status == 0, "\(end.everything)")
    }

    @Test func `a setting that nothing asks for is told`() async throws {
        try desk.describe(desk.description(from: "/work/${A}"))
        let end = try await desk.run("validate", "task.yaml", "--set", "A=x", "--set", "B=y")
        #expect(end.outputLines.first == "--set B: warning: no template uses it; check its spelling", "\(end.everything)")
    }

    @Test func `a task's time limit counts for a script that its family has`() async throws {
        try desk.describe(desk.description("wait: {limit: 5h}"))
        try desk.write(
            "suite/flow.cylc",
            """
            [runtime]
                [[FAMILY]]
                    script = "pptransfer run $CYLC_WORKFLOW_RUN_DIR/task.yaml"   # a comment
                [[short, {{ long }}]]
                    inherit = None, FAMILY
                    [[[job]]]
                        execution time limit = PT4H
            """)
        let end = try await desk.run("validate", ".")
        #expect(
            end.output == """
                flow.cylc:7:36: warning: execution time limit: PT4H ends the job before task.yaml stops waiting (wait.limit: 5h); write a shorter 'wait: {limit: …}' there, or raise the time limit
                2 files, 1 transfer: 0 errors, 1 warning

                """)
    }

    @Test(arguments: ["examples", "suite-templates", "suite-templates/um-archive", "suite-templates/um-archive/app/pptransfer/file"])
    func `an example or a template of ours has no error`(folder: String) async throws {
        let end = try await desk.run(["validate", "."], in: Document.package + "/" + folder)
        #expect(end.status == 0, "\(end.everything)")
        #expect(!end.output.contains(" 0 transfers"), "\(end.everything)")
    }

    @Test func `what is no file is named`() async throws {
        let end = try await desk.run("validate", "none.yaml")
        #expect(end.outputLines.first == "none.yaml: error: there is no such file; check the path and the directory you are in")
        #expect(end.status == 65)
    }

    @Test func `an installed workflow's own files are passed over, and links are not followed`() async throws {
        try desk.write("suite/flow.cylc", "[runtime]\n")
        try desk.describe(desk.description(), as: "sound.yaml")
        for folder in ["log", "share", "work"] { try desk.describe("pptransfer: none\n", as: folder + "/broken.yaml") }
        try FileManager.default.createSymbolicLink(atPath: desk.suite + "/round", withDestinationPath: desk.suite)
        let end = try await desk.run("validate", ".")
        #expect(end.output == "2 files, 1 transfer: 0 errors, 0 warnings\n", "\(end.everything)")
    }

    @Test func `nothing is asked of the network`() async throws {
        try desk.describe(desk.description().replacing("collection: jasmin", with: "collection: {search: \"APS:DM\"}"))
        // A service that would refuse every request.
        let end = try await desk.run("validate", "task.yaml", with: Desk.service("http://127.0.0.1:1"))
        #expect(end.status == 0, "\(end.everything)")
        #expect(end.output == "1 file, 1 transfer: 0 errors, 0 warnings\n", "\(end.everything)")
    }
}

import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// The commands of the documents, typed as they stand, by a user who has a description, a suite and a cycle that is archived already.
struct DocumentedRunTests {
    /// Lines that this test cannot run, each with the reason: they need Cylc, another machine, or a person.
    private static let notRun: [(prefix: String, reason: String)] = [
        ("./examples/quickstart.sh", "Tests/run.sh runs it"), ("./Tests/run.sh", "it is the test command"),
        ("cylc ", "needs Cylc: the judges of the suite templates run it"), ("globus ", "needs the Globus CLI: the judges of logins run it"),
        ("tar -xJf ", "needs the package: its own tests unpack it"),
        ("sha256sum ", "needs the package: its own tests check the sums"), ("pip install ", "needs the wheel: its own tests install it"),
        ("python3 -m venv ", "the same tests make an environment"), ("~/pptransfer/bin/pip ", "and install the wheel into it"),
        ("./Tests/Packaging/", "the test command runs these scripts"),
        ("pipx ", "needs PyPI"), ("module load ", "needs Environment Modules"),
        ("module use ", "needs Environment Modules: tclsh reads the module file"),
        ("sbatch ", "needs Slurm: the tests of proofs at the destination run the job with sh"),
        ("pptransfer verify u-ab123 --cycle 19880901T0000Z --report", "needs the report of that job: the same tests make one"),
        ("pptransfer login ", "needs action in a browser; has tests of its own"), ("pptransfer logout", "ends what 'login' began"),
        ("python3 Tests/Benchmarks/", "takes minutes, and needs a release build"), ("ln -s /home/", "needs the directories of ARCHER2"),
        ("ssh ", "needs another machine"),
        ("pptransfer status u-ab123/run2", "needs a workflow that Cylc installed: the tests of the search for journals have one"),
        (
            "pptransfer copy \"APS:DM:32ID:/Smith-2026-11/\" ~/beamtime/Smith-2026-11 --every",
            "runs for a day; rounds have tests of their own"
        ),
        ("pptransfer copy \"APS:DM:32ID:/Smith-2026-11/\" ~/beamtime --every", "runs until Ctrl-C; rounds have tests of their own"),
    ]

    /// Statuses that are not 0 in this world.
    private static let expected: [(prefix: String, status: Int32)] = [
        // The catalogue of cycles has one that was sent, and many that were not.
        ("pptransfer status u-ab123 --missing 19880901T0000Z..19991201T0000Z", 13),
        // Its description says neither a group nor a mode.
        ("pptransfer verify u-ab123 --cycle 19880901T0000Z --via manifest --fix-permissions", 64),
        // Nobody has moved the files of this world.
        ("pptransfer records move u-ab123 --to '/gws/ssde/j25b/canari/{workflow}/{cycle}' --yes", 60),
    ]

    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/ab123a.pa19880901.pp", "a stream")
        try desk.write("data/ab123a.da19881001_00", "a dump")
        // As the old tool stages: below its root by workflow and cycle.
        try desk.write("old/u-ab123/19881001T0000Z/ab123a.pa19880901.pp", "a stream")
        try desk.write("staged/x.pp", "staged")
        try desk.write("jasmin/gws/nopw/j04/canari/README", "a group workspace")
        try FileManager.default.createDirectory(atPath: desk.path("bin"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: desk.path("bin/pptransfer"), withDestinationPath: Program.path)
    }

    /// The working directory, as it is before each block.
    private func layOut() throws {
        try? FileManager.default.removeItem(atPath: desk.suite)
        try desk.write("home/.globusonline/lta/client-id.txt", "22222222-2222-4333-8444-555555555555\n")
        try desk.describe(desk.description())
        try desk.write("suite/lists/19880901T0000Z.txt", "ab123a.pa19880901.pp\nab123a.da19881001_00\n")
        try desk.describe(
            """
            pptransfer_faults: 1
            http: [{route: submit, do: lose-answer}]
            """, as: "faults.yaml")
        try desk.write(
            "suite/app/postproc/rose-app.conf",
            """
            [command]
            default=main_pp.py atmos

            [namelist:archer_arch]
            archive_name=$CYLC_WORKFLOW_NAME
            archive_root_path=$ROSE_DATAC

            [namelist:pptransfer]
            transfer_dir=
            transfer_type='Push'

            """)
        try desk.write("suite/app/postproc/opt/rose-app-archer2.conf", "[namelist:pptransfer]\ntransfer_dir=/gws/nopw/j04/canari\n")
        try desk.describe(
            """
            &pptransfer
            transfer_dir='/gws/nopw/j04/canari/old',
            transfer_type='Push',
            /
            &archer_arch
            archive_name='u-ab123',
            archive_root_path='\(desk.path("old"))',
            /

            """, as: "pptransfer.nl")
    }

    /// The collections of two beamlines, and this machine's Globus Connect Personal, which shows what is here.
    private func beamlines() throws -> [StandInCollection] {
        func id(_ text: String) throws -> CollectionID { try #require(CollectionID(text)) }
        let laptop = "22222222-2222-4333-8444-555555555555"
        try desk.write("home/.globusonline/lta/client-id.txt", laptop)
        try desk.write("32ID/Smith-2026-11/scan0/image.h5", "frames")
        try desk.write("2BM/2026-11/2026-11-Smith-1012039/image.h5", "frames")
        let here = try ["home", "suite"].map { StandInCollection.Mount(desk.path($0), at: try CollectionPath(desk.path($0))) }
        return [
            StandInCollection(id: try id("33333333-2222-4333-8444-555555555555"), displayName: "APS:DM:32ID", root: desk.path("32ID")),
            StandInCollection(id: try id("054a0877-97ca-4d80-947f-47ca522b173e"), displayName: "APS:DM:2BM", root: desk.path("2BM")),
            StandInCollection(id: try id(laptop), displayName: "Laptop", mounts: here),
        ]
    }

    /// The status of each line.
    private func run(_ lines: [String], _ extra: [String: String]) async throws -> (statuses: [Int32], end: Completed) {
        try layOut()
        let script = lines.map { $0 + "\nprintf '%s\\n' $? >>'\(desk.path("statuses"))'\n" }.joined()
        try desk.write("statuses", "")
        try desk.write("script.sh", script)
        let environment = desk.environment.merging(extra) { _, last in last }
        let end = try await Turns.programs.pass {
            try await Program(["/bin/sh", desk.path("script.sh")], in: desk.suite, environment: environment).completed()
        }
        let statuses = String(decoding: desk.contents("statuses") ?? Data(), as: UTF8.self).split(separator: "\n").compactMap { Int32($0) }
        return (statuses, end)
    }

    @Test(arguments: Document.all.filter { !$0.blocks("sh").isEmpty && !$0.isTutorial })
    func `the commands of a document do as they stand`(document: Document) async throws {
        let beamlines = try beamlines()
        try await LocalService.with(desk) { configuration in
            configuration.collections += beamlines
        } _: { service in
            var environment = service.environment
            environment["PATH"] = desk.path("bin") + ":/usr/bin:/bin"
            (environment["ROSE_DATAC"], environment["STAGED"]) = (desk.data, desk.data)
            (environment["CYLC_WORKFLOW_NAME"], environment["CYLC_TASK_CYCLE_POINT"]) = ("u-ab123", "19880901T0000Z")
            let first = try await run(["pptransfer run task.yaml"], environment)
            try #require(first.statuses == [0], "\(first.end.everything)")
            for block in document.blocks("sh") {
                let lines = block.split(separator: "\n").map(String.init).filter { line in
                    !Self.notRun.contains { line.hasPrefix($0.prefix) }
                }
                // The old task's place is in a suite that has not run yet.
                let isOld = lines.contains { $0.hasPrefix("pptransfer convert | ") }
                if isOld { environment["CYLC_TASK_CYCLE_POINT"] = "19881001T0000Z" }
                let (statuses, end) = try await run(lines, environment)
                environment["CYLC_TASK_CYCLE_POINT"] = "19880901T0000Z"
                let expected = lines.map { line in Self.expected.first { line.hasPrefix($0.prefix) }?.status ?? 0 }
                #expect(statuses == expected, "\(lines.joined(separator: "\n"))\n\(end.everything)")
            }
        }
    }

    @Test func `what is not run is in some document`() {
        let lines = Document.all.flatMap { $0.blocks("sh") }.joined(separator: "\n").split(separator: "\n")
        for (prefix, reason) in Self.notRun { #expect(lines.contains { $0.hasPrefix(prefix) }, "\(prefix): \(reason)") }
    }

    @Test(arguments: Document.all.filter { !$0.isTutorial }) func `the YAML of a document is read as it stands`(document: Document)
        async throws
    {
        for block in document.blocks("yaml") {
            try layOut()
            let variables = [
                "ROSE_DATAC": "/work/n02/n02/me/cycle", "CYLC_WORKFLOW_NAME": "u-ab123", "CYLC_TASK_CYCLE_POINT": "19880901T0000Z",
                "CYLC_WORKFLOW_ID": "u-ab123/run2",
            ]
            if block.contains("pptransfer_faults: 1") {
                try desk.describe(block, as: "faults.yaml")
                let end = try await desk.run("rehearse", "task.yaml", "--faults", "faults.yaml", with: variables)
                #expect(end.status == 0, "\(block)\n\(end.everything)")
            } else if block.contains("roots:") {
                try desk.describe(block, as: "sites.yaml")
                let end = try await desk.run("collections", "list", with: ["PPTRANSFER_SITES": desk.suite + "/sites.yaml"])
                #expect(end.status == 0, "\(block)\n\(end.everything)")
                #expect(end.output.contains("Example HPC file systems"), "\(block)\n\(end.everything)")
            } else {
                // A whole description means the built-in sites and an example's; a part of one is given to a description of this
                // machine's files.
                let isWhole = block.contains("pptransfer: 1")
                try desk.describe(isWhole ? block : desk.description(block.replacing("/work/n02/lists", with: desk.suite + "/lists")))
                let sites =
                    isWhole
                    ? [
                        "XDG_CONFIG_HOME": desk.path("none"),
                        "PPTRANSFER_SITES": Document.package + "/examples/another-site.sites.yaml",
                    ] : [:]
                let end = try await desk.run("run", "--dry-run", "task.yaml", with: variables.merging(sites) { $1 })
                #expect(end.status == 0, "\(block)\n\(end.everything)")
            }
        }
    }
}

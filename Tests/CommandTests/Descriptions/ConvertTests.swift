import Foundation
import Testing

/// `convert`, as a user of the old tool meets it.
struct ConvertTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/ab123a.pa19880901.pp", "a stream")
        try desk.write("data/ab123a.da19881201_00", "a dump")
    }

    /// What Rose and Cylc set in the job.
    private var job: [String: String] {
        [
            "CYLC_WORKFLOW_NAME": "u-ab123", "CYLC_WORKFLOW_ID": "u-ab123/run1", "CYLC_SUITE_NAME": "u-ab123/run1",
            "CYLC_TASK_CYCLE_POINT": "19880901T0000Z",
            "ROSE_DATAC": desk.data,
        ]
    }

    /// The app as rose-edit leaves it: switched-off settings are still there, with marks before them.
    private static let app = """
        meta=archive_and_meta/postproc/pp24_t588

        [command]
        default=main_pp.py atmos
        pptransfer=run_python_env.sh transfer.py

        [file:pptransfer.nl]
        source=namelist:suitegen (namelist:pptransfer) (namelist:archer_arch)

        [namelist:archer_arch]
        archive_name=$CYLC_SUITE_NAME
        archive_root_path=$ROSE_DATAC

        [!!namelist:moose_arch]
        !!dataset=''

        [namelist:pptransfer]
        globus_cli=true
        globus_default_colls=true
        !!globus_dest_coll=''
        globus_notify='off'
        !!globus_src_coll=''
        !!remote_host=''
        transfer_dir=
        transfer_type='Push'
        !!verify_chksums=true

        [namelist:suitegen]
        archive_command='Archer'
        prefix=$RUNID

        """

    @Test func `an app with its site's settings is converted, and sent whole`() async throws {
        try desk.write("suite/app/postproc/rose-app.conf", Self.app)
        try desk.write(
            "suite/app/postproc/opt/rose-app-archer2.conf", "[namelist:pptransfer]\ntransfer_dir=/gws/nopw/j04/canari/me/archive\n")
        let converted = try await desk.run("convert", "app/postproc", "-O", "(archer2)")
        #expect(converted.status == 0, "\(converted.everything)")
        // In Cylc 8 the old name has the run: that is said.
        #expect(converted.errorLines.count == 1, "\(converted.everything)")
        #expect(converted.errors.contains("rose-app.conf:11:14: warning: archive_name: in Cylc 8, CYLC_SUITE_NAME has the run"))
        let end = try await desk.run("rehearse", "-", with: job, input: .text(converted.output))
        #expect(end.status == 0, "\(end.everything)")
        let arrived = try desk.tree("suite/rehearsal/jasmin/gws/nopw/j04/canari/me/archive/u-ab123/19880901T0000Z")
        #expect(try arrived == desk.tree("data"))
        // A description that needs no second look, but at the directory that it shares.
        try desk.describe(converted.output)
        let validated = try await desk.run("validate", "task.yaml")
        #expect(validated.status == 0)
        #expect(validated.outputLines.last == "1 file, 1 transfer: 0 errors, 1 warning")
    }

    @Test func `in a job, the namelist in the working directory needs no name`() async throws {
        // As Rose writes it, its variables filled in.
        try desk.write(
            "suite/pptransfer.nl",
            """
            &suitegen
            archive_command='Archer',
            /
            &pptransfer
            globus_cli=.true.,
            globus_default_colls=.false.,
            globus_dst_coll='\(Desk.vault)',
            globus_notify='failed, inactive',
            globus_src_coll='\(Desk.archer2)',
            gridftp=.false.,
            transfer_dir='/vault/me',
            transfer_type='Pull',
            /
            &archer_arch
            archive_name='u-ab123',
            archive_root_path='\(desk.path("staged"))',
            /

            """)
        try desk.write("staged/u-ab123/19880901T0000Z/a.pp", "staged")
        let converted = try await desk.run("convert")
        let end = try await desk.run("rehearse", "-", with: job, input: .text(converted.output))
        #expect(end.status == 0, "\(converted.everything)\(end.everything)")
        #expect(try desk.tree("suite/rehearsal/vault").keys.sorted() == ["vault/me/u-ab123/19880901T0000Z/a.pp"])
    }

    @Test func `an empty staging directory is the success that it was`() async throws {
        try desk.write("suite/app/rose-app.conf", Self.app.replacing("transfer_dir=\n", with: "transfer_dir=/gws/x\n"))
        try FileManager.default.createDirectory(atPath: desk.path("none"), withIntermediateDirectories: true)
        let converted = try await desk.run("convert", "app", "--output", "task.yaml")
        #expect(converted.status == 0)
        #expect(converted.output.isEmpty)
        let end = try await desk.run("rehearse", "task.yaml", with: job.merging(["ROSE_DATAC": desk.path("none")]) { $1 })
        #expect(end.status == 0, "\(end.everything)")
    }

    @Test func `what cannot be converted is told, nothing is executed, and nothing is printed`() async throws {
        let text = Self.app.replacing("transfer_dir=\n", with: "transfer_dir=$(touch made)\n").replacing("'off'", with: "'sometimes'")
        try desk.write("suite/app/rose-app.conf", text)
        let end = try await desk.run("convert", "app")
        #expect(
            end.errorLines.map(String.init) == [
                "app/rose-app.conf:21:15: error: globus_notify: 'sometimes' is not one of its values; write one of on, off, succeeded, failed, inactive",
                "app/rose-app.conf:24:14: error: transfer_dir: '$(': commands are not executed; set a variable beforehand and write '$NAME'; write '\\$' for a dollar",
                "2 errors; nothing was written; exit status 65 (description)",
            ])
        #expect(end.output.isEmpty)
        #expect(end.status == 65)
        #expect(!desk.exists("suite/made"))
    }

    @Test func `an output that cannot be written is told`() async throws {
        try desk.write("suite/app/rose-app.conf", Self.app.replacing("transfer_dir=\n", with: "transfer_dir=/gws/x\n"))
        let end = try await desk.run("convert", "app", "--output", "/dev/null/task.yaml")
        #expect(end.errors.hasSuffix("error: cannot write '/dev/null/task.yaml': not a directory\n"))
        #expect(end.status == 73)
    }

    /// As `rose task-run` writes it in the job: every variable filled in.
    private func expanded(root: String, name: String = "u-ab123/run1") -> String {
        """
        &suitegen
        archive_command='Archer',
        /
        &pptransfer
        globus_cli=.true.,
        transfer_dir='/gws/nopw/j04/canari/archive',
        /
        &archer_arch
        archive_name='\(name)',
        archive_root_path='\(root)',
        /

        """
    }

    @Test func `in a Rose task, app and namelist have the old task's directories at both ends`() async throws {
        let archive = "/gws/nopw/j04/canari/archive"
        try desk.write("suite/app/rose-app.conf", Self.app.replacing("transfer_dir=\n", with: "transfer_dir=\(archive)\n"))
        try desk.write("suite/pptransfer.nl", expanded(root: desk.data))
        var trees: [[String: Data]] = []
        for arguments in [["convert"], ["convert", "app"]] {
            let converted = try await desk.run(arguments: arguments, with: job)
            #expect(converted.status == 0 && converted.errors.isEmpty, "\(converted.everything)")
            try? FileManager.default.removeItem(atPath: desk.suite + "/rehearsal")
            let end = try await desk.run("rehearse", "-", with: job, input: .text(converted.output))
            #expect(end.status == 0, "\(converted.output)\(end.everything)")
            trees.append(try desk.tree("suite/rehearsal/jasmin/gws/nopw/j04/canari/archive"))
        }
        #expect(trees[0].keys.sorted() == ["a.da19881201_00", "a.pa19880901.pp"].map { "u-ab123/run1/19880901T0000Z/ab123" + $0 })
        #expect(trees[0] == trees[1])
    }

    @Test func `what Rose has made of ROSE_DATAC is known by its place outside of a job, and that is said`() async throws {
        try desk.write("suite/pptransfer.nl", expanded(root: "/home/me/cylc-run/u-ab123/run1/share/cycle/19880901T0000Z", name: "u-ab123"))
        let end = try await desk.run("convert")
        #expect(end.status == 0, "\(end.everything)")
        #expect(end.output.contains("path: \"{datac}\""), "\(end.output)")
        #expect(end.errors.contains("archive_root_path: '/home/me/cylc-run/u-ab123/run1/share/cycle/19880901T0000Z' is what Rose made of"))
        // With another directory beside it, the old rule holds: name and cycle are added.
        let other = try await desk.run("convert", with: ["ROSE_DATAC": "/elsewhere"])
        #expect(other.output.contains("/share/cycle/19880901T0000Z/{workflow}/{cycle}"), "\(other.output)")
        try desk.write("suite/pptransfer.nl", expanded(root: "\\$ROSE_DATAC"))
        let escaped = try await desk.run("convert", with: job)
        #expect(escaped.status == 65)
        #expect(escaped.errors.contains("'\\$' in the namelist is a backslash and a variable"), "\(escaped.errors)")
    }

    @Test func `an optional configuration that was not applied is named, and a suite stands for its app`() async throws {
        let app = Self.app.replacing("transfer_dir=\n", with: "transfer_dir=/gws/a\n").replacing("$CYLC_SUITE_NAME", with: "u-ab123")
        try desk.write("suite/app/postproc/rose-app.conf", app)
        try desk.write("suite/app/postproc/opt/rose-app-archer2.conf", "[namelist:pptransfer]\ntransfer_dir=/gws/b\n")
        try desk.write("suite/app/postproc/opt/rose-app-other.conf", "[namelist:atmospp]\npp_run=true\n")
        try desk.write("suite/app/um/rose-app.conf", "[command]\ndefault=um\n")
        try desk.write("suite/flow.cylc", "[runtime]\n")
        let end = try await desk.run("convert", ".")
        #expect(end.status == 0, "\(end.everything)")
        #expect(
            end.errors
                == "./app/postproc/opt/rose-app-archer2.conf:1:1: warning: this optional configuration sets transfer_dir, "
                + "and is not applied; if the task applies it, add '-O archer2'\n")
        #expect(try await desk.run("convert", ".", "-O", "archer2").errors.isEmpty)
        try desk.write("suite/app/postproc/rose-app.conf", app.replacing("[namelist:pptransfer]", with: "[!!namelist:pptransfer]"))
        let off = try await desk.run("convert", ".")
        #expect(off.status == 65)
        #expect(off.errors.contains("add the optional configuration that switches it on: '-O archer2'"), "\(off.errors)")
        try FileManager.default.removeItem(atPath: desk.suite + "/app/postproc")
        #expect(try await desk.run("convert", ".").errors.hasPrefix(".: error: none of the suite's apps has [namelist:pptransfer]"))
    }

    @Test func `the step to tape is left as comments`() async throws {
        let app = Self.app.replacing("transfer_dir=\n", with: "transfer_dir=/gws/a\n").replacing("$CYLC_SUITE_NAME", with: "u-ab123")
        let tape = "\n[namelist:jasmin_arch]\ndefault_workspace=true\ncopy_streams='pm\n!!workspace=x\n"
        try desk.write(
            "suite/app/rose-app.conf", app.replacing("[command]\n", with: "[command]\njdma=run_python_env.sh jdma.py\n") + tape)
        let end = try await desk.run("convert", "app")
        #expect(end.status == 0, "\(end.everything)")
        #expect(
            end.output.contains(
                """
                # Not converted: the step that copied to tape (jdma.py). Run it after 'pptransfer archived'; its settings were
                #   command jdma="run_python_env.sh jdma.py"
                #   copy_streams="'pm"
                #   default_workspace="true"

                """), "\(end.output)")
    }
}

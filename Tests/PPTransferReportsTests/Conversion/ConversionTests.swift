import Foundation
import PPTransfer
import PPTransferReports
import PositionedYAML
import TestSupport
import Testing

@Suite struct `The old tool's settings` {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ name: String, _ text: String) throws -> String {
        let path = directory.path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// The description as it is read in a job.
    private func converted(_ path: String, _ keys: [String] = [], environment: [String: String] = job) throws -> TaskDescription {
        let yaml = try Conversion(OldFiles(path, optional: keys, environment: environment)).yaml
        return try #require(try read(yaml, environment: environment).first, "\(yaml)")
    }

    private static let job = [
        "CYLC_WORKFLOW_NAME": "u-ab123", "CYLC_TASK_CYCLE_POINT": "19880230T0000Z", "ROSE_DATAC": "/work/share/cycle/19880230T0000Z",
        "USER": "me",
    ]

    private static let namelist = """
        &archer_arch
        archive_name='u-ab123',
        archive_root_path='/work/n02/n02/$USER/archive',
        /
        &pptransfer
        globus_cli=.true.,
        globus_notify='failed,inactive',
        transfer_dir='/gws/nopw/j04/canari/',
        transfer_type='Pull',
        /

        """

    @Test func `a namelist's paths are root, name and cycle`() throws {
        let task = try converted(write("pptransfer.nl", Self.namelist))
        #expect(task.from.path.value == "/work/n02/n02/me/archive/u-ab123/19880230T0000Z")
        #expect(task.to.path.value == "/gws/nopw/j04/canari/u-ab123/19880230T0000Z")
        #expect(task.workflow.value == "u-ab123")
        #expect(task.transfer.notify == [.failed, .inactive])
        #expect(task.empty == .succeed)
        #expect(task.symlinks == .skip)
        #expect(!task.transfer.preserveTimestamp)
    }

    @Test(
        arguments: [
            ("'off'", []), ("", [.succeeded, .failed, .inactive]), ("'on'", [.succeeded, .failed, .inactive]),
            ("'succeeded','failed'", [.succeeded, .failed]),
        ] as [(String, Set<TaskDescription.TransferOptions.Notification>)])
    func `globus_notify says of what Globus sends mail`(value: String, events: Set<TaskDescription.TransferOptions.Notification>) throws {
        let text = Self.namelist.replacing("'failed,inactive'", with: value)
        #expect(try converted(write("pptransfer.nl", text)).transfer.notify == events)
    }

    private static let app = """
        meta=archive_and_meta/postproc
        opts=base (absent)

        [command]
        pptransfer=transfer.py

        [env]
        STAGE=/work/$USER/stage

        [namelist:archer_arch]
        archive_name=$CYLC_SUITE_NAME
        archive_root_path=$ROSE_DATAC

        [namelist:pptransfer]
        globus_default_colls=true
        !!globus_dest_coll='nothing of the kind'
        globus_notify='off'
        # a comment
        !transfer_dir=/ignored
        transfer_type='Push'

        """

    @Test func `optional configurations are laid over an app as Rose does`() throws {
        let app = try write("app/rose-app.conf", Self.app)
        _ = try write("app/opt/rose-app-base.conf", "[namelist:pptransfer]\ntransfer_dir='/gws/base'\n")
        _ = try write("app/opt/rose-app-archer2.conf", "[namelist:pptransfer]\ntransfer_dir='/gws/archer2'\n!globus_notify=\n")
        _ = try write("app/opt/rose-app-staged.conf", "[namelist:archer_arch]\narchive_root_path=$STAGE\n")
        #expect(try converted(app).to.path.value == "/gws/base/u-ab123/19880230T0000Z")
        #expect(try converted(app).from.path.value == "/work/share/cycle/19880230T0000Z")
        // By the app's directory, and with the latest key deciding.
        let task = try converted(directory.path + "/app", ["archer2", "(missing)", "staged"])
        #expect(task.to.path.value == "/gws/archer2/u-ab123/19880230T0000Z")
        #expect(task.from.path.value == "/work/me/stage/u-ab123/19880230T0000Z")
        let byEnvironment = try converted(app, environment: Self.job.merging(["ROSE_APP_OPT_CONF_KEYS": "archer2"]) { $1 })
        #expect(byEnvironment.to.path.value == "/gws/archer2/u-ab123/19880230T0000Z")
    }

    @Test func `a key without its file is told`() throws {
        let app = try write("app/rose-app.conf", Self.app)
        let told = lines { () throws(Problems) in
            _ = try OldFiles(app)
            return []
        }
        #expect(
            told == [
                "\(directory.path)/app/opt/rose-app-base.conf: error: there is no such file; check the path and the directory you are in"
            ])
    }

    @Test(arguments: ["globus_dest_coll", "globus_dst_coll"]) func `either name of the destination's collection counts`(name: String) throws
    {
        let text = Self.namelist.replacing(
            "globus_cli=.true.,",
            with: """
                globus_default_colls=.false.,
                globus_src_coll='11111111-2222-4333-8444-555555555555',
                \(name)='11111111-2222-4333-8444-555555555556',
                """)
        let task = try converted(write("pptransfer.nl", text))
        #expect("\(task.to.collection.value)".contains("555555555556"))
        #expect("\(task.from.collection.value)".contains("555555555555"))
    }

    @Test func `whatever can be converted reads back without a problem, and means the same paths`() throws {
        var random = SplitMix(seed: 11)
        for _ in 0..<300 {
            let (root, target, name) = (path(&random), path(&random), word(&random))
            let quote = { (text: String) in "'" + text.replacing("'", with: "''") + "'" }
            let text = """
                &archer_arch
                archive_name=\(quote(name)),
                archive_root_path=\(quote(root)),
                /
                &pptransfer
                transfer_dir=\(quote(target)),
                gridftp=.\(Bool.random(using: &random)).,
                verify_chksums=\(Bool.random(using: &random) ? "T" : "False"),
                /
                """
            let task = try converted(write("pptransfer.nl", text))
            #expect(task.warnings.isEmpty, "\(text)")
            #expect(task.workflow.value == name, "\(text)")
            for (path, old) in [(task.from.path.value, root), (task.to.path.value, target)] {
                #expect(path == old + "/\(name)/19880230T0000Z", "\(text)")
            }
        }
    }

    private func path(_ random: inout SplitMix) -> String {
        "/" + (0..<Int.random(in: 1...3, using: &random)).map { _ in word(&random) }.joined(separator: "/")
    }

    /// No dollar: what that means depends on what follows.
    private func word(_ random: inout SplitMix) -> String {
        "w" + String((0..<Int.random(in: 1...8, using: &random)).map { _ in "ab01 .-_{}'\"\\#&:é,%!".randomElement(using: &random) ?? "x" })
            + "w"
    }
}

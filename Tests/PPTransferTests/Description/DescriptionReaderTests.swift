import Globus
import PPTransfer
import PositionedYAML
import Testing

@Suite struct `Reading a description` {
    @Test func `the whole format is understood`() throws {
        let text = """
            pptransfer: 1
            name: atmos
            workflow: ${CYLC_WORKFLOW_NAME}
            cycle: ${CYLC_TASK_CYCLE_POINT}
            from:
              collection: archer2
              path: ${ROSE_DATAC}
            to:
              collection: A2F53B7F-1B4E-4DCE-9B7C-349AE760FEE0
              path: /gws/nopw/j04/canari/archive/{workflow}/{cycle}/{name}
            select:
              include: ["*.pp", "*.nc"]
              exclude: ["*.tmp"]
              required: ["*a.da*"]
            empty: succeed
            symlinks: skip
            transfer: {sync: mtime, verify_checksum: false, preserve_timestamp: false, encrypt: true,
                       fail_on_quota_errors: false, notify: succeeded, deadline: P2D}
            wait:     {limit: 6h, outage: 30m, on_fault: {after: 1h, then: leave}, on_inactive: wait}
            verify:   {level: none, digest: md5}
            clean:    {source: keep}
            cylc:     {messages: false}
            """
        let environment = ["CYLC_WORKFLOW_NAME": "u-ab123", "CYLC_TASK_CYCLE_POINT": "19880230T0000Z", "ROSE_DATAC": "/work/n02/{x}/$y"]
        let task = try #require(try read(text, environment: environment).first)
        #expect(task.name?.value == "atmos")
        #expect(task.workflow.value == "u-ab123")
        #expect(task.cycle?.value.description == "19880230T0000Z")
        #expect(task.from.collection.value == .alias("archer2"))
        #expect(task.from.path == Positioned("/work/n02/{x}/$y", at: SourcePosition(file: "task.yaml", line: 7, column: 9)))
        #expect(task.to.collection.value == .id(try #require(CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0"))))
        #expect(task.to.path.value == "/gws/nopw/j04/canari/archive/u-ab123/19880230T0000Z/atmos")
        #expect(task.select.include.map(\.value) == ["*.pp", "*.nc"])
        #expect(task.select.exclude.map(\.value) == ["*.tmp"])
        #expect(task.select.required.map(\.value) == ["*a.da*"])
        #expect(task.empty == .succeed)
        #expect(task.symlinks == .skip)
        #expect(task.transfer.sync == .mtime)
        #expect(task.transfer.encrypt == .always)
        #expect(task.transfer.notify == [.succeeded])
        #expect(!task.transfer.verifyChecksum)
        #expect(!task.transfer.preserveTimestamp)
        #expect(!task.transfer.failOnQuotaErrors)
        #expect(task.transfer.deadline == .seconds(2 * 86_400))
        #expect(task.wait.limit == .seconds(6 * 3600))
        #expect(task.wait.outage == .seconds(1800))
        #expect(task.wait.onFault.after == .seconds(3600))
        #expect(task.wait.onFault.then == .leave)
        #expect(task.wait.onInactive == .wait)
        #expect(task.verify.level == .none)
        #expect(task.verify.digest == .md5)
        #expect(task.clean.source == .keep)
        #expect(!task.cylcMessages)
        #expect(task.warnings.isEmpty)
    }

    @Test func `the defaults are those of the format`() throws {
        let task = try #require(try read(minimal()).first)
        #expect(task.workflow.value == "task")
        #expect(task.name == nil)
        #expect(task.cycle == nil)
        #expect(task.select == TaskDescription.Selection())
        #expect(task.empty == .fail)
        #expect(task.symlinks == nil)
        #expect(task.links(isLocal: true) == .fail)
        #expect(task.links(isLocal: false) == .skip)
        #expect(task.select.settled == nil)
        #expect(task.transfer == TaskDescription.TransferOptions())
        #expect(task.transfer.sync == .checksum)
        #expect(task.transfer.verifyChecksum)
        #expect(task.transfer.notify == [.failed, .inactive])
        #expect(task.transfer.deadline.written == "3d")
        #expect(task.wait.limit.written == "12h")
        #expect(task.wait.outage.written == "2h")
        #expect(task.wait.onFault.after.written == "15m")
        #expect(task.wait.onFault.then == .cancel)
        #expect(task.wait.onInactive == .leave)
        #expect(task.verify.level == .size)
        #expect(task.verify.digest == .sha256)
        #expect(task.clean.source == .keep)
    }

    @Test(arguments: [
        (["CYLC_WORKFLOW_NAME": "u-ab123", "CYLC_SUITE_NAME": "u-ab123/run1"], "task.yaml", "u-ab123"),
        (["CYLC_SUITE_NAME": "u-aa001"], "task.yaml", "u-aa001"),
        (["CYLC_WORKFLOW_NAME": ""], "suites/atmos.v2.yaml", "atmos.v2"),
        ([:], "-", "pptransfer"),
        ([:], "<standard input>", "pptransfer"),
    ])
    func `a workflow that is not written comes from the engine, else from the file`(
        environment: [String: String], file: String, workflow: String
    ) throws {
        #expect(try read(minimal(), environment: environment, file: file).first?.workflow.value == workflow)
    }

    @Test func `a cycle that is not written comes from the engine, unless there is to be none`() throws {
        let environment = ["CYLC_TASK_CYCLE_POINT": "3"]
        #expect(try read(minimal(), environment: environment).first?.cycle?.value.description == "3")
        #expect(try read(minimal("cycle: null"), environment: environment).first?.cycle == nil)
        #expect(try read(minimal(), set: ["CYLC_TASK_CYCLE_POINT": "4"], environment: environment).first?.cycle?.value.description == "4")
    }

    @Test(arguments: ["19880901", "19880230T0000Z", "3", "-1", "1988-09-01T00:00:00Z", "1e3", "12:30", "0x10", "010", "on", "no"])
    func `a plain scalar keeps its letters`(text: String) throws {
        let task = try #require(try read(minimal("cycle: \(text)\nname: \(text)\nworkflow: \(text)", to: "\"/gws/{cycle}\"")).first)
        #expect(task.cycle?.value.description == text)
        #expect(task.name?.value == text)
        #expect(task.workflow.value == text)
        #expect(task.to.path.value == "/gws/\(text)")
    }

    @Test(arguments: ["~", "~/data", "/~/data", "/", "/a b/c", "/gws/ü", "/a/./b//"])
    func `absolute paths and paths from home are taken as they are`(path: String) throws {
        #expect(try read(minimal(from: path)).first?.from.path.value == path)
    }

    @Test func `several documents are several transfers, and empty ones none`() throws {
        let text = "---\n" + minimal("name: a") + "\n---\n" + minimal("name: b") + "\n---\n# nothing more\n"
        let tasks = try read(text)
        #expect(tasks.map { $0.name?.value } == ["a", "b"])
        #expect(tasks.map(\.position.line) == [2, 7])
    }

    @Test func `anchors, aliases and merge keys repeat what was written`() throws {
        let text = """
            pptransfer: 1
            from: &there {collection: jasmin, path: /gws/a}
            to: {<<: *there, path: &p /gws/b}
            name: &n b
            select: {include: [*n, *p]}
            """.replacing("[*n, *p]", with: "[*n]")
        let task = try #require(try read(text).first)
        #expect(task.to.collection == task.from.collection)
        #expect(task.to.path.value == "/gws/b")
        #expect(task.select.include.map(\.value) == ["b"])
    }

    @Test func `a link that names no directory leaves it to the path`() throws {
        let link = "https://app.globus.org/file-manager/collections/a2f53b7f-1b4e-4dce-9b7c-349ae760fee0/overview"
        let task = try #require(
            try read("pptransfer: 1\nfrom: {link: \"\(link)\", path: /data}\nto: {collection: \"APS:DM:32ID\", path: /x}\n").first)
        #expect(task.from.collection.value == CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0").map { .id($0) })
        #expect(task.from.path.value == "/data")
        #expect(task.to.collection.value == .search("APS:DM:32ID"))
        #expect(
            lines("pptransfer: 1\nfrom: {link: \"\(link)\"}\nto: {collection: jasmin, path: /x}\n") == [
                "task.yaml:2:14: error: from.link: the link names no directory (origin_path); give 'path:' beside it, or copy it from the browser while the file manager shows the directory"
            ])
    }

    @Test(arguments: [
        (
            "from", "origin_id=A2F53B7F-1b4e-4dce-9b7c-349ae760fee0&origin_path=%2Fgdata%2Fdm%2F32ID%2F2026-03%2FO%27Neil+1%2F",
            "/gdata/dm/32ID/2026-03/O'Neil 1/"
        ),
        ("to", "origin_id=a2f53b7f-1b4e-4dce-9b7c-349ae760fee0&origin_path=%2F~%2F&two_pane=true", "/~/"),
        ("to", "destination_path=%2Fb%C3%BC&origin_id=x&destination_id=a2f53b7f-1b4e-4dce-9b7c-349ae760fee0#top", "/bü"),
    ])
    func `the web app's link names a collection and a directory`(end: String, query: String, path: String) throws {
        let other = end == "from" ? "to" : "from"
        let text =
            "pptransfer: 1\n\(end): {link: \"https://app.globus.org/file-manager?\(query)\"}\n\(other): {collection: {gcp: local}, path: /x}\n"
        let task = try #require(try read(text).first)
        let (linked, local) = end == "from" ? (task.from, task.to) : (task.to, task.from)
        #expect(linked.collection.value == CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0").map { .id($0) })
        #expect(linked.path.value == path)
        #expect(local.collection.value == .globusConnectPersonal)
    }
}

@Suite struct `Templates` {
    let environment = ["USER": "me", "EMPTY": "", "NESTED": "${USER} {cycle} $$", "ROSE_DATAC": "/d"]

    @Test(arguments: [
        ("/a/${USER}/b", "/a/me/b"), ("/${EMPTY}x", "/x"), ("/${EMPTY:-full}", "/full"), ("/${UNSET:-}x", "/x"), ("/${UNSET:-a b}", "/a b"),
        ("/$$HOME", "/$HOME"), ("/$$$$", "/$$"), ("/{{x}}", "/{x}"), ("{datac}/${NESTED}", "/d/${USER} {cycle} $$"),
        ("/{workflow}", "/task"),
        ("/${SET}", "/command line"), ("/é${USER}ü", "/émeü"),
    ])
    func `a template is filled in once`(template: String, path: String) throws {
        let text = minimal(from: "\"\(template)\"")
        #expect(
            try read(text, set: ["SET": "command line"], environment: environment.merging(["SET": "x"]) { $1 }).first?.from.path.value
                == path)
    }

    @Test func `datac falls back to the share directory`() throws {
        let text = minimal(from: "\"{datac}\"")
        #expect(try read(text, environment: ["ROSE_DATAC": "", "CYLC_TASK_SHARE_CYCLE_DIR": "/s"]).first?.from.path.value == "/s")
    }

    @Test func `braces in patterns are not templates`() throws {
        #expect(try read(minimal("select: {include: [\"{a}.${X:-pp}\"]}")).first?.select.include.map(\.value) == ["{a}.pp"])
    }

    @Test func `a setting that nothing asked for is known`() throws {
        let reader = DescriptionReader(variables: Variables(set: ["USR": "x", "USER": "y", "CYLC_TASK_CYCLE_POINT": "3"]))
        let tasks = try reader.read(minimal(from: "\"/${USER}\"").utf8, file: "task.yaml")
        #expect(reader.unusedSettings(tasks) == ["USR"])
    }
}

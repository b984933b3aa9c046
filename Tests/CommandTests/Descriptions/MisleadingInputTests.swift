import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// Inputs that are right but were refused, or wrong and were told misleadingly: what the program prints, and its exit status.
@Suite struct MisleadingInputTests {
    private let desk: Desk

    init() throws { desk = try Desk() }

    private func validated(_ text: String) async throws -> Completed {
        try desk.describe(text)
        return try await desk.run("validate", "task.yaml")
    }

    // MARK: cycle points

    @Test(arguments: ["1988W354T08,0Z", "19880901T080000,0Z"])
    func `a cycle point as Cylc writes it, with a decimal comma, is archived`(point: String) async throws {
        try desk.write("data/a.pp", "abc")
        try desk.describe(desk.description(cycle: "'\(point)'"))
        let end = try await desk.run("rehearse", "task.yaml")
        #expect(end.status == 0, "\(end.everything)")
        #expect(end.output.contains("/gws/canari/\(point)"))
    }

    @Test func `a cycle point that is too long is told by its length`() async throws {
        let end = try await validated(desk.description(cycle: String(repeating: "1", count: 300)))
        #expect(end.status == 65)
        #expect(end.output.contains("the cycle point has 300 characters; the limit is 128"), "\(end.everything)")
    }

    @Test func `a negative cycle is a value, not an option`() async throws {
        for command in ["rerun", "verify", "clean", "cancel"] {
            let end = try await desk.run(command, "u-ab123", "--cycle", "-2")
            #expect(!end.errors.contains("Missing value"), "\(command): \(end.errors)")
            #expect(!end.errors.contains("Unknown option"), "\(command): \(end.errors)")
        }
        let end = try await validated(desk.description(cycle: "-2"))
        #expect(end.output.contains("0 errors"), "\(end.everything)")
        let checked = try await desk.run("validate", "task.yaml", "--cycle", "-2")
        #expect(checked.output.contains("0 errors"), "\(checked.everything)")
    }

    // MARK: names and paths

    @Test(arguments: ["u-ab123/run1", "u-ab123/runN"]) func `a workflow with the name of an installation is warned of`(name: String)
        async throws
    {
        let end = try await validated(desk.description().replacing("workflow: u-ab123", with: "workflow: \(name)"))
        #expect(end.status == 0)
        #expect(end.output.contains("warning: workflow: '\(name)' ends in '/\(name.dropFirst(8))'"), "\(end.everything)")
    }

    @Test func `a source below runN is warned of`() async throws {
        let end = try await validated(desk.description(from: "/home/ann/cylc-run/u-ab123/runN/share/cycle/1"))
        #expect(end.output.contains("warning: from.path: 'runN' is a link to the latest installation"), "\(end.everything)")
    }

    @Test(arguments: ["C:/Users/me", "/C:/Users/me", "C:\\Users\\me"]) func `a Windows path gets the form to write`(path: String)
        async throws
    {
        let end = try await validated(desk.description().replacing("\"/gws/canari/{cycle}\"", with: "'\(path)'"))
        #expect(end.status == 65)
        #expect(end.output.contains("is a Windows path; write it as Globus Connect Personal does: '/C/Users/me'"), "\(end.everything)")
    }

    @Test func `run and validate refuse a name that is too long for the journal alike`() async throws {
        let text = desk.description().replacing("u-ab123", with: String(repeating: "w", count: 250))
        let validated = try await validated(text)
        let run = try await desk.run("run", "--dry-run", "task.yaml")
        for end in [validated, run] {
            #expect(end.status == 65)
            #expect(end.everything.contains("the journal's record of it would have a file name of 250 bytes; 220 is the limit"))
        }
    }

    // MARK: links

    @Test(arguments: [
        "https://app.globus.org/file-manager?origin_id=\(Desk.vault)&amp;origin_path=%2Fvault%2Fa",
        "https://www.globus.org/app/transfer?origin_id=\(Desk.vault)&origin_path=%2Fvault%2Fa",
        "https://app.globus.org/file-manager/?origin_id=\(Desk.vault)&origin_path=%2Fvault%2Fa",
    ]) func `every form of the web app's link is read`(link: String) async throws {
        let text = desk.description().split(separator: "\n").map { $0.hasPrefix("from:") ? "from: {link: \"\(link)\"}" : String($0) }
        try desk.describe(text.joined(separator: "\n"))
        let end = try await desk.run("run", "--dry-run", "task.yaml")
        #expect(end.status == 0, "\(end.everything)")
        #expect(end.everything.contains("/vault/a"), "\(end.everything)")
    }

    // MARK: standard input, HOME

    @Test func `validate reads standard input`() async throws {
        let wrong = try await desk.run("validate", "-", input: .text("pptransfer: 1\n"))
        #expect(wrong.status == 65)
        #expect(wrong.output.contains("<standard input>:1:1: error: from: this key is missing"), "\(wrong.everything)")
        let right = try await desk.run("validate", "-", input: .text(desk.description()))
        #expect(right.status == 0, "\(right.everything)")
    }

    @Test(arguments: ["", "not/absolute"]) func `without HOME there is no journal, and nothing is sent`(home: String) async throws {
        try desk.write("data/a.pp", "abc")
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            let sites = ["HOME": home, "PPTRANSFER_SITES": desk.path("home/.config/pptransfer/sites.yaml")]
            let end = try await desk.run("run", "task.yaml", with: service.environment.merging(sites) { $1 })
            #expect(end.status == 71, "\(end.everything)")
            #expect(end.errors.contains("HOME is not set"), "\(end.errors)")
            #expect(end.errors.contains("--journal DIR, PPTRANSFER_JOURNAL"), "\(end.errors)")
            #expect(await service.standIn.tasks.isEmpty)
        }
    }

    // MARK: what the service says

    /// - Parameter status: of the submission, nothing is known; after it, nothing is known to be missing.
    @Test(arguments: [("submit", [42]), ("ls", [42, 61])])
    func `a collection that was deleted is named as that, whichever request finds it out`(route: String, statuses: [Int32]) async throws {
        try desk.write("data/a.pp", "abc")
        try desk.describe(desk.description())
        try desk.write(
            "suite/faults.yaml",
            """
            pptransfer_faults: 1
            http:
              - {route: \(route), times: forever, do: {status: 404, code: EndpointDeleted, message: "Endpoint 'x' has been deleted"}}
            """)
        let end = try await desk.run("rehearse", "task.yaml", "--faults", "faults.yaml")
        #expect(statuses.contains(end.status), "\(end.everything)")
        #expect(end.errors.contains("has been deleted"), "\(end.everything)")
        let page = try await desk.run("explain", "EndpointDeleted")
        #expect(page.status == 0, "\(page.everything)")
    }

    @Test func `an empty directory that Globus itself made is nobody else's file`() async throws {
        try desk.write("jasmin/gws/stage/data/a.pp", "abc")
        try FileManager.default.createDirectory(atPath: desk.path("jasmin/gws/stage/data/empty"), withIntermediateDirectories: true)
        try desk.describe(
            """
            pptransfer: 1
            workflow: u-ab123
            from: {collection: jasmin, path: /gws/stage}
            to: {collection: vault, path: /vault/copy}
            verify: {extra: fail}
            """)
        let vault = desk.path("vault-files")
        try FileManager.default.createDirectory(atPath: vault, withIntermediateDirectories: true)
        let addVault: (inout StandInConfiguration) -> Void = { configuration in
            guard let id = CollectionID(Desk.vault) else { return }
            configuration.collections.append(StandInCollection(id: id, displayName: "Vault", root: vault))
        }
        try await LocalService.with(desk, configure: addVault) { service in
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(!end.errors.contains("other files"), "\(end.errors)")
        }
    }

    // MARK: Rose apps

    @Test func `an app whose namelist is switched on by an optional configuration is in order`() async throws {
        try desk.write(
            "suite/app/postproc/rose-app.conf",
            "[namelist:x]\na=1\n\n[!!namelist:archer_arch]\narchive_root_path=\n\n[!!namelist:pptransfer]\nglobus_cli=true\ntransfer_dir=\n"
        )
        try desk.write("suite/app/postproc/opt/rose-app-other.conf", "[namelist:atmospp]\ndebug=true\n")
        let alone = try await desk.run("validate", ".")
        #expect(alone.output.contains("0 errors"), "\(alone.everything)")
        try desk.write(
            "suite/app/postproc/opt/rose-app-archer2.conf",
            "[namelist:archer_arch]\narchive_root_path=/work/a\n\n[namelist:pptransfer]\ntransfer_dir=/gws/x\n")
        let end = try await desk.run("validate", ".")
        #expect(end.status == 0, "\(end.everything)")
        let converted = try await desk.run("convert", "app/postproc")
        #expect(converted.status == 65)
        #expect(converted.errors.contains("[namelist:pptransfer] is ignored here"), "\(converted.everything)")
        let chosen = try await desk.run("convert", "app/postproc", "-O", "archer2")
        #expect(chosen.status == 0, "\(chosen.everything)")
        #expect(chosen.output.contains("/gws/x/{workflow}/{cycle}"), "\(chosen.everything)")
    }

    @Test func `an app and its namelist give one destination, escaped dollar or not`() async throws {
        try desk.write(
            "suite/app/rose-app.conf",
            "[namelist:archer_arch]\narchive_root_path=/work/a\n[namelist:pptransfer]\ntransfer_dir=/gws/\\$GWS/x\n")
        try desk.write(
            "suite/pptransfer.nl", "&archer_arch\narchive_root_path='/work/a'\n/\n&pptransfer\ntransfer_dir='/gws/$GWS/x'\n/\n")
        for file in ["app", "pptransfer.nl"] {
            let end = try await desk.run("convert", file)
            #expect(end.output.contains("\"/gws/${GWS}/x/{workflow}/{cycle}\""), "\(end.everything)")
        }
    }

    @Test func `a bracket too many and a namelist too few are told as such`() async throws {
        try desk.write("suite/app/rose-app.conf", "[command]\ndefault=true\n")
        let none = try await desk.run("convert", "app")
        #expect(none.status == 65)
        #expect(none.errors.contains("there is no [namelist:pptransfer] in it"), "\(none.everything)")
        try desk.write("suite/app/rose-app.conf", "\n[[namelist:pptransfer]\ntransfer_dir=/gws/x\n")
        let bracket = try await desk.run("convert", "app")
        #expect(
            bracket.errors.contains("app/rose-app.conf:2:1: error: '[[namelist:pptransfer]' has a bracket too many"),
            "\(bracket.everything)")
    }
}

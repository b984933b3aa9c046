import Foundation
import Globus
import PositionedYAML
import Rehearsal
import TestSupport
import Testing

/// The group and the mode of what arrived: compared, corrected at the destination, and required before files are listed.
struct PermissionsTests {
    private let desk: Desk
    private let archive = "jasmin/gws/canari/19880901T0000Z"
    private let which = ["u-ab123", "--cycle", "19880901T0000Z"]
    /// A group that files may be given: any for root; of another user one that is not the first, if there is one.
    private let group: String
    private let needsGroup: Bool

    init() throws {
        var groups = [gid_t](repeating: 0, count: 256)
        let count = max(0, Int(getgroups(256, &groups)))
        let other = geteuid() == 0 ? 1 : groups.prefix(count).first { $0 != getegid() } ?? getegid()
        group = getgrgid(other).map { String(cString: $0.pointee.gr_name) } ?? "\(other)"
        needsGroup = other != getegid()
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.write("data/run.sh", "#!/bin/sh")
        try desk.write("data/deep/er/b c.nc", "fields")
        try FileManager.default.createDirectory(atPath: desk.path("jasmin/gws/canari"), withIntermediateDirectories: true)
    }

    private func describe(_ more: String = "", _ rights: String? = nil) throws {
        let rights = rights ?? "group: \(group), mode: g+rX"
        let text = desk.description("verify: {level: digest}\nafter: {filelist: \"\(desk.path("lists"))/{cycle}.txt\"}\n\(more)")
        try desk.describe(text.replacing("canari/{cycle}\"}", with: "canari/{cycle}\", \(rights)}"))
    }

    /// A server whose mask leaves nothing to group and others.
    private func closed(_ body: (LocalService) async throws -> Void) async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(storage: [StorageFault("*", .umask(0o077), .forever)]))
            try await body(service)
        }
    }

    private func mode(_ name: String) -> UInt32 {
        var status = stat()
        return lstat(desk.path(archive + "/" + name), &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private func groupName(_ name: String) -> String {
        var status = stat()
        guard lstat(desk.path(archive + "/" + name), &status) == 0 else { return "" }
        return getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) } ?? "\(status.st_gid)"
    }

    private func runJob(
        _ arguments: [String] = [], in folder: String = "asked", with variables: [String: String] = [:]
    ) async throws -> Completed {
        try await Program(
            ["/bin/sh", desk.path("suite/\(folder)/u-ab123.19880901T0000Z.sh")] + arguments + [desk.path(archive)], in: "/",
            environment: desk.environment.merging(variables) { $1 }
        ).completed()
    }

    private func ask(_ service: LocalService, _ more: [String] = []) async throws -> Completed {
        try await desk.run(arguments: ["verify"] + which + ["--via", "manifest", "--output", "asked"] + more, with: service.environment)
    }

    private var list: String? { desk.contents("lists/19880901T0000Z.txt").map { String(decoding: $0, as: UTF8.self) } }

    @Test func `files that the group may not read are named, corrected by the job, and listed only then`() async throws {
        try describe()
        try desk.write("lists/19880901T0000Z.txt", "/gws/canari/old.pp\n")
        try await closed { service in
            let check = try await desk.run("check", "task.yaml", with: service.environment)
            #expect(check.status == 0, "\(check.everything)")
            #expect(check.output.contains("what arrives may not have group '\(group)' and mode g+rX: "), "\(check.output)")
            #expect(check.output.contains("got ") && check.output.contains("mode 0700"), "\(check.output)")

            let first = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(first.status == 0, "\(first.everything)")
            #expect(first.errors.contains("3 of 3 files and 3 directories do not have group '\(group)' and mode g+rX"), "\(first.errors)")
            #expect(first.errors.contains("a.pp: owner ") && first.errors.contains(", mode 0600"), "\(first.errors)")
            #expect(first.errors.contains("'pptransfer verify u-ab123 --cycle 19880901T0000Z --via manifest --fix-permissions'"))
            #expect(
                first.errors.contains("is not written: the group '\(group)' may not read 3 of 3 files and 3 directories"), "\(first.errors)"
            )
            #expect(list == nil)

            // Somebody else's file, and one that the owner has made a program of.
            try desk.write(archive + "/other.nc", "not ours")
            chmod(desk.path(archive + "/other.nc"), 0o600)
            chmod(desk.path(archive + "/run.sh"), 0o700)
            let asked = try await ask(service, ["--fix-permissions"])
            #expect(asked.status == 0 && asked.output.contains("to give them group '\(group)' and mode g+rX"), "\(asked.everything)")
            let job = try await runJob()
            #expect(job.status == 0, "\(job.everything)")
            #expect(job.output.contains("group or mode of 6 files and directories changed (\(group) g+rX); 0 could not"), "\(job.output)")
            #expect(["a.pp", "deep/er/b c.nc"].map(mode) == [0o640, 0o640])
            #expect(["", "deep", "deep/er", "run.sh"].map(mode) == [0o750, 0o750, 0o750, 0o750])
            #expect(mode("other.nc") == 0o600)
            #expect(["", "a.pp", "deep/er/b c.nc"].allSatisfy { groupName($0) == group })
            if needsGroup { #expect(groupName("other.nc") != group) }

            let again = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(again.status == 0 && !again.errors.contains("mode 0"), "\(again.everything)")
            #expect(list?.split(separator: "\n").count == 3, "\(again.everything)")
            #expect(try await service.tasks().count == 1)
        }
    }

    @Test func `a description that minds ends with status 43 until it is corrected`() async throws {
        try describe("", "mode: g+r, on_difference: fail")
        try await closed { service in
            let end = try await desk.run("run", "task.yaml", "--json", with: service.environment)
            #expect(end.status == 43, "\(end.everything)")
            let transfer = try JSONValue(text: end.output)["transfers"][0]
            #expect(transfer["status"] == "permissions")
            #expect(transfer["message"].string?.contains("every file is verified, but at jasmin:/gws/canari/19880901T0000Z") == true)
            #expect(transfer["permissions"]["files"] == 3)
            #expect(transfer["permissions"]["mode"] == "g+r")
            #expect(transfer["remedy"].string?.contains("--fix-permissions") == true)
            // Without a group, nobody in particular must be able to read what is listed.
            #expect(list?.split(separator: "\n").count == 3)
            #expect(try await ask(service).status == 0)
            let untold = try await runJob()
            #expect(untold.status == 0 && mode("a.pp") == 0o600, "\(untold.everything)")
            // The job's own option does the same as that of the command.
            let job = try await runJob(["--fix-permissions"])
            #expect(job.status == 0 && mode("a.pp") == 0o640, "\(job.everything)")
            let again = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(again.status == 0, "\(again.everything)")
        }
    }

    @Test func `the check fails where the run surely would, and names the run's status where it might`() async throws {
        try describe("", "mode: g+rX, on_difference: fail")
        try await closed { service in
            let unsure = try await desk.run("check", "task.yaml", with: service.environment)
            #expect(unsure.status == 0, "\(unsure.everything)")
            #expect(
                unsure.output.contains("if so, 'pptransfer run' exits with status 43 (to.on_difference: fail)"), "\(unsure.output)")
            try desk.write(archive + "/there/b.pp", "b")
            chmod(desk.path(archive), 0o700)
            let sure = try await desk.run("check", "task.yaml", with: service.environment)
            #expect(sure.status == 43, "\(sure.everything)")
            let words = "mode 0700; it does not have mode g+rX, and 'pptransfer run' exits with status 43"
            #expect(sure.output.contains(words), "\(sure.output)")
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 43)
            // A warning is enough where the description minds no more.
            try describe("", "mode: g+rX")
            #expect(try await desk.run("check", "task.yaml", with: service.environment).status == 0)
        }
    }

    @Test func `the job changes neither what it does not know nor what a link leads to, and says what it leaves`() async throws {
        try describe()
        try desk.write("secret/c.nc", "fields")
        try desk.write("secret/er/b c.nc", "fields")
        try await closed { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            #expect(try await ask(service, ["--fix-permissions"]).status == 0)
            // The same contents behind a link, at the file's own name and at that of a directory above it.
            let deep = desk.path(archive + "/deep"), plain = desk.path(archive + "/a.pp")
            try FileManager.default.removeItem(atPath: deep)
            try FileManager.default.createSymbolicLink(atPath: deep, withDestinationPath: desk.path("secret"))
            try desk.write("secret/a", "a")
            try FileManager.default.removeItem(atPath: plain)
            try FileManager.default.createSymbolicLink(atPath: plain, withDestinationPath: desk.path("secret/a"))
            // And a file that is not as it was sent.
            try desk.write(archive + "/run.sh", "#!/bin/no")
            for name in ["secret", "secret/er"] { chmod(desk.path(name), 0o700) }
            for name in ["secret/a", "secret/er/b c.nc", archive + "/run.sh"] { chmod(desk.path(name), 0o600) }
            let job = try await runJob()
            #expect(job.status == 60, "\(job.everything)")
            #expect(job.errors.contains("a.pp: a symbolic link leads to it"), "\(job.everything)")
            #expect(job.errors.contains("deep/er/b c.nc: a symbolic link leads to it"), "\(job.everything)")
            var status = stat()
            for name in ["secret/a", "secret/er/b c.nc"] {
                #expect(stat(desk.path(name), &status) == 0 && status.st_mode & 0o777 == 0o600, "\(name)")
            }
            for name in ["secret", "secret/er"] {
                #expect(stat(desk.path(name), &status) == 0 && status.st_mode & 0o777 == 0o700, "\(name)")
            }
            #expect(mode("run.sh") == 0o600)
        }
    }

    @Test func `a group that does not exist there is said by the job, which then gives nobody the right to read`() async throws {
        try describe("", "group: gws_nowhere, mode: g+rX")
        try await closed { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            #expect(try await ask(service, ["--fix-permissions"]).status == 0)
            let job = try await runJob()
            #expect(job.status == 43, "\(job.everything)")
            #expect(job.errors.contains("a.pp: ") && job.errors.contains("gws_nowhere"), "\(job.everything)")
            #expect(job.output.contains("0 files and directories changed"), "\(job.everything)")
            #expect(["a.pp", "deep/er/b c.nc"].map(mode) == [0o600, 0o600])
        }
    }

    @Test func `a directory with the setgid bit hands its group on, and nothing is said`() async throws {
        try describe("", "group: \(group)")
        let top = desk.path("jasmin/gws/canari")
        #expect(chown(top, .max, getgrnam(group)?.pointee.gr_gid ?? 0) == 0 && chmod(top, 0o2770) == 0)
        try await LocalService.with(desk) { service in
            let check = try await desk.run("check", "task.yaml", with: service.environment)
            #expect(check.output.contains("a directory made in /gws/canari gets group '\(group)' (setgid)"), "\(check.output)")
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0 && !end.errors.contains(" WARN "), "\(end.everything)")
            #expect(list?.split(separator: "\n").count == 3)
        }
    }

    @Test func `a rehearsal plays a group that this machine does not have`() async throws {
        try describe("", "group: gws_canari, mode: g+rX, on_difference: fail")
        let end = try await desk.run("rehearse", "task.yaml", "--root", desk.path("played"))
        #expect(end.status == 0 && !end.errors.contains(" WARN "), "\(end.everything)")
        #expect(list?.split(separator: "\n").count == 3)
        try desk.write("faults.yaml", "pptransfer_faults: 1\nstorage: [{path: '*', do: {umask: '077'}}]\n")
        let closed = try await desk.run("rehearse", "task.yaml", "--root", desk.path("closed"), "--faults", desk.path("faults.yaml"))
        #expect(closed.status == 43 && closed.errors.contains("group gws_canari, mode 0600"), "\(closed.everything)")
        #expect(list == nil)
        try desk.write("faults.yaml", "pptransfer_faults: 1\nstorage: [{path: '*', do: {umask: '89'}}]\n")
        let refused = try await desk.run("rehearse", "task.yaml", "--faults", desk.path("faults.yaml"))
        #expect(
            refused.status == 65 && refused.errors.contains("'89' is not an octal mask; write it as in 077 or 027"), "\(refused.everything)"
        )
    }

    @Test func `what cannot be seen is not taken for right`() async throws {
        try describe()
        try await LocalService.with(desk) { service in
            let nothing = HTTPFault.AnswerEdit(setInEach: ["group": .null, "permissions": .null])
            await service.standIn.setFaults(StandInFaults(http: [HTTPFault(.list, .edit(nothing), .forever)]))
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.errors.contains("a.pp: the collection shows neither group nor permissions"), "\(end.errors)")
            #expect(list == nil)
            // Nor is a listing that fails.
            await service.standIn.setFaults(
                StandInFaults(http: [HTTPFault(.list, .status(403, code: "EndpointPermissionDenied", message: "no"), .forever)]))
            try describe("", "group: \(group), on_difference: fail")
            let failed = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(failed.status == 61 && failed.errors.contains("could not be listed: "), "\(failed.everything)")
            #expect(list == nil)
        }
    }

    @Test func `the site file says for all what a description does not, and a job without either is refused`() async throws {
        try describe("", "existing: fail")
        try await closed { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let refused = try await ask(service, ["--fix-permissions"])
            #expect(refused.status == 64 && refused.errors.contains("has neither a group nor a mode to correct"), "\(refused.everything)")
            try desk.write(
                "home/.config/pptransfer/sites.yaml",
                """
                archer2: {collection: \(Desk.archer2)}
                jasmin: {collection: \(Desk.jasmin), group: \(group), mode: g+rX}
                """)
            let verified = try await desk.run(arguments: ["verify"] + which, with: service.environment)
            #expect(
                verified.status == 0 && verified.errors.contains("do not have group '\(group)' and mode g+rX"), "\(verified.everything)")
            let dry = try await desk.run("run", "--dry-run", "task.yaml", with: service.environment)
            #expect(dry.output.contains("group '\(group)' and mode g+rX expected; a difference: warn"), "\(dry.everything)")
        }
    }

    @Test func `nothing is deleted before the rights are right, and the job leaves alone what has another name`() async throws {
        try describe("", "group: \(group), mode: g+rX, on_difference: fail")
        try await closed { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 43)
            let deleting = service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { $1 }
            let clean = try await desk.run("clean", "u-ab123", "--all", "--delete", with: deleting)
            #expect(clean.status == 61 && desk.exists("data/a.pp"), "\(clean.everything)")
            #expect(link(desk.path(archive + "/a.pp"), desk.path("jasmin/elsewhere")) == 0)
            #expect(try await ask(service).status == 0)
            let slip = try await runJob(["--fix-permission"])
            #expect(slip.status == 61 && slip.errors.contains("unknown option --fix-permission"), "\(slip.everything)")
            let job = try await runJob(["--fix-permissions"], with: ["CDPATH": "."])
            #expect(job.status == 43 && job.errors.contains("a.pp: it has other names (hard links)"), "\(job.everything)")
            #expect(mode("a.pp") == 0o600 && mode("deep/er/b c.nc") == 0o640)
        }
    }
}

import Foundation
import Globus
import GlobusTesting
import TestSupport
import Testing

@testable import PPTransfer
@testable import PPTransferReports

/// What `doctor` says of machines that this one is not.
struct DoctorTests {
    private let now = Timestamp(secondsSince1970: 1_800_000_000)
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func doctor(_ environment: [String: String] = [:], at now: Timestamp? = nil) -> Doctor {
        Doctor(environment: environment, journal: directory.path, time: SteppedTimekeeper(from: now ?? self.now))
    }

    private func lines(_ doctor: Doctor, _ subject: String) -> [String] {
        doctor.report().items.filter { $0.subject == subject }.map(\.line)
    }

    // MARK: the clock

    @Test func `a clock from before this program was made is a failure`() {
        let report = doctor(at: Timestamp(secondsSince1970: 0)).report()
        #expect(
            report.items.first?.line
                == "FAILED   clock: it shows 1970-01-01T00:00:00Z, which cannot be right: Globus's certificates will be refused; set it"
        )
        #expect(report.items.first?.exitStatus == ExitStatus.unavailable.number)
    }

    @Test func `a clock is believed from the first release on, for thirty years`() throws {
        let first = try #require(Timestamp(wire: "2026-11-01T00:00:00Z"))
        #expect(doctor(at: first).report().items.first?.state == .ok)
        #expect(doctor(at: first + .seconds(-1)).report().items.first?.state == .failed)
        let late = try #require(Timestamp(wire: "2057-01-01T00:00:00Z"))
        #expect(doctor(at: late).report().items.first?.state == .failed)
    }

    // MARK: libcurl

    private func curl(_ change: (inout HTTPLibrary) -> Void) -> [String] {
        var doctor = doctor()
        change(&doctor.library)
        doctor.library.version = "VERSION"
        return lines(doctor, "libcurl")
    }

    @Test func `a libcurl that lacks what is needed is a failure`() {
        #expect(curl { $0.number = 0x074300 } == ["FAILED   libcurl: VERSION is too old; install 7.68.0 or later"])
        #expect(curl { $0.number = 0x074400 }.first?.hasPrefix("ok ") == true)
        let plain = "FAILED   libcurl: VERSION was built without https; install one that has it"
        #expect(curl { $0.tls = nil } == [plain])
        #expect(curl { $0.protocols = ["http", "ftp"] } == [plain])
    }

    @Test func `a libcurl that looks up names one by one is warned of`() {
        #expect(
            curl { $0.looksUpNamesBeside = false }
                == ["WARNING  libcurl: VERSION resolves one name at a time (no AsynchDNS): a slow name server can delay the whole program"])
    }

    @Test func `the libcurl of this machine does`() throws {
        let library = HTTPLibrary.current
        #expect(library.number >= HTTPLibrary.oldest.number)
        #expect(library.protocols.isSuperset(of: ["http", "https"]))
        #expect(library.tls != nil)
        let parts = library.version.split(separator: ".").prefix(3).compactMap { UInt32($0.prefix { $0.isNumber }) }
        try #require(parts.count == 3)
        #expect(library.number == parts[0] << 16 | parts[1] << 8 | parts[2])
    }

    // MARK: certificates

    private func certificates(file: String?, directory: String?) -> [String] {
        var doctor = doctor()
        doctor.library.authorities = (file, directory)
        return lines(doctor, "certificates")
    }

    @Test func `certificates are looked for where libcurl looks`() {
        let remedy = "install the system's certificates (package ca-certificates), or name a bundle in GLOBUS_SDK_VERIFY_SSL"
        #expect(
            certificates(file: "/none/ca.pem", directory: "/etc")
                == ["FAILED   certificates: /none/ca.pem: there is no such file; \(remedy)"])
        #expect(certificates(file: nil, directory: "/etc") == ["ok       certificates: in /etc"])
        #expect(
            certificates(file: nil, directory: "/none/certs")
                == ["FAILED   certificates: there are none in /none/certs, where libcurl looks for them; \(remedy)"])
        #expect(
            certificates(file: nil, directory: nil) == [
                "note     certificates: libcurl does not report where it looks for them; 'pptransfer check' shows whether it finds them"
            ])
    }

    // MARK: the journal's file system

    private static let mounts = """
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        40 22 0:41 / /work rw - lustre 10.0.0.1@o2ib:/work rw,flock
        41 40 0:42 / /work/n02/my\\040home rw,nosuid master:2 - nfs4 server:/home rw
        42 22 0:43 / /work2 rw - xfs /dev/sdb rw
        43 22 0:44 / /work2 rw - tmpfs tmpfs rw
        damaged line
        """

    @Test(arguments: [
        ("/", "ext4"), ("/workers", "ext4"), ("/work", "lustre"), ("/work/n02/me", "lustre"), ("/work/n02/my home/x", "nfs4"),
        ("/work2/x", "tmpfs"),
    ])
    func `a path belongs to the innermost and latest mount above it`(path: String, type: String) {
        #expect(MountTable(Self.mounts).type(of: path) == type)
    }

    @Test func `nothing is said of file systems that nobody knows`() {
        #expect(MountTable("").type(of: "/work") == nil)
        var doctor = doctor()
        doctor.mounts = MountTable("")
        #expect(lines(doctor, "journal").allSatisfy { !$0.contains("(on ") })
    }

    @Test func `a shared file system is named, and that the journal is made for it`() {
        var doctor = doctor()
        doctor.mounts = MountTable("1 1 0:1 / / rw - lustre a rw")
        let said = lines(doctor, "journal")
        #expect(said.last == "note     journal: lustre is shared by several machines; the journal works there without file locks")
    }

    // MARK: the job

    @Test func `what is left of a Slurm job is told`() {
        func said(_ end: Int64) -> [String] {
            lines(doctor(["SLURM_JOB_ID": "1", "SLURM_JOB_END_TIME": "\(end)"]), "slurm")
        }
        #expect(said(now.secondsSince1970 + 7200) == ["ok       slurm: the job ends in 2h; 'pptransfer run' exits one minute before"])
        #expect(
            said(now.secondsSince1970) == ["WARNING  slurm: the job's time ended on \(now); is SLURM_JOB_END_TIME another job's?"])
    }

    @Test func `outside of jobs nothing is said of jobs`() {
        #expect(lines(doctor(), "slurm").isEmpty)
        #expect(lines(doctor(), "cylc").isEmpty)
    }

    // MARK: the list of variables

    @Test func `every variable of ours and of Globus that the sources read is known`() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Sources").standardized
            .path
        let files = try FileManager.default.subpathsOfDirectory(atPath: sources).filter { $0.hasSuffix(".swift") }
        var read: Set<String> = []
        for file in files {
            let text = try String(contentsOfFile: sources + "/" + file, encoding: .utf8)
            read.formUnion(text.matches(of: /"((?:PPTRANSFER|GLOBUS)_[A-Z_]*[A-Z])"/).map { String($0.1) })
        }
        // The library makes these of the program's name.
        let names = LoginNames.pptransfer
        read.formUnion([names.accessTokenVariable, names.loginFileVariable, names.commandLineStoreVariable])
        #expect(read.count > 12)
        #expect(read.subtracting(KnownSetting.all.map(\.name)).isEmpty)
    }

    @Test func `the status is that of the worst failure, and warnings leave it at 0`() {
        let warned = doctor(["PPTRANSFER_ACCESS_TOKEN": "a", "PPTRANSFER_NONSENSE": "x", "HOME": "/none"]).report()
        #expect(warned.status == .ok)
        #expect(warned.items.contains { $0.state == .warning })
        #expect(doctor(["GLOBUS_CLI_CLIENT_ID": "x"]).report().status == .auth)
        #expect(doctor(["GLOBUS_CLI_CLIENT_ID": "x", "PPTRANSFER_SITES": "/none"]).report().status == .description)
    }
}

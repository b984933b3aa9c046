package import Globus
import GlobusCLILogin
import PPTransfer
import PositionedYAML
import SystemFiles

/// Says what of this machine and this environment would get in the way of a transfer, without asking anybody: what needs the network
/// is `Preflight`'s.
///
/// Leaves nothing behind; a file that is made to see whether the journal can be written is removed again.
package struct Doctor: Sendable {
    let environment: [String: String]
    let givenJournal: String?
    let time: any Timekeeper
    var library = HTTPLibrary.current
    var mounts = MountTable(Self.kernelText("/proc/self/mountinfo"))

    /// - Parameter journal: where it is, if not where the environment says.
    package init(environment: [String: String], journal: String? = nil, time: any Timekeeper = SystemTimekeeper()) {
        (self.environment, givenJournal, self.time) = (environment, journal, time)
    }

    package func report() -> DoctorReport {
        var report = DoctorReport()
        clock(&report)
        network(&report)
        libraries(&report)
        home(&report)
        login(&report)
        sites(&report)
        personals(&report)
        journal(&report)
        openFiles(&report)
        job(&report)
        variables(&report)
        return report
    }

    /// An empty variable counts as unset.
    func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    static func kernelText(_ path: String) -> String {
        (try? FileBytes.read(path, limit: 1 << 22)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    // MARK: the clock

    /// 1 November 2026: no clock that is right shows an earlier time to this program.
    private static let earliest = Timestamp(secondsSince1970: 1_793_491_200)
    private static let latest = earliest + .seconds(30 * 365 * 86_400)

    private func clock(_ report: inout DoctorReport) {
        let now = time.now
        guard Self.earliest <= now, now <= Self.latest else {
            return report.fail(
                "clock", "it shows \(now), which cannot be right: Globus's certificates will be refused; set it", .unavailable)
        }
        report.ok("clock", "\(now)")
    }

    // MARK: the libraries

    private func libraries(_ report: inout DoctorReport) {
        curl(&report)
        report.ok("libyaml", YAMLLibrary.version)
        report.ok("sqlite", SQLiteLibrary.version)
    }

    private func curl(_ report: inout DoctorReport) {
        let version = library.version
        if library.number < HTTPLibrary.oldest.number {
            report.fail("libcurl", "\(version) is too old; install \(HTTPLibrary.oldest.version) or later", .unavailable)
        } else if library.tls == nil || !library.protocols.contains("https") {
            report.fail("libcurl", "\(version) was built without https; install one that has it", .unavailable)
        } else if !library.looksUpNamesBeside {
            report.warn("libcurl", "\(version) resolves one name at a time (no AsynchDNS): a slow name server can delay the whole program")
        } else {
            report.ok("libcurl", "\(version), \(library.tls ?? "")")
        }
    }
}

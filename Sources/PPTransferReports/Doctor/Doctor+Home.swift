import Globus
import GlobusCLILogin
import PPTransfer
import PositionedYAML
import SystemFiles

/// What is a person's: home, login, site files, variables.
extension Doctor {
    func home(_ report: inout DoctorReport) {
        guard let home = set("HOME") else {
            return report.warn(
                "home",
                "HOME is not set, so no login, site file or journal is found there; set it in the job, or name a journal (PPTRANSFER_JOURNAL)"
            )
        }
        if DirectoryState(home) != .directory {
            report.warn("home", "HOME is \(shown(home)), which is not a directory; no login and no site file is found there")
        } else if access(home, W_OK | X_OK) != 0 {
            report.warn("home", "\(home) cannot be written: \(SystemReason.words())")
        } else {
            report.ok("home", home)
        }
    }

    func login(_ report: inout DoctorReport) {
        guard let finding = Credentials.survey(environment, names: .pptransfer).first else {
            let problem = LoginProblem.none(.pptransfer, home: environment["HOME"].flatMap { $0.isEmpty ? nil : $0 })
            return report.warn("login", "\(problem); \(problem.remedy)")
        }
        if let problem = finding.problem { return report.fail("login", "\(problem); \(problem.remedy)", .auth) }
        report.ok("login", "\(finding.kind.title); 'pptransfer whoami' shows whether Globus accepts it")
        for warning in finding.warnings { report.warn("login", "\(warning)") }
    }

    func sites(_ report: inout DoctorReport) {
        do {
            let catalogue = try SiteCatalogue.load(environment: environment, words: .commands)
            let files = SiteCatalogue.files(environment).map(\.path).filter { access($0, R_OK) == 0 }
            report.ok("sites", "\(catalogue.sites.count) known, from \((["the built-in list"] + files).joined(separator: ", "))")
        } catch {
            for problem in error.all { report.fail("sites", problem.description, .description) }
        }
    }

    // MARK: variables

    /// What is made of a variable by which other programs name certificates; `nil` of any other.
    private func use(ofCertificates name: String, _ value: String) -> String? {
        if name == "SSL_CERT_DIR" { return "pptransfer does not read it; REQUESTS_CA_BUNDLE can name a directory of certificates" }
        guard GlobusEnvironment.authorityVariables.contains(name) else { return nil }
        if value.isEmpty { return "empty: the same as unset" }
        guard let globus = try? GlobusEnvironment(environment, names: .pptransfer), globus.trustVariable != name else {
            return "\(shown(value)): the certificate authorities"
        }
        return "not used: " + (globus.trustVariable.map { "\($0) comes before it" } ?? "Globus is a simulator on this machine")
    }

    func variables(_ report: inout DoctorReport) {
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
            if let use = use(ofCertificates: name, value) {
                report.note(name, use)
            } else if let setting = KnownSetting.named(name) {
                report.note(name, value.isEmpty ? "empty: the same as unset" : setting.told(value))
            } else if let prefix = ["PPTRANSFER_", "GLOBUS_"].first(where: { name.hasPrefix($0) }) {
                unknown(name, prefix: prefix, &report)
            }
        }
    }

    /// Of `GLOBUS_…` other programs have more than we read.
    private func unknown(_ name: String, prefix: String, _ report: inout DoctorReport) {
        let known = KnownSetting.all.map(\.name).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        let near = nearest(to: String(name.dropFirst(prefix.count)), among: known).map { prefix + $0 }
        if let near {
            report.warn(name, "pptransfer does not know it; did you mean '\(near)'?")
        } else if prefix == "PPTRANSFER_" {
            report.warn(name, "pptransfer does not know it; known are \(known.map { prefix + $0 }.joined(separator: ", "))")
        } else {
            report.note(name, "pptransfer does not read it")
        }
    }
}

import Globus
import PPTransfer
import PositionedYAML
import SystemFiles

/// The way to Globus, as far as it can be seen from here.
extension Doctor {
    func network(_ report: inout DoctorReport) {
        do {
            let globus = try GlobusEnvironment(environment, names: .pptransfer)
            if globus.transfer.isLoopback {
                let addresses = [globus.transfer, globus.auth].map { KnownSetting.withoutSecretPath($0.description) }.joined(
                    separator: ", ")
                report.note("services", "\(addresses): a simulator on this machine; the network is not used")
            } else {
                report.ok("services", "\(globus.transfer), \(globus.auth)")
            }
            authorities(globus, &report)
            proxy(to: [globus.transfer, globus.auth].filter { !$0.isLoopback }.map(\.host), &report)
        } catch {
            let isOfProxy = ProxySetting.variables.contains(error.variable)
            let isOfBundle = GlobusEnvironment.authorityVariables.contains(error.variable)
            report.fail(isOfProxy ? "proxy" : isOfBundle ? "certificates" : "services", error.description, .usage)
            if !isOfBundle, error.variable != "GLOBUS_SDK_VERIFY_SSL" { authorities(nil, &report) }
        }
    }

    // MARK: certificate authorities

    private func authorities(_ globus: GlobusEnvironment?, _ report: inout DoctorReport) {
        if case .bundle(let path)? = globus?.trust, let variable = globus?.trustVariable {
            if DirectoryState(path) == .directory { return report.ok("certificates", "in the directory \(path) (\(variable))") }
            return bundle(path, remedy: "correct \(variable)", &report)
        }
        let remedy = "install the system's certificates (package ca-certificates), or name a bundle in GLOBUS_SDK_VERIFY_SSL"
        switch library.authorities {
        case (let file?, _): bundle(file, remedy: remedy, &report)
        case (nil, let directory?):
            if DurableFile.names(in: directory).isEmpty {
                report.fail("certificates", "there are none in \(directory), where libcurl looks for them; \(remedy)", .unavailable)
            } else {
                report.ok("certificates", "in \(directory)")
            }
        case (nil, nil):
            report.note("certificates", "libcurl does not report where it looks for them; 'pptransfer check' shows whether it finds them")
        }
    }

    private func bundle(_ path: String, remedy: String, _ report: inout DoctorReport) {
        do throws(FileBytes.Fault) {
            let bytes = try FileBytes.read(path, limit: 16 << 20)
            let count = bytes.split(separator: UInt8(ascii: "\n")).count {
                $0.starts(with: "-----BEGIN ".utf8) && String(decoding: $0, as: UTF8.self).contains("CERTIFICATE-----")
            }
            if count == 0 {
                report.fail("certificates", "\(path) holds none; \(remedy)", .unavailable)
            } else {
                report.ok("certificates", "\(Quantity.count(count, "certificate")) in \(path)")
            }
        } catch {
            report.fail("certificates", "\(path): \(error.what); \(remedy)", .unavailable)
        }
    }

    // MARK: the proxy

    private func proxy(to hosts: [String], _ report: inout DoctorReport) {
        guard !hosts.isEmpty else { return }
        guard let setting = ProxySetting(environment) else {
            if set("http_proxy") ?? set("HTTP_PROXY") != nil {
                return report.warn(
                    "proxy",
                    "http_proxy is set and HTTPS_PROXY is not; connections to Globus (https) do not use it: set HTTPS_PROXY if they need a proxy"
                )
            }
            return report.ok("proxy", "none is set")
        }
        let name = setting.variable
        // Every host is reached without it.
        if let problem = setting.problem { return report.warn("proxy", problem) }
        if setting.lacksPort {
            report.warn("proxy", "\(name): \(shown(setting.address)) has no port, so 1080 is used; write http://HOST:PORT")
        } else {
            report.ok("proxy", "\(shown(setting.address)) of \(name)")
        }
        for host in hosts {
            guard let exception = ProxySetting.exception(for: host, environment) else { continue }
            report.note("proxy", "\(host) is reached without it, because of '\(exception.entry)' in \(exception.variable)")
        }
    }
}

import ArgumentParser
import Globus
import PPTransfer
import Rehearsal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `rehearse --serve`: a stand-in for programs outside of this one, until a signal comes.
struct StandInServer {
    let root: String
    let port: UInt16
    let rate: Int64?
    let ready: String?
    let local: [String]
    let faults: FaultFile
    /// Whether there is no service account, and the collections ask for what their sites say.
    let isLoginRequired: Bool
    let narration: Narration

    private func advice(_ person: StandInPerson) -> String {
        let linked = person.linked.map(\.username).joined(separator: ", ")
        return """
            log in as \(person.primary.username)\(linked.isEmpty ? "" : " (linked: \(linked))"): with the exported variables, run \
            'globus login --no-local-server', open the address that it prints (or fetch it with curl), and enter the code of that page
            """
    }

    func serve(_ environment: [String: String]) async throws {
        let console = Console(isRehearsal: false, narration: narration)
        let sites: SiteCatalogue
        do {
            sites = try SiteCatalogue.load(environment: environment)
        } catch {
            console.tell(error)
            throw ExitCode(ExitStatus.description.number)
        }
        for alias in local where sites.site(named: alias) == nil {
            throw ValidationError("--local \(alias): no site has this alias; known are \(sites.sites.map(\.alias).joined(separator: ", "))")
        }
        let layout = StandInLayout(root: root)
        var configuration = StandInConfiguration(
            collections: layout.collections(of: sites, local: Set(local), home: environment["HOME"]))
        (configuration.port, configuration.rate, configuration.faults) = (port, rate, faults.faults)
        if isLoginRequired {
            (configuration.hasServiceAccount, configuration.person) = (false, layout.person(of: sites))
            layout.guardCollections(of: sites, in: &configuration)
        }

        let (signals, continuation) = AsyncStream<Void>.makeStream()
        let interruption = Interruption { continuation.finish() }
        let standIn = try await StandInLayout.start(configuration, console)
        let exports = standIn.environment.map { "export \($0.name)=\($0.value)" }.joined(separator: "\n")
        console.document(exports)
        if let ready {
            do {
                // Written beside and renamed: whoever waits for the file never sees half of it. It holds the client's secret.
                let temporary = ready + ".part"
                guard
                    FileManager.default.createFile(
                        atPath: temporary, contents: Data((exports + "\n").utf8), attributes: [.posixPermissions: 0o600])
                else { throw CocoaError(.fileWriteUnknown) }
                _ = try? FileManager.default.removeItem(atPath: ready)
                try FileManager.default.moveItem(atPath: temporary, toPath: ready)
            } catch {
                await standIn.stop()
                console.error("the ready file \(ready) cannot be written; look at its directory")
                throw ExitCode(ExitStatus.usage.number)
            }
        }
        console.note("the stand-in of Globus serves \(standIn.baseURL), files below \(layout.root); end it with Ctrl-C or SIGTERM")
        if isLoginRequired { console.note(advice(configuration.person)) }
        for await _ in signals {}
        for warning in faults.unmet(standIn.faultUses) { console.tell(warning) }
        await standIn.stop()
        console.note("the stand-in has ended (\(interruption.number.map(Signal.name) ?? "no signal"))")
    }
}

import ArgumentParser
import Dispatch
import FoundationEssentials
import PPTransfer
import PPTransferReports
import PositionedYAML
import Rehearsal
import SystemFiles

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

    /// Ends the program though something of it should never let go: by a thread of its own, which needs no other to be free.
    private static func endAnyway(after limit: DispatchTimeInterval) {
        DispatchQueue(label: "pptransfer.end").asyncAfter(deadline: .now() + limit) {
            let text = "error: the simulator did not stop in time; it is ended with requests or transfers under way\n"
            _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
            _exit(ExitStatus.internal.number)
        }
    }

    func serve(_ environment: [String: String]) async throws {
        let console = Console(isRehearsal: false, narration: narration)
        let sites: SiteCatalogue
        do {
            sites = try SiteCatalogue.load(environment: environment, words: .commands)
        } catch {
            console.tell(error)
            throw ExitCode(.description)
        }
        for alias in local where sites.site(named: alias) == nil {
            throw ValidationError("--local \(alias): no site has this alias; known are \(sites.sites.map(\.alias).joined(separator: ", "))")
        }
        let layout = StandInLayout(root: root)
        var configuration = StandInConfiguration(
            collections: layout.collections(of: sites, local: Set(local), environment: environment))
        (configuration.port, configuration.rate, configuration.faults) = (port, rate, faults.faults)
        if isLoginRequired {
            (configuration.hasServiceAccount, configuration.person) = (false, layout.person(of: sites))
            layout.guardCollections(of: sites, in: &configuration)
        }
        do throws(Problems) {
            let aliases = layout.played(sites).map { ($0.alias, $0.collection) }
            try faults.apply(to: &configuration.collections, aliases: Dictionary(aliases) { first, _ in first })
        } catch {
            console.tell(error)
            throw ExitCode(.description)
        }

        let (signals, continuation) = AsyncStream<Void>.makeStream()
        let interruption = Interruption {
            continuation.finish()
            Self.endAnyway(after: .seconds(10))
        }
        let standIn = try await StandInLayout.start(configuration, console)
        let variables =
            standIn.environment + [
                // With which 'pptransfer login' logs in there.
                (name: KnownSetting.loginApplication, value: StandInConfiguration.nativeClientID),
                (name: KnownSetting.simulatorFiles, value: ShellWord.plainOrQuoted(layout.root)),
            ]
        let exports = variables.map { "export \($0.name)=\($0.value)" }.joined(separator: "\n")
        // Where standard output goes, others may read. Whoever asks for a file of mode 0600 gets the secrets there and nowhere else.
        if ready == nil { console.disclosure(exports) }
        if let ready {
            do throws(OutputProblem) {
                // Whoever waits for the file never sees half of it. It holds the client's secret.
                try OutputFile.write((exports + "\n").utf8, to: ready, permissions: 0o600)
            } catch {
                await standIn.stop()
                console.error("\(error)")
                throw ExitCode(error.status)
            }
            StandardStreams.shared.forgiveOutput()
        } else if let fault = StandardStreams.shared.outputFault() {
            await standIn.stop()
            console.error("cannot write to standard output: \(fault); write the addresses to a file (--ready FILE)")
            throw ExitCode(.output)
        }
        console.note("the Globus simulator serves \(standIn.address), with files in \(layout.root); stop it with Ctrl-C or SIGTERM")
        for line in layout.places(of: sites, local: Set(local), environment: environment) { console.note(line) }
        if isLoginRequired { console.note(advice(configuration.person)) }
        for await _ in signals {}
        for warning in faults.unmet(standIn.faultUses) { console.tell(warning) }
        await standIn.stop()
        console.note("the simulator has ended (\(interruption.number.map(Signal.name) ?? "no signal"))")
    }
}

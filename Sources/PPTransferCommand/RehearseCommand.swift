import ArgumentParser
import Globus
import PPTransfer
import Rehearsal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

struct RehearseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Runs a description against a stand-in of Globus on this machine; files really move.",
        discussion: """
            'rehearse FILE' is 'run FILE' with one difference: the service is a stand-in within this program. The source is read where \
            it lies; what would go to the collection jasmin arrives below DIR/jasmin. Needs no login and no network.

            'rehearse --serve' keeps a stand-in running for other programs: it prints 'export NAME=value' lines that point the Globus \
            CLI, the SDK and pptransfer at it, until SIGTERM or Ctrl-C. Each site known by alias has its files in DIR/<alias>.
            """)

    @Argument(help: ArgumentHelp("Descriptions (YAML); '-' reads one from standard input.", valueName: "file"), completion: .file())
    var files: [String] = []

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Gives ${NAME} a value, before the environment does. May be repeated.", valueName: "NAME=value"))
    var settings: [Setting] = []

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Option(help: ArgumentHelp("Where the collections' files lie.", valueName: "dir"), completion: .directory)
    var root = "rehearsal"

    @Option(
        help: ArgumentHelp(
            "How fast each task moves files, per second: 500kB, 20MB, 1GB. As fast as the disk unless given.", valueName: "amount"))
    var rate: Rate?

    @Flag(help: "Serve other programs until a signal comes.")
    var serve = false

    @Option(help: ArgumentHelp("With --serve: the port on 127.0.0.1; 0 lets the system choose.", valueName: "n"))
    var port: UInt16 = 0

    @Option(
        help: ArgumentHelp("With --serve: a file that is written with the export lines once requests are answered.", valueName: "file"),
        completion: .file())
    var ready: String?

    @Option(
        help: ArgumentHelp("With --serve: this collection shows the machine's own files, read only. May be repeated.", valueName: "alias"))
    var local: [String] = []

    func validate() throws {
        if serve, !files.isEmpty || json || !settings.isEmpty {
            throw ValidationError("--serve takes no description; leave out \(files.first ?? "--json, --set")")
        }
        if !serve, files.isEmpty { throw ValidationError("name a description, or --serve for other programs") }
        if !serve, ready != nil || !local.isEmpty || port != 0 { throw ValidationError("--port, --ready and --local go with --serve") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        if serve {
            try await StandInServer(root: root, port: port, rate: rate?.bytesPerSecond, ready: ready, local: local).serve(environment)
        } else {
            try await rehearse(environment)
        }
    }

    private func rehearse(_ environment: [String: String]) async throws {
        var descriptions = DescriptionOptions()
        (descriptions.files, descriptions.settings, descriptions.json) = (files, settings, json)
        let console = Console(isRehearsal: true)
        let plans = try Execution(descriptions: descriptions, environment: environment).prepare(console)

        var configuration = StandInConfiguration(collections: StandInLayout(root: root).collections(for: plans))
        configuration.rate = rate?.bytesPerSecond
        let standIn = try await StandInLayout.start(configuration, console)
        var rehearsed = environment
        rehearsed["PPTRANSFER_ACCESS_TOKEN"] = nil
        for (name, value) in standIn.environment { rehearsed[name] = value }
        let execution = Execution(descriptions: descriptions, environment: rehearsed, journal: root + "/journal")
        let globus = try execution.globusEnvironment()
        do {
            try await execution.send(plans, globus, console)
        } catch {
            await standIn.stop()
            throw error
        }
        await standIn.stop()
    }
}

/// `20MB`, `500kB`, `1GB`, each per second.
struct Rate: ExpressibleByArgument, Sendable {
    let bytesPerSecond: Int64

    init?(argument: String) {
        let units: [(String, Double)] = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1)]
        guard let (unit, factor) = units.first(where: { argument.hasSuffix($0.0) }), let number = Double(argument.dropLast(unit.count)),
            number > 0,
            number * factor >= 1, number * factor < 1e15
        else { return nil }
        bytesPerSecond = Int64(number * factor)
    }
}

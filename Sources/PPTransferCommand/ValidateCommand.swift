import ArgumentParser
import CycleCalendar
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Find errors in descriptions and suites, without a network.",
        usage: "pptransfer validate <path> ... [<options>]",
        discussion: """
            Checks files, and searches directories for them: transfer descriptions (.yaml and .yml files with 'pptransfer: 1'), \
            rose-app.conf with [namelist:pptransfer] and its optional configurations, pptransfer.nl, flow.cylc and suite.rc. All errors \
            of all files are listed at once, in the words of 'run', as file:line:column: error or warning: key: problem; remedy. Exits \
            with status 65 if there is an error; with --strict, also if there is a warning.

              pptransfer validate .
              pptransfer validate app/pptransfer/file \\
                --cycles 19880901T0000Z/19991201T0000Z/P1M --cycling 360day
              pptransfer validate task.yaml --set DATAM=/work/n02/data --json

            Variables that Cylc and Rose set in a job (CYLC_TASK_CYCLE_POINT, ROSE_DATAC, HOME, ...), and those that a task of the suite \
            sets itself, need not be set. Set any other variable in the environment or with --set. Without a cycle, the command checks \
            two made-up cycles, so that cycles which share a destination are found.
            """)

    @Argument(help: ArgumentHelp("Files and directories.", valueName: "path"), completion: .file())
    var paths: [String]

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("The value of ${NAME}, in place of the environment's. May be repeated.", valueName: "NAME=value"))
    var settings: [Setting] = []

    @Option(
        name: .customLong("cycle"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Check this cycle. May be repeated.", valueName: "point"))
    var points: [String] = []

    @Option(
        help: ArgumentHelp(
            "Check these cycles, both ends included; for integers, the period is optional.", valueName: "FIRST/LAST/PERIOD"))
    var cycles: String?

    @Option(
        help: "With --cycles, the calendar of the cycle points. Default: CYLC_CYCLING_MODE, otherwise gregorian, or integer for numbers.")
    var cycling: CyclingMode?

    @Flag(help: "Treat a warning as an error.")
    var strict = false

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    func validate() throws {
        if cycles == nil, cycling != nil { throw ValidationError("--cycling goes with --cycles") }
        _ = try cyclePoints([:])
    }

    func run() throws {
        let environment = CommandEnvironment.variables
        var validation = Validation(
            set: Dictionary(settings.map { ($0.name, $0.value) }) { $1 }, environment: environment, cycles: try cyclePoints(environment),
            today: SystemTimekeeper().now.day,
            commands: PPTransferTool.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"])
        validation.isStrict = strict
        validation.options = { CommandOutline.options(of: $0) }
        let report = validation.report(on: paths)
        let console = Console(isRehearsal: false)
        try console.leave(with: ReportDocument(report, status: report.status), text: json ? nil : report.text)
    }

    private func cyclePoints(_ environment: [String: String]) throws -> [CyclePoint] {
        let mode = cycling ?? environment["CYLC_CYCLING_MODE"].flatMap { CyclingMode(rawValue: $0) }
        do {
            let counted = try cycles.map { try CycleRange.points($0, mode: mode) } ?? []
            return try (points + counted).map { text in
                guard let point = CyclePoint(text) else { throw CyclingProblem.point(text, nil) }
                return point
            }
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

extension CommandOutline {
    /// Of a command of the program, each option with whether another word follows it; read when a suite's calls are checked.
    fileprivate static func options(of command: String) -> [String: Bool]? {
        guard let found = program?.subcommands?.first(where: { $0.commandName == command }) else { return nil }
        var options: [String: Bool] = ["-h": false, "--help": false, "--version": false]
        for command in [found] + (found.subcommands ?? []) {
            for argument in command.arguments ?? [] where argument.kind != .positional {
                for name in argument.names ?? [] { options[name.written] = argument.kind == .option }
            }
        }
        return options
    }

    private static let program = try? JSONDecoder().decode(Document.self, from: Data(PPTransferTool._dumpHelp().utf8)).command
}

import ArgumentParser
import CycleCalendar
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Looks for mistakes in descriptions and in how a suite calls us, without a network.",
        discussion: """
            Files, or directories that are searched: descriptions (.yaml, .yml, marked by 'pptransfer: 1'), rose-app.conf with \
            [namelist:pptransfer] and its optional configurations, pptransfer.nl, flow.cylc and suite.rc. Every finding of all files \
            comes in one pass, in the words that 'run' has for it: file:line:column: error or warning: key: what; remedy. Leaves with 65 \
            if there is an error; with --strict, if there is a warning, too.

              pptransfer validate .
              pptransfer validate app/pptransfer/file --cycles 19880901T0000Z/19991201T0000Z/P1M --cycling 360day
              pptransfer validate task.yaml --set DATAM=/work/n02/data --json

            What a job finds in its environment under Cylc and Rose (CYLC_TASK_CYCLE_POINT, ROSE_DATAC, HOME, …), and what a task of the \
            suite sets for itself, need not be set here. Any other variable must be, or be given by --set. Without a cycle, two \
            placeholders stand for all: what must differ from cycle to cycle is seen to.
            """)

    @Argument(help: ArgumentHelp("Files and directories.", valueName: "path"), completion: .file())
    var paths: [String]

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Gives ${NAME} a value, before the environment does. May be repeated.", valueName: "NAME=value"))
    var settings: [Setting] = []

    @Option(
        name: .customLong("cycle"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Look at this cycle. May be repeated.", valueName: "point"))
    var points: [String] = []

    @Option(
        help: ArgumentHelp(
            "Look at these cycles, both ends included; integers may do without a period.", valueName: "FIRST/LAST/PERIOD"))
    var cycles: String?

    @Option(help: "With --cycles, the calendar of the cycle points. Default: CYLC_CYCLING_MODE, else gregorian, or integer for numbers.")
    var cycling: CyclingMode?

    @Flag(help: "A warning is as bad as an error.")
    var strict = false

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    func validate() throws {
        if cycles == nil, cycling != nil { throw ValidationError("--cycling goes with --cycles") }
        _ = try cyclePoints([:])
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        var validation = Validation(
            set: Dictionary(settings.map { ($0.name, $0.value) }) { $1 }, environment: environment, cycles: try cyclePoints(environment),
            today: SystemTimekeeper().now.day,
            commands: PPTransferTool.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"])
        validation.isStrict = strict
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

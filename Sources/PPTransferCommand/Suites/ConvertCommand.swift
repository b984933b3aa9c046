import ArgumentParser
import FoundationEssentials
import PPTransfer
import PPTransferReports
import PositionedYAML

struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Convert the settings of transfer.py to a description.",
        discussion: """
            Reads pptransfer.nl, or a Rose app (rose-app.conf, its directory, or the directory of a suite) with its optional \
            configurations, as Rose does. Settings that Rose ignores ('!', '!!') are ignored. Comments in the description state how each \
            setting was converted. A warning names whatever the old task did otherwise, and optional configurations that were not applied. Nothing is \
            executed: a value '$(command)' is an error.

              pptransfer convert app/postproc -O archer2 --output task.yaml
              pptransfer convert | pptransfer run -    # in the job, for transfer.py:
                                                        # reads ./pptransfer.nl
            """)

    @Argument(
        help: ArgumentHelp("pptransfer.nl, rose-app.conf, or the directory of the app or the suite.", valueName: "path"),
        completion: .file())
    var path = "pptransfer.nl"

    @Option(
        name: [.customShort("O"), .customLong("opt-conf-key")],
        help: ArgumentHelp("Apply opt/rose-app-KEY.conf; '(KEY)': if it exists. May be repeated.", valueName: "KEY"))
    var keys: [String] = []

    @Option(help: ArgumentHelp("Write the description to this file instead of standard output.", valueName: "file"), completion: .file())
    var output: String?

    func run() throws {
        let console = Console(isRehearsal: false)
        let conversion: Conversion
        do {
            conversion = try Conversion(OldFiles(path, optional: keys, environment: CommandEnvironment.variables))
        } catch {
            console.tell(error)
            console.note(
                "\(Quantity.count(error.errors.count, "error")); nothing was written; exit status \(ExitStatus.description.number) (\(ExitStatus.description.name))"
            )
            throw ExitCode(.description)
        }
        for warning in Problems(conversion.warnings + conversion.differences).all { console.tell(warning) }
        guard let output else { return console.text(conversion.yaml) }
        do throws(OutputProblem) {
            try OutputFile.write(conversion.yaml.utf8, to: output)
        } catch {
            console.error("\(error)")
            throw ExitCode(error.status)
        }
    }
}

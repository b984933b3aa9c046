import ArgumentParser
import Dispatch
import FoundationEssentials
import PPTransfer
import PositionedYAML
import SystemFiles

/// Not asynchronous itself: the system's queues cannot begin in a process that may open nothing more, and to say so needs none.
@main
enum EntryPoint {
    static func main() {
        CommandArguments.adopt()
        PPTransferTool.start(CommandArguments.given)
    }
}

struct PPTransferTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pptransfer",
        abstract: "Move data between Globus collections, and verify arrival.",
        discussion: """
            A transfer description (YAML) states which files go where: see 'pptransfer help description' and 'pptransfer help run'. The \
            exit status states what happened and whether running again helps: see 'pptransfer explain'.
            """,
        version: Program.version,
        subcommands: [
            RunCommand.self,
            CopyCommand.self,
            RehearseCommand.self,
            ValidateCommand.self,
            CheckCommand.self,
            DoctorCommand.self,
            StatusCommand.self,
            RerunCommand.self,
            VerifyCommand.self,
            ReceiptCommand.self,
            ExportCommand.self,
            ReportCommand.self,
            CleanCommand.self,
            CancelCommand.self,
            RecordsCommand.self,
            CollectionsCommand.self,
            SitesCommand.self,
            ManifestCommand.self,
            ExplainCommand.self,
            LoginCommand.self,
            LogoutCommand.self,
            WhoAmICommand.self,
            ConvertCommand.self,
            DescriptionTopic.self,
            SchemaCommand.self,
            ManualCommand.self,
        ])

    static func start(_ arguments: [String]) -> Never {
        StandardStreams.occupy()
        ProcessMemory.keepSmall()
        ProcessPrivacy.begin(CommandEnvironment.variables)
        // A reader that went away (a closed pipe) must not end a transfer's keeper.
        Interruption.ignoreBrokenPipes()
        // Scripts ask for these again and again, and the parser takes as long as the start itself.
        if arguments == ["--version"] {
            tell(Program.version, isResult: true)
            end(with: .ok)
        }
        if RootHelp.isAsked(by: arguments, environment: CommandEnvironment.variables) {
            tell(RootHelp.text, isResult: true)
            end(with: .ok)
        }
        do {
            // Not a command, but a topic that people ask help for.
            var command = try parse(arguments == ["help", "description"] ? ["description"] : arguments)
            let kind = type(of: command)
            guard kind.configuration.subcommands.isEmpty else {
                // What was swallowed on the way must not look like a command that went well.
                tell(helpMessage(for: kind) + "\n\nerror: no subcommand was given", isResult: false)
                end(with: .usage)
            }
            if let problem = Needs.lack() {
                tell("error: \(problem)", isResult: false)
                end(with: .journal)
            }
            if let asynchronous = command as? any AsyncParsableCommand { wait(for: asynchronous) }
            try command.run()
        } catch {
            end(with: error)
        }
        end(with: .ok)
    }

    /// The parser makes the whole tree of commands and looks for options of each of them on the way, which costs more than the reading of a
    /// description. So a command of one word is read alone, if nothing is wrong: what is wrong or is to be explained needs its full name.
    private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        if let name = arguments.first, let kind = configuration.subcommands.first(where: { $0.configuration.commandName == name }),
            kind.configuration.subcommands.isEmpty,
            let command = try? kind.parseAsRoot(Array(arguments.dropFirst())), type(of: command) == kind
        {
            return command
        }
        return try parseAsRoot(arguments)
    }

    private static func wait(for command: sending any AsyncParsableCommand) -> Never {
        Task { [command] in
            var command = command
            do { try await command.run() } catch { end(with: error) }
            end(with: .ok)
        }
        dispatchMain()
    }

    private static func tell(_ text: String, isResult: Bool) {
        guard !text.isEmpty else { return }
        StandardStreams.shared.write(Outlet.text(text) + "\n", to: isResult ? .output : .errors)
    }

    private static func end(with error: any Error) -> Never {
        let status = exitCode(for: error).rawValue
        // Words of the command line are quoted in the message, whose other line ends are the parser's. A shell's pattern may bring any name.
        let words = CommandArguments.given.flatMap { [$0] + $0.split(separator: "=", maxSplits: 1).dropFirst().map(String.init) }
        let message = words.reduce(fullMessage(for: error)) { $1 == Outlet.line($1) ? $0 : $0.replacing($1, with: Outlet.line($1)) }
        // Help and version that were asked for come this way, too.
        tell(message, isResult: status == ExitStatus.ok.number)
        end(with: ExitStatus(number: status))
    }

    /// Leaves. A result that could not be written is no success; any other status says more than that, and stays.
    private static func end(with status: ExitStatus) -> Never {
        guard let fault = StandardStreams.shared.outputFault() else { Glibc.exit(ExitCode(status).rawValue) }
        let end = status == .ok ? ExitStatus.output : status
        tell("error: cannot write to standard output: \(fault); exit status \(end.number) (\(end.name))", isResult: false)
        Glibc.exit(ExitCode(end).rawValue)
    }
}

import ArgumentParser
import Globus

@main
struct PPTransferTool: AsyncParsableCommand {
    static let version = "0.1.0"
    static let client = ClientInfo(product: "pptransfer", version: version)

    static let configuration = CommandConfiguration(
        commandName: "pptransfer",
        abstract: "Sends a cycle's output from one Globus collection to another, and says how it went.",
        discussion: """
            A description in YAML says what goes where; see 'pptransfer help run'. The exit status tells a workflow engine, and \
            whoever looks at night, what happened and whether running again helps: 'pptransfer explain' tells what to do.
            """,
        version: version,
        subcommands: [
            RunCommand.self,
            RehearseCommand.self,
            ValidateCommand.self,
            CheckCommand.self,
            DoctorCommand.self,
            StatusCommand.self,
            RerunCommand.self,
            VerifyCommand.self,
            ReceiptCommand.self,
            ReportCommand.self,
            CleanCommand.self,
            CancelCommand.self,
            CollectionsCommand.self,
            ManifestCommand.self,
            ExplainCommand.self,
            LoginCommand.self,
            LogoutCommand.self,
            WhoAmICommand.self,
            ConvertCommand.self,
            SchemaCommand.self,
            ManualCommand.self,
        ])

    static func main() async {
        StandardStreams.occupy()
        // A reader that went away (a closed pipe) must not end a transfer's keeper.
        Interruption.ignoreBrokenPipes()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: error)
        }
    }
}

import ArgumentParser
import FoundationEssentials
import Globus

/// For whoever packages the program; people have `pptransfer help`.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the manual page.",
        discussion: """
            Made of the commands themselves:

              pptransfer manual > pptransfer.1

            The completions of a shell come from 'pptransfer --generate-completion-script bash', or zsh, or fish.
            """,
        shouldDisplay: false)

    func run() throws {
        let document = try JSONDecoder().decode(CommandOutline.Document.self, from: Data(PPTransferTool._dumpHelp().utf8))
        // Whoever packages the program may want the same bytes each time.
        let fixed = CommandEnvironment.variables["SOURCE_DATE_EPOCH"].flatMap { Int64($0) }.map { Timestamp(secondsSince1970: $0) }
        let day = (fixed ?? SystemTimekeeper().now).day
        Console(isRehearsal: false).text(ManualPage(outline: document.command, day: day).text)
    }
}

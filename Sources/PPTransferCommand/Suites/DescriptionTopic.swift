import ArgumentParser
import PPTransferReports
import PositionedYAML

/// What `pptransfer help description` prints: every key of a transfer description.
struct DescriptionTopic: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "description",
        abstract: "Print all keys of a transfer description.",
        discussion: "Without a network. 'pptransfer help description' prints the same.")

    /// Each key on a line of its own, its explanation below it. Not a part of the configuration, which every start of the program makes.
    static var text: String {
        let keys = DescriptionKey.all.map { key in
            ([key.title] + Wrapping.lines(key.meaning, width: RootHelp.width - 1, indent: 6)).joined(separator: "\n")
        }
        return "A transfer description is a YAML file with these keys. 'wait.limit' means the\nkey 'limit' of 'wait'.\n\n"
            + keys.joined(separator: "\n")
    }

    func run() { Console(isRehearsal: false).result(Self.text) }
}

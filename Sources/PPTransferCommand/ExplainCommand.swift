import ArgumentParser
import PPTransfer

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says what an exit status means, and whether running again helps.",
        discussion: "By number or name: 'pptransfer explain 33', 'pptransfer explain session'. Without one: the whole table.")

    @Argument(help: ArgumentHelp("A number or a name.", valueName: "status"))
    var statuses: [String] = []

    func run() throws {
        let console = Console(isRehearsal: false)
        guard !statuses.isEmpty else { return console.result(ExitStatus.table) }
        var unknown: [String] = []
        for text in statuses {
            guard let status = ExitStatus(text) else {
                unknown.append(text)
                continue
            }
            console.result(status.explanation)
        }
        guard unknown.isEmpty else {
            throw ValidationError("no status of pptransfer is called \(unknown.joined(separator: ", ")); 'pptransfer explain' lists all")
        }
    }
}

import ArgumentParser
import PPTransfer
import PPTransferReports
import PositionedYAML

/// `--set NAME=value`
struct Setting: ExpressibleByArgument, Sendable {
    let name: String
    let value: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
        (name, value) = (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
    }
}

/// Which descriptions, and what stands for their variables.
struct DescriptionOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("Transfer descriptions (YAML); '-': standard input.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("The value of ${NAME}, in place of the environment's. May be repeated.", valueName: "NAME=value"))
    var settings: [Setting] = []

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    func preparation(environment: [String: String]) -> Preparation {
        let set = Dictionary(settings.map { ($0.name, $0.value) }) { _, last in last }
        let inputs = files.map { $0 == "-" ? Preparation.Input.standardInput : .file($0) }
        return Preparation(inputs, variables: Variables(set: set, environment: environment), words: .commands)
    }
}

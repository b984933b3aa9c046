import ArgumentParser
import PositionedYAML
import SystemFiles

/// The program's own help, in the layout of the argument parser, which takes as long to make it as the process takes to start.
enum RootHelp {
    /// The columns of a page that no terminal shows.
    static let width = 80

    /// Whether these arguments ask for nothing but the program's help, on no terminal whose width would matter.
    static func isAsked(by arguments: [String], environment: [String: String]) -> Bool {
        [["--help"], ["-h"]].contains(arguments) && environment["COLUMNS"] == nil && isatty(STDOUT_FILENO) == 0
    }

    /// The text that `PPTransferTool.helpMessage(columns: width)` returns; a test compares them.
    static var text: String {
        let tool = PPTransferTool.configuration
        let name = tool.commandName ?? ""
        var lines = wrapped("OVERVIEW: \(tool.abstract)") + [""]
        for paragraph in tool.discussion.parts(at: "\n", omittingEmpty: false) { lines += wrapped(String(paragraph)) }
        lines += ["", "USAGE: \(name) <subcommand>", "", "OPTIONS:"]
        lines += row("--version", "Show the version.") + row("-h, --help", "Show help information.")
        lines += ["", "SUBCOMMANDS:"]
        // Not a key path: the compiler crashes on one of a metatype.
        for command in tool.subcommands.map({ $0.configuration }) where command.shouldDisplay {
            lines += row(command.commandName ?? "", command.abstract)
        }
        lines += ["", "  See '\(name) help <subcommand>' for detailed help."]
        return lines.joined(separator: "\n")
    }

    /// A name in its column, and what it does beside it.
    private static func row(_ name: String, _ text: String) -> [String] {
        wrapped(text, indent: 26, mark: "  \(name)" + String(repeating: " ", count: max(1, 24 - name.count)))
    }

    /// What does not fit as a whole leaves the last column free, as the parser has it.
    private static func wrapped(_ text: String, indent: Int = 0, mark: String = "") -> [String] {
        Wrapping.lines(text, width: indent + text.count <= width ? width : width - 1, indent: indent, mark: mark)
    }
}

/// What the argument parser tells of a command (`--experimental-dump-help`), as far as a manual needs it.
struct CommandOutline: Decodable {
    struct Argument: Decodable {
        enum Kind: String, Decodable { case positional, option, flag }
        struct Name: Decodable {
            enum Kind: String, Decodable { case long, short, longWithSingleDash }
            var kind: Kind
            var name: String

            var written: String { (kind == .long ? "--" : "-") + name }
        }

        var kind: Kind
        var shouldDisplay: Bool
        var isOptional: Bool
        var isRepeating: Bool
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var allValues: [String]?
        var abstract: String?
    }

    struct Document: Decodable {
        var serializationVersion: Int
        var command: CommandOutline
    }

    var superCommands: [String]?
    var shouldDisplay: Bool?
    var commandName: String
    var abstract: String?
    var discussion: String?
    var subcommands: [CommandOutline]?
    var arguments: [Argument]?

    /// `pptransfer collections ls`
    var path: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

    /// Those that people see; the parser's own `help` is told once, at the top.
    var shown: [CommandOutline] { (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" } }

    /// Without `--help` and `--version`, which every command has.
    var ownArguments: [Argument] {
        (arguments ?? []).filter { $0.shouldDisplay && !["help", "version"].contains($0.names?.last?.name ?? "") }
    }
}

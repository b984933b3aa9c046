import ArgumentParser
import PPTransferReports

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of descriptions, or of what a command prints with --json.",
        discussion: """
            JSON Schema 2020-12. An editor with a YAML language server completes and explains a description's keys by it:

              pptransfer schema > pptransfer.schema.json
              # yaml-language-server: $schema=pptransfer.schema.json      (the first line of the description)
            """)

    @Argument(help: "Of what.")
    var document: SchemaDocument = .description

    func run() { Console(isRehearsal: false).text(JSONText.of(document.schema) + "\n") }
}

extension SchemaDocument: ExpressibleByArgument {}

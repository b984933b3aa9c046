import ArgumentParser
import PPTransferReports

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of descriptions or --json output.",
        discussion: """
            The schemas are JSON Schema 2020-12. With one, an editor with a YAML language server completes and explains the keys of a \
            description:

              pptransfer schema > pptransfer.schema.json
              # yaml-language-server: $schema=pptransfer.schema.json

            The second line is the first line of the description.
            """)

    @Argument(help: "The document.")
    var document: SchemaDocument = .description

    func run() { Console(isRehearsal: false).text(JSONText.of(document.schema) + "\n") }
}

extension SchemaDocument: ExpressibleByArgument {}

import ArgumentParser
import PPTransfer
import Testing

@testable import PPTransferCommand
@testable import PPTransferReports

/// What the documents tell people to type is understood.
struct DocumentedCommandLineTests {
    /// What the real parser says against it; `nil` if nothing.
    private static func fault(_ arguments: [String]) -> String? {
        do {
            _ = try PPTransferTool.parseAsRoot(arguments)
            return nil
        } catch {
            return PPTransferTool.exitCode(for: error) == .success ? nil : PPTransferTool.message(for: error)
        }
    }

    @Test(arguments: Document.all) func `every command of a document parses`(document: Document) {
        let calls = document.blocks("sh").flatMap { $0.split(separator: "\n") }.flatMap { ShellLine.calls(String($0)) }
        for call in calls { #expect(Self.fault(call) == nil, "pptransfer \(call.joined(separator: " "))") }
        // A message to the workflow engine begins with the program's name, too.
        let messages = Set(PPTransfer.ExitStatus.all.map(\.name) + ["submitted", "archived", "STATUS"])
        let names = PPTransferTool.configuration.subcommands.compactMap { $0.configuration.commandName }
        for span in document.spans {
            for call in ShellLine.calls(span) where !messages.contains(call.first ?? "") {
                // A name alone tells of the command, and is none.
                if call.count == 1, names.contains(call[0]) { continue }
                #expect(Self.fault(call) == nil, "\(span)")
            }
        }
    }

    @Test func `every command of a page of explain parses`() {
        let commands = Explanations.all.pages.flatMap(\.commands)
        var count = 0
        for command in commands {
            for call in ShellLine.calls(command) {
                count += 1
                #expect(Self.fault(call) == nil, "\(command)")
            }
            #expect(["pptransfer", "globus", "lfs", "ln", "sha256sum", "ssh"].contains(ShellLine.commands(command)[0][0]), "\(command)")
        }
        #expect(count > 50)
    }

    /// Of the Globus CLI, what its version 3 knows.
    @Test func `commands of the Globus CLI are those that it has`() {
        let blocks = Document.all.flatMap { $0.blocks("sh") } + Explanations.all.pages.flatMap(\.commands)
        let lines = blocks.flatMap { $0.split(separator: "\n") }
        let calls = lines.flatMap { ShellLine.commands(String($0)) }.filter { $0[0] == "globus" }
        #expect(!calls.isEmpty)
        for call in calls {
            #expect(
                ["login", "logout"].contains(call[1]) || ["session update", "session consent"].contains(call[1...2].joined(separator: " ")))
        }
    }

    @Test(arguments: [
        ("a 'b c' \"d\"e # f", [["a", "b c", "de"]]),
        ("A=1 pptransfer x > f && rm -r \"$S\"", [["A=1", "pptransfer", "x"], ["rm", "-r", "$S"]]),
        ("a | b - || c; d &", [["a"], ["b", "-"], ["c"], ["d"]]), ("# all of it", []), ("x#y ''", [["x#y", ""]]),
    ])
    func `a line of shell is taken apart`(line: String, expected: [[String]]) {
        #expect(ShellLine.commands(line) == expected)
    }
}

import Foundation
import Testing

/// The libraries of Globus are for any program: what one of them is called is passed in as `LoginNames`.
struct NameLintTests {
    @Test(arguments: [("Globus", "Values/LoginNames.swift"), ("GlobusCLILogin", "Stores/LoginFile.swift")])
    func `the libraries of Globus know no word of this program`(library: String, file: String) throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Sources/\(library)")
            .standardized.path
        let names = try FileManager.default.subpathsOfDirectory(atPath: sources).filter { $0.hasSuffix(".swift") }
        #expect(names.contains(file))
        for name in names {
            let text = try String(contentsOfFile: sources + "/" + name, encoding: .utf8)
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            where line.lowercased().contains("pptransfer") {
                Issue.record("\(library)/\(name):\(number + 1): \(line.trimmingCharacters(in: .whitespaces))\npass it in as LoginNames")
            }
        }
    }
}

import Foundation
import Testing

/// The library `Globus` is for any program: what one of them is called is passed in as `LoginNames`.
struct NameLintTests {
    @Test func `the Globus library knows no word of this program`() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Sources/Globus")
            .standardized.path
        let names = try FileManager.default.subpathsOfDirectory(atPath: sources).filter { $0.hasSuffix(".swift") }
        #expect(names.contains("Values/LoginNames.swift"))
        for name in names {
            let text = try String(contentsOfFile: sources + "/" + name, encoding: .utf8)
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            where line.lowercased().contains("pptransfer") {
                Issue.record("Globus/\(name):\(number + 1): \(line.trimmingCharacters(in: .whitespaces))\npass it in as LoginNames")
            }
        }
    }
}

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

    /// What is written into files, and names that the program looks up.
    private static let formats = [
        "Manifest/ManifestFile.swift", "Proof/FarEndScript.swift", "Proof/FarEndReport.swift", "Journal/Journal.swift",
    ]

    @Test func `no text of PPTransfer names a command, an option or a variable of the program`() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Sources/PPTransfer")
            .standardized.path
        let names = try FileManager.default.subpathsOfDirectory(atPath: sources).filter { $0.hasSuffix(".swift") }
        #expect(Set(names).isSuperset(of: Self.formats + ["Status/RemedyStep.swift", "Outcome/OutcomeText.swift"]))
        for name in names where !Self.formats.contains(name) {
            let text = try String(contentsOfFile: sources + "/" + name, encoding: .utf8)
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                let words = line.drop { $0 == " " }
                guard !words.hasPrefix("//"), words.contains(/"[^"]*(pptransfer [a-z]|PPTRANSFER_[A-Z]|--[a-z])/) else { continue }
                // Options of other programs' commands, and the variables that the program itself hands in.
                guard !words.contains(/globus (login|session)|sbatch|--partition|environment\["PPTRANSFER_/) else { continue }
                Issue.record(
                    "PPTransfer/\(name):\(number + 1): \(words)\nmake it a RemedyStep; its command is in PPTransferReports/Remedies")
            }
        }
    }
}

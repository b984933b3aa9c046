import Foundation
import Globus

@testable import PPTransfer
@testable import PositionedYAML

extension TaskDescription.Selection {
    static func example(include: [String] = [], exclude: [String] = [], required: [String] = []) -> Self {
        func at(_ texts: [String]) -> [Positioned<String>] {
            texts.map { Positioned($0, at: SourcePosition(file: "task.yaml", line: 9, column: 3)) }
        }
        var selection = Self()
        (selection.include, selection.exclude, selection.required) = (at(include), at(exclude), at(required))
        return selection
    }
}

extension CycleJournal {
    /// Intends a document that is in memory.
    func intend(_ id: SubmissionID, document: Data, expecting manifest: Manifest) throws {
        _ = try intend(id, expecting: manifest) { file throws(JournalProblem) in try file.write(Array(document)) }
    }
}

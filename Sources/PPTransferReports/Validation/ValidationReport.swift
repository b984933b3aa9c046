package import PPTransfer
package import PositionedYAML

/// What a validation found, in all files at once.
package struct ValidationReport: Sendable {
    /// In the order of the files' names, and of their lines.
    package let problems: Problems
    /// How many files were looked at.
    package let files: Int
    /// How many transfers they describe, each cycle counted once.
    package let transfers: Int
    /// Whether a warning is as bad as an error.
    package var isStrict: Bool

    init(problems: [Problem], files: Int, transfers: Int, isStrict: Bool) {
        (self.problems, self.files, self.transfers, self.isStrict) = (Problems(problems), files, transfers, isStrict)
    }

    package var status: ExitStatus {
        problems.errors.isEmpty && (!isStrict || problems.warnings.isEmpty) ? .ok : .description
    }

    /// A line for each finding, and one that counts them.
    package var text: String {
        let counts = [(problems.errors.count, "error"), (problems.warnings.count, "warning")].map { Quantity.count($0.0, $0.1) }
        let seen = "\(Quantity.count(files, "file")), \(Quantity.count(transfers, "transfer")): \(counts.joined(separator: ", "))"
        return (problems.all.map(\.description) + [seen]).joined(separator: "\n")
    }
}

extension ValidationReport: ReportBody {
    package static let document = SchemaDocument.validate
    package static let fields: [JSONField<Self>] = [
        JSONField("files", \.files), JSONField("transfers", \.transfers), JSONField("errors", \.problems.errors.count),
        JSONField("warnings", \.problems.warnings.count), JSONField("problems", \.problems.all),
    ]
}

/// Flat: the place first.
extension Problem: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("file", \.position.file), JSONField("line", \.position.line, "From 1; 0 stands for the file as a whole."),
        JSONField("column", \.position.column), JSONField("severity", \.severity), JSONField("key", \.key), JSONField("what", \.what),
        JSONField("remedy", \.remedy),
    ]
}

extension Problem.Severity: JSONChoice {}

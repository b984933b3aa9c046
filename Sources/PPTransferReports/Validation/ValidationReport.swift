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

extension ValidationReport: Encodable {
    enum CodingKeys: String, CodingKey {
        case format = "pptransfer_validate"
        case status
        case exitStatus = "exit_status"
        case files, transfers, errors, warnings, problems
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(1, forKey: .format)
        try container.encode(status.name, forKey: .status)
        try container.encode(status.number, forKey: .exitStatus)
        try container.encode(files, forKey: .files)
        try container.encode(transfers, forKey: .transfers)
        try container.encode(problems.errors.count, forKey: .errors)
        try container.encode(problems.warnings.count, forKey: .warnings)
        try container.encode(problems.all, forKey: .problems)
    }
}

/// Flat: the place first.
extension Problem: Encodable {
    enum CodingKeys: String, CodingKey { case file, line, column, severity, key, what, remedy }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(position.file, forKey: .file)
        try container.encode(position.line, forKey: .line)
        try container.encode(position.column, forKey: .column)
        try container.encode(severity, forKey: .severity)
        try container.encode(key, forKey: .key)
        try container.encode(what, forKey: .what)
        try container.encodeIfPresent(remedy, forKey: .remedy)
    }
}

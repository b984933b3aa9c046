package import PositionedYAML
import SystemFiles

/// Reads descriptions: YAML text in, one `TaskDescription` per document out, or every problem of the text at once.
package struct DescriptionReader: Sendable {
    package var variables: Variables
    /// Keys at which a mistake is a warning.
    let tolerated: Set<String>

    package init(variables: Variables) { self.init(variables: variables, tolerates: []) }

    /// - Parameter tolerated: dotted keys at which a mistake is a warning.
    init(variables: Variables, tolerates tolerated: Set<String>) { (self.variables, self.tolerated) = (variables, tolerated) }

    /// Never looks at a site file, the network or the clock.
    ///
    /// - Parameter file: the name that messages use, and without its ending the workflow's name if nothing else gives one.
    /// - Throws: warnings too, if there is an error among the problems; without one they are in the descriptions.
    package func read(_ text: some Collection<UInt8>, file: String) throws(Problems) -> [TaskDescription] {
        do throws(Mistakes) { return try parse(text, file: file) } catch { throw error.problems }
    }

    /// Descriptions that are wrong.
    struct Mistakes: Error {
        var problems: Problems
        /// What is right in them, and can yet be looked up.
        var ends: [UnplannedEnd] = []

        init(_ problem: Problem) { problems = Problems([problem]) }
        init(_ problems: Problems, _ ends: [UnplannedEnd]) { (self.problems, self.ends) = (problems, ends) }
    }

    func parse(_ text: some Collection<UInt8>, file: String) throws(Mistakes) -> [TaskDescription] {
        let stream = YAMLReader.read(Array(text), file: file)
        let (descriptions, found, ends) = read(stream, file: file)
        let nothing = stream.documents.isEmpty && found.isEmpty ? [Self.nothing(in: text, file)] : []
        let all = Problems(found + nothing)
        guard all.errors.isEmpty else { throw Mistakes(all.limited(), ends) }
        return descriptions
    }

    /// - Returns: the documents that are right, and the problems of all; what looks wrong in a right one is among both.
    package func read(_ stream: YAMLStream, file: String) -> (descriptions: [TaskDescription], problems: [Problem], ends: [UnplannedEnd]) {
        var ends: [UnplannedEnd] = []
        var problems = stream.problems
        var descriptions: [TaskDescription] = []
        let workflow = Self.workflow(for: file)
        for node in stream.documents {
            let (description, found, right) = DocumentReader.read(
                node, variables: variables, defaultWorkflow: workflow, tolerated: tolerated)
            problems += found
            ends += right
            guard var description else { continue }
            description.warnings = found
            if let earlier = descriptions.first(where: { $0.isSameTransfer(as: description) }) {
                problems.append(
                    Problem(
                        at: description.name?.position ?? description.position, key: "name",
                        "the document in line \(earlier.position.line) has the same workflow, cycle and name",
                        remedy: "give each document a 'name:' of its own"))
            }
            if let problem = description.sharedList(with: descriptions) { problems.append(problem) }
            descriptions.append(description)
        }
        // Beside a mistake nothing is planned: what is right is looked up all the same, so that one pass tells all.
        if problems.contains(where: { $0.severity == .error }) {
            ends += descriptions.flatMap { description in
                [("from", description.from), ("to", description.to)].map { UnplannedEnd(key: $0, collection: $1.collection, path: $1.path) }
            }
        }
        return (descriptions, problems, ends)
    }

    /// That a file without a document is no description.
    package static func nothing(in text: some Collection<UInt8>, _ file: String) -> Problem {
        let what = text.contains(UInt8(ascii: "#")) ? "the file holds only comments" : "the file is empty"
        return Problem(
            at: SourcePosition(file: file, line: 1, column: 1), what,
            remedy: "the smallest description is \(DocumentReader.example)")
    }

    /// Reads the file at `path`. A missing or unreadable one is a problem like any other.
    package func read(file path: String) throws(Problems) -> [TaskDescription] {
        do throws(Mistakes) { return try parse(file: path) } catch { throw error.problems }
    }

    /// Reads standard input to its end, as a file called `<standard input>`.
    package func readStandardInput() throws(Problems) -> [TaskDescription] {
        do throws(Mistakes) { return try parseStandardInput() } catch { throw error.problems }
    }

    func parse(file path: String) throws(Mistakes) -> [TaskDescription] {
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path, limit: YAMLLimits.fileBytes)
        } catch {
            throw Mistakes(Problem(at: SourcePosition(file: path), error.what, remedy: error.remedy))
        }
        return try parse(bytes, file: path)
    }

    func parseStandardInput() throws(Mistakes) -> [TaskDescription] {
        let name = Self.standardInputName
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(0, limit: YAMLLimits.fileBytes)
        } catch {
            throw Mistakes(Problem(at: SourcePosition(file: name), error.what, remedy: "pipe a description into it, or name a file"))
        }
        return try parse(bytes, file: name)
    }

    /// What messages call standard input.
    package static let standardInputName = "<standard input>"

    /// What was set on the command line and no description asked for, sorted: most likely misspelt.
    package func unusedSettings(_ descriptions: [TaskDescription]) -> [String] {
        let used = descriptions.reduce(into: Set<String>()) { $0.formUnion($1.variablesUsed) }
        return variables.set.keys.filter { !used.contains($0) }.sorted()
    }

    /// `suites/atmos.yaml` → `atmos`; standard input, which has no name, → `pptransfer`.
    private static func workflow(for file: String) -> String {
        let name = file.lastName
        let dot = name.dropFirst().lastIndex(of: ".") ?? name.endIndex
        let stem = String(name[..<dot])
        return ["", "-", ".", ".."].contains(stem) || stem.hasPrefix("<") ? "pptransfer" : stem
    }
}

extension TaskDescription {
    /// Whether both keep the same journal record.
    package func isSameTransfer(as other: TaskDescription) -> Bool {
        workflow.value == other.workflow.value && cycle?.value == other.cycle?.value && name?.value == other.name?.value
    }
}

extension TaskDescription {
    /// That this transfer would replace the list of verified files which another one leaves for the next step.
    package func sharedList(with others: [TaskDescription]) -> Problem? {
        guard let list = fileList, let earlier = others.lazy.compactMap(\.fileList).first(where: { $0.value == list.value })
        else { return nil }
        return Problem(
            at: list.position, key: "after.filelist", "the transfer at \(earlier.position) writes the same list \(shown(list.value))",
            remedy: "give each transfer a list of its own, for example with {name} and {cycle} in its path")
    }
}

import SystemFiles

/// What a cycle should have (`expect`, or else `select.list`), and is not verified at the destination.
package struct MissingFiles: Hashable, Sendable {
    /// The list or manifest.
    package var list: String
    /// Files that it names and the description selects.
    package var expected: Int
    /// Those that are not verified, by their paths.
    package var paths: [String]
}

extension Journal {
    /// Compares what the description of a record expects with what is verified.
    ///
    /// The list is read as it is now; the record says where it is.
    ///
    /// - Returns: `nil` if the description names no list.
    /// - Throws: if the list or the proof cannot be read.
    package func missingFiles(of record: JournalRecord) throws(JournalProblem) -> MissingFiles? {
        let description: TaskDescription
        do { description = try record.description() } catch { return nil }
        var expect = description.expect ?? TaskDescription.Expectation()
        if expect.list == nil, expect.manifest == nil { expect.list = description.select.list }
        let stem = stem(record.workflow, cycle: record.cycle, name: record.name)
        let proven = try record.receipt == nil ? nil : JournalFile.manifest(stem + ".proven")
        let expected: ExpectedFiles
        do {
            guard let read = try ExpectedFiles(expect, at: proven.map { SourceScan(manifest: $0) }) else { return nil }
            expected = read
        } catch {
            throw .unreadable(path: (expect.list ?? expect.manifest)?.value ?? "", reason: error.reason)
        }
        let selector = FileSelector(description.select.withList() ?? description.select)
        let paths = expected.paths.filter { selector.selects($0.text) }
        let missing = proven.map { SourceScan(manifest: $0).absent(of: paths) } ?? paths.sorted().map(\.text)
        return MissingFiles(list: expected.file, expected: paths.count, paths: missing)
    }
}

extension ExpectedFiles.Fault {
    /// In one sentence.
    fileprivate var reason: String {
        switch problems.first {
        case .named(_, _, let fault): "it \(fault)"
        case let problem?: problem.description
        case nil: "it cannot be read"
        }
    }
}

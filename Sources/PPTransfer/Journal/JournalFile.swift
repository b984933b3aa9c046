import FoundationEssentials
package import SystemFiles

extension JournalProblem: FileFailure {
    package init(_ problem: FileProblem) {
        switch problem.operation {
        case .read: self = .unreadable(path: problem.path, reason: problem.reason)
        case .write: self = .unwritable(path: problem.path, reason: problem.reason)
        }
    }
}

/// The journal's own files: what goes wrong with one is the journal's problem.
enum JournalFile {
    /// - Returns: `nil` if there is no such file; so below.
    static func data(_ path: String) throws(JournalProblem) -> Data? { try bytes(path).map { Data($0) } }

    static func bytes(_ path: String) throws(JournalProblem) -> [UInt8]? {
        do throws(FileProblem) { return try DurableFile.read(path) } catch { throw JournalProblem(error) }
    }

    /// The text of a record.
    static func encode(_ record: JournalRecord, for path: String) throws(JournalProblem) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(record) else { throw .unwritable(path: path, reason: "it cannot be encoded") }
        return data
    }

    static func manifest(_ path: String) throws(JournalProblem) -> Manifest? {
        do throws(FileProblem) { return try ManifestFile.read(path) } catch { throw JournalProblem(error) }
    }

    /// Makes a directory that is for its owner alone.
    static func makeDirectory(_ path: String) throws(JournalProblem) {
        do throws(FileProblem) { try DurableFile.makeDirectory(path, isPrivate: true) } catch { throw JournalProblem(error) }
    }

    /// Why `path` could not be written, by `errno`.
    static func failure(_ path: String) -> JournalProblem { JournalProblem(FileProblem(.write, path)) }
}

extension DurableFile.Output {
    func write(_ bytes: [UInt8]) throws(JournalProblem) {
        do throws(FileProblem) { try append(bytes) } catch { throw JournalProblem(error) }
    }
}

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A directory of records: one for each transfer of each cycle, in a directory for each workflow.
public struct Journal: Sendable, Hashable {
    /// Absolute.
    public let directory: String

    public init(directory: String) {
        var path = directory
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.directory = path
    }

    /// Where the records are: `PPTRANSFER_JOURNAL`; within a Cylc workflow its share directory; else the user's state directory.
    ///
    /// A rehearsal against a served stand-in keeps its own, beside.
    public init(environment: [String: String], given: String? = nil, isRehearsal: Bool = false) {
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

        let base: String
        if let given = given ?? set("PPTRANSFER_JOURNAL") {
            base = given.hasPrefix("/") ? given : FileManager.default.currentDirectoryPath + "/" + given
        } else if let share = set("CYLC_WORKFLOW_SHARE_DIR") ?? set("CYLC_SUITE_SHARE_DIR") {
            base = share + "/pptransfer"
        } else {
            base = (set("XDG_STATE_HOME") ?? (set("HOME") ?? "") + "/.local/state") + "/pptransfer"
        }
        self.init(directory: isRehearsal ? Journal(directory: base).directory + "/rehearsal" : base)
    }

    /// Characters of workflows, cycles and names that file names keep; others are written as %XX.
    private static func fileName(_ text: String) -> String {
        var name = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: ":"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: ".") where !name.isEmpty: name += "."
            default: name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return name
    }

    func workflowDirectory(_ workflow: String) -> String { directory + "/" + Self.fileName(workflow) }

    /// Without its ending: the record's, the manifests' and the lock's names begin alike.
    func stem(_ workflow: String, cycle: String?, name: String?) -> String {
        workflowDirectory(workflow) + "/" + Self.fileName(cycle ?? "") + (name.map { "@" + Self.fileName($0) } ?? "")
            + (cycle == nil && name == nil ? "@" : "")
    }

    /// The record of one transfer; `nil` if there is none. A damaged one is replaced by its predecessor.
    public func record(workflow: String, cycle: String?, name: String?) throws(JournalProblem) -> (record: JournalRecord, isPrevious: Bool)?
    {
        try Self.read(stem(workflow, cycle: cycle, name: name) + ".json")
    }

    /// Every record, of one workflow or of all, ordered by workflow, cycle and name.
    ///
    /// - Returns: the records, and the problems of those that could not be read.
    public func records(of workflow: String? = nil) -> (records: [JournalRecord], problems: [JournalProblem]) {
        var found: (records: [JournalRecord], problems: [JournalProblem]) = ([], [])
        let folders = workflow.map { [workflowDirectory($0)] } ?? Self.entries(of: directory).map { directory + "/" + $0 }
        for folder in folders {
            for file in Self.entries(of: folder) where file.hasSuffix(".json") {
                do throws(JournalProblem) {
                    if let read = try Self.read(folder + "/" + file) { found.records.append(read.record) }
                } catch {
                    found.problems.append(error)
                }
            }
        }
        found.records.sort { ($0.workflow, $0.cycle ?? "", $0.name ?? "") < ($1.workflow, $1.cycle ?? "", $1.name ?? "") }
        return found
    }

    private static func entries(of directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }

    private struct Version: Decodable {
        var format: Int

        enum CodingKeys: String, CodingKey { case format = "pptransfer_journal" }
    }

    static func read(_ path: String) throws(JournalProblem) -> (record: JournalRecord, isPrevious: Bool)? {
        let current = try DurableFile.read(path)
        if let current, let record = try decode(current, path) { return (record, false) }
        let previous = try DurableFile.read(path + ".previous")
        if let previous, let record = try decode(previous, path + ".previous") { return (record, true) }
        guard current == nil, previous == nil else {
            throw .unreadable(path: path, reason: "it is damaged, and so is what stood there before")
        }
        return nil
    }

    /// - Returns: `nil` for a damaged record.
    private static func decode(_ data: Data, _ path: String) throws(JournalProblem) -> JournalRecord? {
        let decoder = JSONDecoder()
        let record = try? decoder.decode(JournalRecord.self, from: data)
        // A later version's record need not be readable as one of ours.
        let version = try? record?.format ?? decoder.decode(Version.self, from: data).format
        if let version, version > JournalRecord.version { throw .newer(path: path, version: version) }
        return record
    }
}

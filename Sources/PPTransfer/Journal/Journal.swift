import Dispatch
import FoundationEssentials
import Globus
import Synchronization
import SystemFiles

/// A directory of records: one for each transfer of each cycle, in a directory for each workflow.
///
/// It is what makes a transfer happen once: what a run intends, submits and proves is on disk before it goes on, and the next run resumes.
public struct Journal: Sendable, Hashable {
    @Bytewise private var place: String
    /// Where second copies of the receipts are kept; `nil`: nowhere.
    package var receipts: ReceiptStore?

    /// The directory without a slash at its end; empty if the program's environment names no place for a journal.
    public var directory: String { place }

    /// Whether there is a place for records at all: without `HOME` there may be none.
    package var hasPlace: Bool { !directory.isEmpty }

    /// Makes a journal in a directory, which need not be there. Nothing is read or written before a transfer or a record needs it.
    ///
    /// - Parameter directory: an absolute path. Several machines may share it.
    public init(directory: String) { place = directory.withoutEndingSlashes }

    /// Where the records are: `PPTRANSFER_JOURNAL`; within a Cylc workflow its share directory; else the user's state directory.
    ///
    /// A rehearsal against a served stand-in keeps its own, beside.
    package init(environment: [String: String], given: String? = nil, isRehearsal: Bool = false) {
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

        let base: String
        if let given = given ?? set(Self.variable) {
            base = Self.absolute(given)
        } else if let share = set("CYLC_WORKFLOW_SHARE_DIR") ?? set("CYLC_SUITE_SHARE_DIR") {
            base = share + "/pptransfer"
        } else if let state = set("XDG_STATE_HOME") ?? set("HOME").map({ $0 + "/.local/state" }), state.begins(with: "/") {
            base = state + "/pptransfer"
        } else {
            base = ""
        }
        self.init(directory: isRehearsal && !base.isEmpty ? Journal(directory: base).directory + Self.rehearsals : base)
        // Wherever its journal is.
        let isSimulated = (try? GlobusEnvironment(environment).transfer.isLoopback) ?? false
        receipts = ReceiptStore(environment: environment, isRehearsal: isRehearsal || isSimulated)
    }

    /// Seen from the working directory. If that was removed, the path stays as it is, and nothing can be made there: it must not become
    /// one below the root directory.
    package static func absolute(_ path: String) -> String {
        let here = FileManager.default.currentDirectoryPath
        return path.begins(with: "/") || here.isEmpty ? path : here + "/" + path
    }

    func workflowDirectory(_ workflow: String) -> String { directory + "/" + RecordName.fileName(workflow) }

    /// Without its ending: the record's, the manifests' and the lock's names begin alike.
    func stem(_ workflow: String, cycle: String?, name: String?) -> String {
        directory + "/" + RecordName.stem(workflow: workflow, cycle: cycle, name: name)
    }

    /// The record of one transfer; `nil` if there is none. A damaged one is replaced by its predecessor.
    package func record(workflow: String, cycle: String?, name: String?) throws(JournalProblem) -> (
        record: JournalRecord, isPrevious: Bool
    )? {
        try Self.read(stem(workflow, cycle: cycle, name: name) + ".json")
    }

    /// Every record, of one workflow or of all, ordered by workflow, cycle and name.
    ///
    /// - Returns: the records, and the problems of those that could not be read. In the place of a damaged record is the one before it,
    ///   and a problem beside.
    package func storedRecords(of workflow: String? = nil) -> (records: [JournalRecord], problems: [JournalProblem]) {
        let found = collect(workflow) { path throws(JournalProblem) -> Read<JournalRecord>? in
            guard let (record, isPrevious) = try Self.read(path) else { return nil }
            try require(record.workflow, record.cycle, record.name, at: path)
            return (
                Self.order(record.workflow, record.cycle, record.name), record, isPrevious ? JournalProblem.damaged(path: path) : nil
            )
        }
        return (found.items, found.problems)
    }

    /// A record that was copied from another transfer's place says nothing about this one.
    private func require(_ workflow: String, _ cycle: String?, _ name: String?, at path: String) throws(JournalProblem) {
        guard stem(workflow, cycle: cycle, name: name) + ".json" != path else { return }
        throw .foreign(path: path, title: [workflow, cycle, name].compactMap { $0 }.joined(separator: " "))
    }

    /// The records of `records` that took the place of damaged ones.
    package func isDamaged(_ record: JournalRecord, _ problems: [JournalProblem]) -> Bool {
        problems.contains(.damaged(path: stem(record.workflow, cycle: record.cycle, name: record.name) + ".json"))
    }

    /// - Throws: if a receipt speaks of another list than lies beside it, or of none. Records of earlier versions name no list.
    package func requireProof(of record: JournalRecord) throws(JournalProblem) {
        guard let receipt = record.receipt, receipt.manifest != nil else { return }
        let stem = stem(record.workflow, cycle: record.cycle, name: record.name)
        guard try receipt.list(beside: stem) != nil else { throw .noProof(beside: stem) }
    }

    /// As `records`, of each record only what a look at many of them shows. Fast: for tens of thousands.
    package func summaries(of workflow: String? = nil) -> (summaries: [JournalRecord.Summary], problems: [JournalProblem]) {
        let found = collect(workflow) { path throws(JournalProblem) -> Read<JournalRecord.Summary>? in
            guard let (summary, isPrevious) = try Self.summary(path) else { return nil }
            try require(summary.workflow, summary.cycle, summary.name, at: path)
            return (
                Self.order(summary.workflow, summary.cycle, summary.name), summary,
                isPrevious ? JournalProblem.damaged(path: path) : nil
            )
        }
        return (found.items, found.problems)
    }

    /// A text that sorts as workflow, cycle and name do; whole numbers among the cycles by their value.
    private static func order(_ workflow: String, _ cycle: String?, _ name: String?) -> String {
        var cycle = cycle ?? ""
        if let number = Int64(cycle) {
            // The smallest number becomes 0.
            let digits = String(UInt64(bitPattern: number) ^ (1 << 63))
            cycle = String(repeating: "0", count: 20 - digits.utf8.count) + digits
        }
        return workflow + "\0" + cycle + "\0" + (name ?? "")
    }

    /// Those that have records here, in alphabetical order.
    package func workflows() -> [String] {
        DurableFile.names(in: directory).filter { !recordFiles(in: directory + "/" + $0).isEmpty }
            .map(\.percentDecoded).sorted()
    }

    /// The journal of rehearsals is in a directory of this one, like a workflow, and has what is known of logins beside its workflows.
    func recordFiles(in folder: String) -> [String] {
        let names = DurableFile.names(in: folder, ending: ".json")
        return folder == directory + Self.rehearsals ? names.filter { !Self.loginFiles.contains($0) } : names
    }

    static let rehearsals = "/rehearsal"
    /// Names the directory.
    static let variable = "PPTRANSFER_JOURNAL"
    private static let loginFiles: Set = ["identities.json", "logins.json"]

    /// One record, and the text by which it is ordered among others; a problem if it took the place of a damaged one.
    private typealias Read<Item> = (order: String, item: Item, problem: JournalProblem?)

    /// Reads the records in several threads.
    ///
    /// - Parameter read: `nil` if the record has gone meanwhile.
    private func collect<Item: Sendable>(
        _ workflow: String?, _ read: @Sendable (String) throws(JournalProblem) -> Read<Item>?
    ) -> (items: [Item], problems: [JournalProblem]) {
        guard hasPlace else { return ([], [.noPlace]) }
        let folders = workflow.map { [workflowDirectory($0)] } ?? DurableFile.names(in: directory).map { directory + "/" + $0 }
        let paths = folders.flatMap { folder in recordFiles(in: folder).map { folder + "/" + $0 } }
        let found = Mutex<(items: [(order: String, item: Item)], problems: [JournalProblem])>(([], []))
        let parts = stride(from: 0, to: paths.count, by: 512).map { paths[$0..<min($0 + 512, paths.count)] }
        DispatchQueue.concurrentPerform(iterations: parts.count) { part in
            var items: [(order: String, item: Item)] = []
            var problems: [JournalProblem] = []
            for path in parts[part] {
                do throws(JournalProblem) {
                    guard let (order, item, problem) = try read(path) else { continue }
                    items.append((order, item))
                    if let problem { problems.append(problem) }
                } catch {
                    problems.append(error)
                }
            }
            found.withLock { [items, problems] found in
                found.items += items
                found.problems += problems
            }
        }
        let (items, problems) = found.withLock { $0 }
        // What is sorted is small: the items themselves are large.
        let order = items.indices.map { (order: items[$0].order, index: $0) }.sorted { $0.order < $1.order }
        return (order.map { items[$0.index].item }, problems.sorted { $0.description < $1.description })
    }

    private static func summary(_ path: String) throws(JournalProblem) -> (summary: JournalRecord.Summary, isPrevious: Bool)? {
        if let bytes = try JournalFile.bytes(path), let summary = bytes.withUnsafeBytes({ try? JournalRecord.Summary(JSONOutline($0)) }) {
            return (summary, false)
        }
        // Damaged, of another version, or not as we write it.
        return try read(path).map { (JournalRecord.Summary($0.record), $0.isPrevious) }
    }

    private struct Version: Decodable {
        var format: Int

        enum CodingKeys: String, CodingKey { case format = "pptransfer_journal" }
    }

    static func read(_ path: String) throws(JournalProblem) -> (record: JournalRecord, isPrevious: Bool)? {
        let current = try JournalFile.data(path)
        if let current, let record = try decode(current, path) { return (record, false) }
        let previous = try JournalFile.data(path + ".previous")
        if let previous, let record = try decode(previous, path + ".previous") { return (record, true) }
        guard current == nil, previous == nil else {
            throw .unreadable(path: path, reason: "it is damaged, and so is the record before it")
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

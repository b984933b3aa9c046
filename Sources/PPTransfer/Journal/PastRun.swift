import SystemFiles

/// One run of a transfer that is repeated, as its record keeps it: in one line, for there are many.
package struct PastRun: Hashable, Sendable {
    /// As many as a record keeps.
    static let most = 100

    /// When the run ended: `2026-11-20T23:17:08Z`.
    package var time: String
    /// The name of the status with which it ended.
    package var status: String
    /// What was verified at the destination then.
    package var files: Int
    package var bytes: Int64
    /// What Globus has sent for this run.
    package var newFiles: Int64
    package var newBytes: Int64

    package init(time: String, status: String, files: Int, bytes: Int64, newFiles: Int64, newBytes: Int64) {
        (self.time, self.status, self.files, self.bytes) = (time, status, files, bytes)
        (self.newFiles, self.newBytes) = (newFiles, newBytes)
    }

    /// - Returns: `nil` for what is no such line.
    init?(_ line: String) {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count >= 6, let files = Int(parts[2]), let bytes = Int64(parts[3]), let newFiles = Int64(parts[4]),
            let newBytes = Int64(parts[5])
        else { return nil }
        self.init(
            time: String(parts[0]), status: String(parts[1]), files: files, bytes: bytes, newFiles: newFiles, newBytes: newBytes)
    }

    /// `2026-11-20T23:17:08Z ok 5012 44100000000 12 1200000`
    var line: String { "\(time) \(status) \(files) \(bytes) \(newFiles) \(newBytes)" }
}

extension JournalRecord {
    /// The latest runs, the newest last; empty for a transfer of a cycle.
    package var history: [PastRun] { (rounds ?? []).compactMap { PastRun($0) } }

    /// Adds a run that has ended.
    mutating func add(_ round: PastRun) { rounds = Array(((rounds ?? []) + [round.line]).suffix(PastRun.most)) }
}

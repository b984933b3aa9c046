import FoundationEssentials
public import PPTransfer

/// A journal for one test: in memory where the system has a file system there, and gone with the last reference.
///
/// It is the journal that programs use, with its locks and its files, so that a test meets what they will meet.
///
///     let kept = try TemporaryJournal()
///     let transfers = Transfers(client: client, journal: kept.journal)
public final class TemporaryJournal: Sendable {
    /// The journal.
    public let journal: Journal
    private let directory: String

    /// Makes an empty journal, in `/dev/shm` on Linux, else in the directory for temporary files.
    /// - Throws: if no directory can be made there.
    public init() throws {
        let files = FileManager.default
        let memory = "/dev/shm"
        let root = files.isWritableFile(atPath: memory) ? memory : files.temporaryDirectory.path
        directory = "\(root)/pptransfer-journal-\(UUID().uuidString)"
        try files.createDirectory(atPath: directory, withIntermediateDirectories: false)
        journal = Journal(directory: directory)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }
}

public import Globus

/// Files at the destination that this journal did not send, and that a submission would replace by other content.
public struct ExistingFiles: Sendable, Hashable {
    /// The first of them in the order of their paths, at most `most`.
    public internal(set) var files: [ExistingFile] = []
    /// How many there are in all.
    public internal(set) var count = 0

    /// More than a person reads, few enough for any report.
    static let most = 100
}

/// A file at the destination in whose place another one would be sent.
public struct ExistingFile: Sendable, Hashable {
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// The sizes are not the same.
        case differs
        /// The sizes are the same, but the times are not, or one of them is not known.
        ///
        /// Output of a second run of one model has the sizes of the first run's output: this is no sign that the files are equal.
        case mayDiffer = "may differ"
        /// A broken link, a pipe or the like.
        case notAFile = "not a file"
    }

    /// From the destination directory.
    public var path: String
    public var comparison: Comparison
    /// Bytes; `nil` where the collection does not tell.
    public var size: Int64?
    /// `nil` where the collection does not tell.
    public var modified: Timestamp?
    /// Bytes of the file that would take its place.
    public var sourceSize: Int64
    /// `nil` where it is not known.
    public var sourceModified: Timestamp?
}

extension ExistingFile: CustomStringConvertible {
    public var description: String {
        let (there, here) = (Self.time(modified), Self.time(sourceModified))
        switch comparison {
        case .differs:
            return "differs: \(path) has \(size.map { "\($0)" } ?? "an unknown number of") bytes, modified \(there); "
                + "the source has \(sourceSize) bytes, modified \(here)"
        case .mayDiffer:
            return "may differ: \(path) has the same size (\(sourceSize) bytes), but was modified \(there); the source was modified \(here)"
        case .notAFile: return "not a file: \(path)"
        }
    }

    private static func time(_ time: Timestamp?) -> String { time.map { "at \($0)" } ?? "at an unknown time" }
}

extension ExistingFiles: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("count", \.count, "Files at the destination that would be replaced."), JSONField("files", \.files),
    ]
}

extension ExistingFile: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("path", \.path), JSONField("state", \.comparison), JSONField("size", \.size),
        JSONField("modified") { $0.modified?.description }, JSONField("source_size", \.sourceSize),
        JSONField("source_modified") { $0.sourceModified?.description },
    ]
}

extension ExistingFile.Comparison: JSONChoice {}

/// Destination files that another transfer writes, too.
public struct SharedFiles: Sendable, Hashable {
    public enum Other: Sendable, Hashable {
        /// Of the same run: its title and where it is written.
        case document(String, SourcePosition)
        /// A record of the journal whose submission has not ended.
        case live(String, TaskID?)
        /// A record of the journal that has verified the files, and when.
        case archived(String, proven: String)
    }

    public var other: Other
    /// From this transfer's destination directory: the first of them, at most `most`. Empty if only the directories tell.
    public var paths: [String]
    public var count: Int

    static let most = 20
}

extension SharedFiles {
    var status: ExitStatus { if case .document = other { .description } else { .conflict } }

    /// One sentence without a full stop.
    func sentence(_ plan: TransferPlan) -> String {
        let files = count == 0 ? "the files" : Quantity.count(count, "file")
        let place = plan.destination.text
        switch other {
        case .document(let title, let position):
            return "this transfer (\(plan.description.position)) and '\(title)' (\(position)) would both write \(files) at \(place)"
        case .live(let title, let task):
            return "'\(title)' of the same journal is sending \(files) of the same names to \(place)"
                + (task.map { " (Globus task \($0))" } ?? "") + "; '\(plan.title)' would replace them"
        case .archived(let title, let proven):
            return "'\(title)' of the same journal has archived \(files) of the same names at \(place), verified at \(proven); "
                + "'\(plan.title)' would replace them"
        }
    }

    var remedy: String {
        switch other {
        case .document: "give each transfer a 'to.path' of its own, or choose different files with 'select: {include: […]}'"
        case .live: "wait until it has ended; give each cycle a directory of its own, as with {cycle} in 'to.path'"
        case .archived:
            "give each cycle a directory of its own, as with {cycle} in 'to.path'; if the archived files may be replaced, write "
                + "'existing: replace' in 'to'"
        }
    }
}

extension SharedFiles: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("with", \.other.title, "The other transfer that writes the same destination files."),
        JSONField("position") { if case .document(_, let position) = $0.other { position.description } else { nil } },
        JSONField("task_id") { if case .live(_, let task) = $0.other { task } else { nil } },
        JSONField("proven") { if case .archived(_, let proven) = $0.other { proven } else { nil } }, JSONField("count", \.count),
        JSONField("files", \.paths),
    ]
}

extension SharedFiles.Other {
    fileprivate var title: String {
        switch self {
        case .document(let title, _), .live(let title, _), .archived(let title, _): title
        }
    }
}

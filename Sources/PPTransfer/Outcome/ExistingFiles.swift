package import Globus

/// Files at the destination that this journal did not send, and that a submission would replace by other content.
package struct ExistingFiles: Sendable, Hashable {
    /// The first of them in the order of their paths, at most `most`.
    package internal(set) var files: [ExistingFile] = []
    /// How many there are in all.
    package internal(set) var count = 0

    /// More than a person reads, few enough for any report.
    static let most = 100
}

/// A file at the destination in whose place another one would be sent.
package struct ExistingFile: Sendable, Hashable {
    package enum Comparison: String, Sendable, Hashable, CaseIterable {
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
    package var path: String
    package var comparison: Comparison
    /// Bytes; `nil` where the collection does not tell.
    package var size: Int64?
    /// `nil` where the collection does not tell.
    package var modified: Timestamp?
    /// Bytes of the file that would take its place.
    package var sourceSize: Int64
    /// `nil` where it is not known.
    package var sourceModified: Timestamp?
}

extension ExistingFile: CustomStringConvertible {
    package var description: String {
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

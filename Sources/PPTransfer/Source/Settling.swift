package import Globus
import PositionedYAML
import SystemFiles

/// Tells which files were written to so shortly before that they may still grow (`select.settled`).
///
/// A file is judged by its time of modification alone. One that lies further ahead of the clock than any clock is wrong says nothing of when
/// the file was written: such a file, and one without a time, counts as settled, since it would be left behind for ever.
package struct Settling: Sendable, Hashable {
    /// How long a file must have been left alone.
    let age: Duration
    /// The times of modification of files that are left, in seconds since 1970.
    private let young: Range<Int64>

    private static let mostAhead = Int64(86_400)

    /// - Parameter now: by the clock of whoever tells the times.
    /// - Returns: `nil` if every file may be sent.
    package init?(_ selection: TaskDescription.Selection, now: Timestamp) {
        guard let age = selection.settled, age > .zero else { return nil }
        self.age = age
        let oldest = (now + (.zero - age)).secondsSince1970
        young = oldest.clampedSum(1)..<max(oldest.clampedSum(1), now.secondsSince1970.clampedSum(Self.mostAhead))
    }

    /// - Parameter modified: seconds since 1970; 0 where the collection reports none.
    func leaves(modified: Int64) -> Bool { young.contains(modified) }
}

/// Files that a run left for a later one, because they were written to shortly before.
package struct Unsettled: Codable, Hashable, Sendable {
    /// More than a person reads, few enough for any report.
    static let mostNames = 100

    package var count: Int
    package var bytes: Int64
    /// The paths of the first of them below the source.
    package var names: [String]
    /// How long a file must have been left alone, as a description writes it.
    package var settled: String

    /// - Returns: `nil` if there are none.
    package init?(_ files: Manifest, _ selection: TaskDescription.Selection) {
        guard let age = selection.settled, !files.entries.isEmpty else { return nil }
        (count, bytes, settled) = (files.entries.count, files.bytes, age.written)
        names = files.entries.prefix(Self.mostNames).map(\.path)
    }
}

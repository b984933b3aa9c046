import Globus
import SystemFiles

/// Counts the bytes of a task that are sent for the first time. A file whose check fails is sent again, and Globus counts its bytes again, for
/// as long as the task lives: such bytes are no progress.
///
/// Globus does not report which bytes were sent before. But between the ends of two files, no more than the rest of the files can be sent
/// for the first time, and in all no more than there is.
struct FirstTimeBytes: Sendable {
    /// What the task has to bring.
    private let all: Amount?
    /// The size of the largest of its files.
    private let largest: Int64?
    /// When the number of files that are done changed last: that number, and the bytes by then.
    private var mark: (files: Int64, bytes: Int64)?

    init(of all: Amount?, largest: Int64?) { (self.all, self.largest) = (all, largest) }

    /// - Returns: the bytes that may have been sent for the first time, and whether more than these were sent.
    mutating func count(_ task: TransferTask) -> (bytes: Int64, isResending: Bool) {
        let files = task.filesTransferred.clampedSum(task.filesSkipped)
        let latest = if let mark, mark.files == files { mark } else { (files: files, bytes: task.bytesTransferred) }
        mark = latest
        // A task with files that nobody here knows of may send any number of bytes.
        guard let all, task.files <= all.files else { return (task.bytesTransferred, false) }
        var most = all.bytes
        if let largest {
            let rest = max(0, all.files.clampedDifference(files)).multipliedReportingOverflow(by: largest)
            if !rest.overflow { most = min(most, latest.bytes.clampedSum(rest.partialValue)) }
        }
        return (min(task.bytesTransferred, most), task.bytesTransferred > most)
    }
}

import Globus
import SystemFiles

/// A task of which every file that is left is refused: nothing but the deadline would end it.
extension Waiter {
    /// Since when a task has moved nothing.
    struct Halt: Sendable {
        var since: Duration
        /// What had been done by then.
        var done: [Int64]
        var faults: Int64
    }

    private static let code = "PERMISSION_DENIED"
    /// A refusal may pass within a moment, as while a file system is mounted; not a second one, so much later.
    private static let patience = Duration.seconds(60)
    /// More files than this are not looked for in the list of events.
    private static let mostFiles: Int64 = 500

    /// Looks whether each file that is left was refused, and again since, while nothing else moved. What Globus says of the task at the
    /// moment need not be the refusal: between two tries it may say that all is well.
    ///
    /// - Returns: the condition that tells of it, and a line for each file; `nil` as long as something may yet be sent, or it is not known
    ///   how many files are left.
    func refusal(
        of document: TransferTask, _ state: inout State, _ waited: Duration
    ) async -> (condition: Condition, files: [String])? {
        let done = [document.filesTransferred, document.filesSkipped, document.bytesTransferred]
        guard let halt = state.halt, halt.done == done else {
            state.halt = Halt(since: waited, done: done, faults: document.faults)
            return nil
        }
        guard var condition = state.latestFault, condition.code == Self.code, let expected = state.watch.expected else { return nil }
        let left = expected.files.clampedDifference(document.filesTransferred.clampedSum(document.filesSkipped))
        let faults = document.faults.clampedDifference(halt.faults)
        guard 1...Self.mostFiles ~= left, faults >= left, waited - halt.since >= min(Self.patience, state.watch.options.onFault.after)
        else {
            return nil
        }
        let events = (try? await service.events(of: state.watch.task, limit: Int(clamping: min(faults, 1000)), errorsOnly: true)) ?? []
        var seen: Set<FileName> = []
        let files = events.compactMap { event -> String? in
            guard event.code == Self.code, let text = event.details.map({ ServerText($0) }), let file = text.file else { return nil }
            return seen.insert(FileName(file)).inserted ? "\(file): \(text.cause)" : nil
        }
        guard files.count >= left else {
            // Others are still to be tried: it is asked again when as much has happened once more.
            state.halt = Halt(since: waited, done: done, faults: document.faults)
            return nil
        }
        condition.isOwnText = true
        condition.text = left == 1 ? "the only file that is left is refused" : "each of the \(left) files that are left is refused"
        return (condition, files.sorted())
    }
}

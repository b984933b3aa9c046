import FoundationEssentials
import Globus
import Synchronization

/// The submission ids that were given out, and what became of them. An id runs one document, the first that came with it.
final class SubmissionLedger: Sendable {
    enum Standing: Equatable, Sendable {
        case neverIssued
        case unused
        case used(TaskID)
    }

    private enum Entry { case unused, reserved, used(TaskID) }

    private let entries = Mutex<[SubmissionID: Entry]>([:])

    func issue() -> SubmissionID {
        let id = SubmissionID(UUID())
        entries.withLock { $0[id] = .unused }
        return id
    }

    func standing(of id: SubmissionID) -> Standing {
        entries.withLock { entries in
            switch entries[id] {
            case nil: .neverIssued
            case .unused, .reserved: .unused
            case .used(let task): .used(task)
            }
        }
    }

    /// Takes an unused id for a document under way, so that two copies of one request cannot both become tasks.
    /// - Returns: whether the id was unused.
    func reserve(_ id: SubmissionID) -> Bool {
        entries.withLock { entries in
            guard case .unused = entries[id] else { return false }
            entries[id] = .reserved
            return true
        }
    }

    func isReserved(_ id: SubmissionID) -> Bool {
        entries.withLock { if case .reserved = $0[id] { true } else { false } }
    }

    /// Ends a reservation: with the task, or, if the document was refused, with `nil`; then the id can be used again.
    func settle(_ id: SubmissionID, as task: TaskID?) {
        entries.withLock { $0[id] = task.map { .used($0) } ?? .unused }
    }
}

import Synchronization

/// What makes the submissions of one value the same submission: the id, once there is one. Copies of the value share it.
final class SubmissionTicket: Sendable {
    private let known: Mutex<SubmissionID?>
    /// Whether the caller gave the id, and answers for what goes with it.
    let isGiven: Bool

    init(_ given: SubmissionID?) {
        known = Mutex(given)
        isGiven = given != nil
    }

    var id: SubmissionID? { known.withLock { $0 } }

    /// - Returns: the same id each time, asked for once. Of two that are asked for at the same time one counts.
    func id(from client: GlobusClient) async throws(GlobusError) -> SubmissionID {
        if let id { return id }
        let new = try await client.newSubmissionID()
        return known.withLock { known in
            let id = known ?? new
            known = id
            return id
        }
    }

    /// Before a value changes: what it becomes is another submission than that of its copies, and than what was submitted.
    static func renew(_ ticket: inout SubmissionTicket) {
        guard !ticket.isGiven, ticket.id != nil || !isKnownUniquelyReferenced(&ticket) else { return }
        ticket = SubmissionTicket(nil)
    }
}

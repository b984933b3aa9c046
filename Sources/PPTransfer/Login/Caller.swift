import FoundationEssentials
import Globus
import Synchronization
import SystemFiles

/// Whom Globus takes a run for. Found out only where something depends on it, with one request at most, and remembered.
final class Caller: Sendable {
    private let login: ResolvedLogin?
    /// Names of identities that earlier runs learnt, as `SessionWarning` keeps them.
    private let names: [LinkedIdentity]
    private let found = Mutex<TaskOwner?>(nil)

    /// - Parameter login: `nil` if the program that uses this library keeps it to itself.
    init(_ login: ResolvedLogin? = nil, _ journal: Journal? = nil) {
        self.login = login
        names =
            journal.flatMap { try? JournalFile.data($0.directory + "/identities.json") }
            .flatMap { try? JSONDecoder().decode([LinkedIdentity].self, from: $0) } ?? []
    }

    /// Without a request; `nil` if the login does not tell, and nobody has asked yet.
    var known: TaskOwner? {
        if let found = found.withLock({ $0 }) { return found }
        guard let id = login?.identity else { return nil }
        if case .serviceAccount = login?.kind { return TaskOwner(id: id, name: "service account") }
        return TaskOwner(id: id, name: names.first { $0.id == id }?.username)
    }

    /// The same with the name that people know, for a message.
    func named() async -> TaskOwner? {
        guard let known, known.name == nil else { return known }
        guard let first = try? await login?.identities?.linkedIdentities().first, first.id == known.id else { return known }
        return TaskOwner(id: known.id, name: first.username)
    }

    /// What the login knows, or Globus Auth; `nil` for a bare access token.
    func identified() async -> TaskOwner? {
        if let known { return known }
        guard let first = try? await login?.identities?.linkedIdentities().first else { return nil }
        return remember(TaskOwner(id: first.id, name: first.username))
    }

    /// Who submits, for the record: of a bare access token at least that it is one.
    func submitting() async -> TaskOwner? {
        if let owner = await identified() { return owner }
        return isToken ? .bareToken : nil
    }

    private var isToken: Bool { if case .token = login?.kind { true } else { false } }

    /// Whether the caller is the one who submitted, as far as can be told: one bare access token is taken for another.
    func isSame(as owner: TaskOwner, through service: any TransferService) async -> Bool {
        if owner.isUnknown { return isToken }
        return await identified(through: service)?.id == owner.id
    }

    /// What `identified()` finds out; if that is nothing, whose tasks the service shows. A login without any task stays unknown.
    func identified(through service: any TransferService) async -> TaskOwner? {
        if let owner = await identified() { return owner }
        guard let tasks = try? await service.tasks(matching: "type:TRANSFER,DELETE"), let id = tasks.lazy.compactMap(\.ownerID).first else {
            return nil
        }
        return remember(TaskOwner(id: id))
    }

    /// Whether a task's document may be asked for only to learn who we are: a login that the library's user keeps to himself is his.
    var isWorthATask: Bool { login != nil && known == nil }

    /// A task that was just submitted is the caller's.
    @discardableResult
    func remember(_ owner: TaskOwner) -> TaskOwner {
        found.withLock { found in
            found = found ?? owner
            return found ?? owner
        }
    }
}

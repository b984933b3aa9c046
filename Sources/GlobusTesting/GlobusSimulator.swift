public import Globus
import Rehearsal

/// Globus on this machine, for tests: directories play collections, and files really move.
///
/// Unless `serve` is called there is no socket: `transport` answers within the process. The rules of the service are kept: submission ids that make a
/// repeated submission harmless, recursive items, sync levels, checksums, consents, paging, faults that are retried.
///
///     let globus = GlobusSimulator([.init(source, "made here", root: "/tmp/made"), .init(archive, "the archive", root: "/tmp/archive")])
///     let client = GlobusClient(
///         login: .serviceAccount(id: globus.account.id, secret: globus.account.secret), configuration: .init(),
///         transport: globus.transport, clock: SystemTimekeeper())
public final class GlobusSimulator: Sendable {
    /// A directory of this machine as a collection.
    public struct Collection: Sendable {
        var played: StandInCollection

        /// - Parameters:
        ///   - root: the directory that is `/` of the collection. It must exist; files are read from and written to it.
        ///   - kind: what the service calls it: `GCSv5_mapped_collection`, `GCSv5_guest_collection`, `GCP_mapped_collection`.
        public init(_ id: CollectionID, _ displayName: String, root: String, kind: String = "GCSv5_mapped_collection") {
            played = StandInCollection(id: id, displayName: displayName, root: root, entityType: EntityType(kind))
        }

        /// Whether listings and transfers need the `data_access` consent of the collection. The simulator's service account grants its own.
        public var requiresConsent: Bool {
            get { played.requiresConsent }
            set { played.requiresConsent = newValue }
        }

        /// Whether a personal collection is connected; `nil` for a collection of another kind.
        public var isConnected: Bool? {
            get { played.isConnected }
            set { played.isConnected = newValue }
        }
    }

    private let standIn: StandIn
    /// The id and the secret of the service account that the simulator knows.
    public let account: (id: String, secret: AccessToken)

    /// - Parameters:
    ///   - bytesPerSecond: how fast a task moves files; as fast as the disk unless told.
    ///   - clockIsAheadBy: by how much the service's clock is ahead of this machine's.
    public init(_ collections: [Collection], bytesPerSecond: Int64? = nil, clockIsAheadBy shift: Duration = .zero) {
        var configuration = StandInConfiguration(collections: collections.map(\.played))
        configuration.rate = bytesPerSecond
        configuration.faults.clockShift = shift
        account = (configuration.clientID, configuration.clientSecret)
        standIn = StandIn(unserved: configuration)
    }

    deinit {
        let standIn = standIn
        Task { await standIn.stop() }
    }

    /// Carries requests to the simulator, whatever service they are addressed to.
    public var transport: some HTTPTransport { standIn.transport }

    /// Listens on a port of 127.0.0.1, for other processes: the Globus CLI, the Python SDK, a program under test.
    ///
    /// - Returns: the environment variables that lead them here. They hold the service account's secret.
    /// - Throws: if no port can be had.
    public func serve() async throws -> [String: String] {
        try await standIn.open()
        return Dictionary(uniqueKeysWithValues: standIn.environment.map { ($0.name, $0.value) })
    }

    /// One request that was answered, without headers and body.
    public struct Request: Sendable, Hashable {
        /// The HTTP method: `GET`.
        public var method: String
        /// Without the query: `/v0.10/transfer`.
        public var path: String
        /// The HTTP status of the answer; 0 if the client got none.
        public var status: Int
    }

    /// The latest requests, oldest first; 20,000 at most.
    public var requests: [Request] {
        standIn.requests.map { Request(method: $0.method, path: $0.path, status: $0.status) }
    }

    /// The tasks accepted so far, oldest first.
    public var tasks: [TaskID] { get async { await standIn.tasks.map(\.id) } }

    /// Pauses a task as an administrator does, until `resume`.
    /// - Returns: whether there is such a task and it has not ended.
    @discardableResult
    public func pause(_ task: TaskID, message: String) async -> Bool { await standIn.pause(task, message: message) }

    /// Makes a task inactive, as expired credentials do, until `resume`.
    /// - Returns: whether there is such a task and it has not ended.
    @discardableResult
    public func deactivate(_ task: TaskID) async -> Bool { await standIn.deactivate(task) }

    /// Lets a paused or inactive task continue.
    /// - Returns: whether there is such a task and it has not ended.
    @discardableResult
    public func resume(_ task: TaskID) async -> Bool { await standIn.resume(task) }

    /// Makes every access token issued so far count as expired. Logins that can renew theirs do so.
    public func expireAccessTokens() async { await standIn.expireAccessTokens() }

    /// Makes every token issued so far count as revoked.
    public func revokeTokens() async { await standIn.revokeTokens() }

    /// Lets time pass for the service: tokens, logins and deadlines age at once.
    public func advance(by duration: Duration) async { await standIn.advance(by: duration) }

    /// Sets what goes wrong from now on, instead of what was set before. Counts of requests and tasks begin anew.
    public func setFaults(_ faults: [Fault]) async {
        var all = StandInFaults.none
        for fault in faults {
            switch fault.rule {
            case .http(let rule): all.http.append(rule)
            case .task(let rule): all.tasks.append(rule)
            }
        }
        await standIn.setFaults(all)
    }

    /// Stops whatever moves; files stay as they are. Also happens when the last reference goes.
    public func stop() async { await standIn.stop() }
}

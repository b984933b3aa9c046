import FoundationEssentials
public import Globus
import Synchronization

/// Globus Auth and Globus Transfer on this machine's loopback: local directories play collections, and files really move.
///
/// It serves the routes that clients of collections and tasks use, as the official SDK and CLI expect them, over plain HTTP.
public final class StandIn: Sendable {
    let service: Service
    private let router: Router
    private let opened = Mutex<UInt16>(0)

    /// A simulator without a socket: until `open`, `transport` is the only way to it.
    package init(unserved configuration: StandInConfiguration) {
        service = Service(configuration)
        router = Router(service)
    }

    /// Starts serving `configuration`; the stand-in listens when this returns.
    /// - Throws: if the port cannot be had.
    public static func start(_ configuration: StandInConfiguration) async throws -> StandIn {
        let standIn = StandIn(unserved: configuration)
        try await standIn.open()
        return standIn
    }

    /// Listens on 127.0.0.1 alone.
    /// - Throws: if the port cannot be had.
    package func open() async throws {
        let port = try await service.door.open { [router] in await router.answer($0) }
        opened.withLock { $0 = port }
    }

    /// The port on 127.0.0.1; 0 as long as nothing listens.
    public var port: UInt16 { opened.withLock { $0 } }

    /// Answers requests within this process.
    package var transport: DirectTransport { DirectTransport { [router] in await router.answer($0) } }

    /// Where it is found, without the secret that every request needs.
    public var address: String { "http://127.0.0.1:\(port)" }

    /// Where it answers. Holds a secret: whoever knows it acts as the one who started the simulator.
    public var baseURL: String { address + path }

    /// What the path of every address begins with: a secret.
    public var path: String { Gate(secret: service.configuration.pathSecret).prefix }

    /// What the Globus SDK and CLI need in their environment in order to talk to the stand-in, and to nothing else. Holds the secret of
    /// the addresses, and that of the service account, if there is one.
    public var environment: [(name: String, value: String)] {
        // The other services are not played; naming this address makes a client fail here instead of leaving the machine.
        let services = ["TRANSFER", "AUTH", "GROUPS", "SEARCH", "FLOWS", "TIMER", "COMPUTE", "APP"]
        // The CLI makes the address of the page with the code by appending to that of Auth, and so wants its slash.
        let urls = services.map { (name: "GLOBUS_SDK_SERVICE_URL_\($0)", value: $0 == "AUTH" ? baseURL + "/" : baseURL) }
        guard service.configuration.hasServiceAccount else { return urls }
        return urls + [
            (name: "GLOBUS_CLI_CLIENT_ID", value: service.configuration.clientID),
            (name: "GLOBUS_CLI_CLIENT_SECRET", value: service.configuration.clientSecret.withSecret { $0 }),
        ]
    }

    /// The latest requests, oldest first.
    public var requests: [StandInRequest] { router.log.requests }

    /// How many clients are connected.
    var connections: Int { get async { await service.door.connections } }

    var sessions: SessionBook { service.sessions }

    /// Whoever sits at the browser.
    var visitor: Person { service.people.visitor }

    /// Ends listening and stops whatever moves; files stay as they are.
    public func stop() async {
        await service.door.shut()
        await service.board.shutDown()
    }

    /// Lets other things go wrong from now on; all counts of requests, tasks and files begin anew. What has been set in motion goes on.
    public func setFaults(_ faults: StandInFaults) async {
        service.desk.set(faults)
        await service.board.clockWasSet()
    }

    /// How often each rule of the faults took effect so far.
    public var faultUses: FaultUses { service.desk.uses }

    /// Nobody listens for so long: connections are cut, new ones refused.
    public func goAway(for duration: Duration) async { await service.door.close(for: duration) }

    /// Time passes for the service: tokens, logins and deadlines age by so much at once.
    public func advance(by duration: Duration) async {
        service.clock.advance(by: duration)
        await service.board.clockWasSet()
    }

    /// Tokens as a person's browser login would leave them: with a refresh token for each resource server of `scope`. The login renews the
    /// session of that identity, and grants the consents that `scope` holds.
    /// - Parameter client: whose tokens they are; `nil` lets any client refresh them.
    /// - Returns: `nil` if `scope` is empty.
    package func login(as username: String, scope: String, client: String? = nil) async -> TokenResponse? {
        let (person, scopes) = (service.people.person(named: username), ScopeList(scope))
        await service.logIn(person, with: person.identities.filter { $0.username == username }, scopes: scopes, client: client)
        return await service.tokens.issue(to: person.primary, client: client, scopes, withRefreshTokens: true)
    }

    /// Makes every access token issued so far count as expired. Refresh tokens go on working.
    public func expireAccessTokens() async { await service.tokens.expireAccessTokens() }

    /// Makes every token issued so far, refresh tokens too, count as revoked.
    public func revokeTokens() async { await service.tokens.revokeEverything() }

    /// Holds a task: `ACTIVE` and paused, with an administrator's message, until `resume`.
    /// - Returns: whether there is such a task and it has not ended.
    @discardableResult
    public func pause(_ task: TaskID, message: String) async -> Bool { await service.board.hold(task, .paused(message)) }

    /// Holds a task as `INACTIVE`, as expired credentials do, until `resume`.
    @discardableResult
    public func deactivate(_ task: TaskID) async -> Bool { await service.board.hold(task, .inactive) }

    /// Lets a held task go on.
    @discardableResult
    public func resume(_ task: TaskID) async -> Bool { await service.board.resume(task) }
}

import FoundationEssentials
public import Globus

/// How long a subtask that failed waits before it is tried again: `first`, then twice as long each time, at most `limit`.
public struct StandInBackOff: Sendable {
    public var first: Duration
    public var limit: Duration

    public init(first: Duration = .seconds(1), limit: Duration = .seconds(30)) { (self.first, self.limit) = (first, limit) }

    func delay(afterFailures count: Int) -> Duration { min(limit, first * (1 << min(max(count - 1, 0), 20))) }
}

/// What the stand-in plays, and how fast.
public struct StandInConfiguration: Sendable {
    public var collections: [StandInCollection]
    /// 0 lets the system choose.
    public var port: UInt16 = 0
    /// Bytes per second and task; `nil` moves as fast as the disk.
    public var rate: Int64?
    /// How many transfers, and how many deletions, are worked on at once.
    public var simultaneousTasks = 3
    /// How many tasks may wait for a slot before submissions are refused.
    public var pendingTaskLimit = 100
    /// Whoever sits at the browser when somebody logs in.
    public var person = StandInPerson.example
    /// A native client that is always known.
    public static let nativeClientID = "c2a8d6f0-51b7-4f0e-8a3d-96e1b07c4d25"
    /// Clients without a secret that may log people in, beside the Globus CLI's.
    public var nativeClients = [StandInConfiguration.nativeClientID]
    /// Whether there is a service account; without one, only a login brings tokens.
    public var hasServiceAccount = true
    /// The service account that may ask for tokens; its identity is `<id>@clients.auth.globus.org`.
    public var clientID = "7b1f3a52-6d0e-4c8b-9f27-d4e05c1a8396"
    public var clientSecret = AccessToken(RandomText.secret())
    /// Seconds.
    public var tokenLifetime = 172_800
    /// The HTTP status of an accepted submission. Which of 200 and 202 the real service uses is not known; clients must take any 2xx.
    public var acceptedStatus = 202
    public var duplicateStatus = 200
    /// Whether a transfer is refused while another user's works on the same paths. Whether the real service does so is not known; no client
    /// may rely on it.
    public var refusesTwinsOfOthers = true
    public var backOff = StandInBackOff()
    /// What goes wrong.
    public var faults = StandInFaults.none
    /// Entries per page of `successful_transfers` and `skipped_errors`.
    public var markerPageSize = 1000
    /// What the path of every address of the simulator begins with: who does not know it gets no answer. Letters and digits.
    public var pathSecret = RandomText.secret()
    /// The most that a request's body may hold, in bytes.
    public var bodyLimit: Int {
        get { limits.bodyBytes }
        set { limits.bodyBytes = newValue }
    }
    /// What clients may do to the server, and how long.
    var limits = ListenerLimits()
    /// Called once per request, when its answer is known, on no particular thread.
    public var onRequest: (@Sendable (StandInRequest) -> Void)?

    /// Stand before every request, the first outermost. The seam that faults are put into.
    var interceptors: [any Interceptor] = []
    /// The file systems behind the mounts. Another seam for faults.
    var storage: any Storage = LocalStorage()

    public init(collections: [StandInCollection]) { self.collections = collections }
}

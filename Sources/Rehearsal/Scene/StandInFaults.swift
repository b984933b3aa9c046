import SystemFiles

/// What goes wrong in a rehearsal: of the service's answers, of tasks, of storage, and by how much the service's clock differs.
///
/// Everything goes by counts: the same requests in the same order meet the same faults. Rules with a `chance` draw from `seed` and the
/// request's number, so they too do the same in each run.
public struct StandInFaults: Sendable, Hashable {
    /// The first rule that matches a request and is not used up decides what becomes of it.
    public var http: [HTTPFault]
    /// All rules that match a task take their effect on it, each once, in the order of their place in the task.
    public var tasks: [TaskFault]
    /// The first rule that matches a file and an operation, and is not used up, decides.
    public var storage: [StorageFault]
    /// By how much the service's clock is ahead of this machine's; negative if it is behind.
    public var clockShift: Duration
    /// Only matters to rules with a `chance`.
    public var seed: UInt64

    public init(
        http: [HTTPFault] = [], tasks: [TaskFault] = [], storage: [StorageFault] = [], clockShift: Duration = .zero, seed: UInt64 = 0
    ) {
        (self.http, self.tasks, self.storage, self.clockShift, self.seed) = (http, tasks, storage, clockShift, seed)
    }

    public static let none = StandInFaults()
}

/// How often a rule takes effect, and when it begins to.
public struct FaultCount: Sendable, Hashable {
    /// So many matches pass by first.
    public var after: Int
    /// Then so many meet the fault; `nil` for all.
    public var times: Int?
    /// The part of those that meet it; `nil` for all.
    public var chance: Double?

    public init(after: Int = 0, times: Int? = nil, chance: Double? = nil) {
        (self.after, self.times, self.chance) = (after, times, chance)
    }

    public static let once = FaultCount(times: 1)
    public static let forever = FaultCount()
    public static func times(_ times: Int, after: Int = 0) -> FaultCount { FaultCount(after: after, times: times) }
}

/// How often each rule took effect, in the order of the rules; of rules for tasks, on how many tasks.
///
/// A rule that nothing met shows that a test does not test what it is meant to.
public struct FaultUses: Sendable, Hashable {
    public var http: [Int]
    public var tasks: [Int]
    public var storage: [Int]

    public init(http: [Int], tasks: [Int], storage: [Int]) { (self.http, self.tasks, self.storage) = (http, tasks, storage) }
}

/// How far a rule has got.
struct FaultCounter: Sendable {
    private let count: FaultCount
    private var seen = 0
    private(set) var used = 0

    init(_ count: FaultCount) { self.count = count }

    /// Counts one match.
    /// - Parameter stream: tells rules with the same seed apart.
    /// - Returns: whether the rule takes effect on it.
    mutating func take(seed: UInt64, stream: Int) -> Bool {
        seen += 1
        guard seen > count.after, count.times.map({ used < $0 }) ?? true else { return false }
        if let chance = count.chance, FaultCounter.draw(UInt64(seen), of: UInt64(stream), seed: seed) >= chance { return false }
        used += 1
        return true
    }

    /// A number from 0 up to 1 that depends on nothing but the arguments (the finaliser of SplitMix64 over their mix).
    private static func draw(_ ordinal: UInt64, of stream: UInt64, seed: UInt64) -> Double {
        var bits = seed &+ stream &* 0xD1B5_4A32_D192_ED03 &+ ordinal &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return Double((bits ^ bits >> 31) >> 11) / Double(1 << 53)
    }
}

/// Which files a rule means. A pattern without a slash is for the name, one with a slash for the whole path in the collection;
/// `*` also matches slashes.
struct FilePattern: Sendable {
    private let glob: Glob
    private let isForName: Bool

    init(_ pattern: String) { (glob, isForName) = (Glob(pattern), !pattern.has("/")) }

    func matches(_ path: String) -> Bool {
        glob.matches(isForName ? path.parts(at: "/").last ?? "" : path[...])
    }
}

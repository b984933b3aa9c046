/// One way in which things go wrong, of one or several rows of the fault matrix.
struct FaultCase: Sendable {
    /// What a run may leave with: one status, or one of several.
    struct Statuses: Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, CustomStringConvertible {
        let allowed: [Int32]

        init(integerLiteral status: Int32) { allowed = [status] }
        init(arrayLiteral statuses: Int32...) { allowed = statuses }

        var description: String { allowed.map { String($0) }.joined(separator: "/") }
    }

    /// Listings before a first submission: the source's, which shows whether it is mounted here, and the destination's.
    static let firstListings = 2

    let rows: [Int]
    let title: String
    /// Of each run that was not killed, in their order.
    let expected: [Statuses]
    /// The same of every run, however many there are.
    let ofEveryRun: Statuses?
    /// What is known to be wrong about it, and is to be mended.
    let known: String?
    let play: @Sendable (FaultWorld) async throws -> Void

    init(
        _ rows: Int..., title: String, _ expected: [Statuses], known: String? = nil,
        play: @escaping @Sendable (FaultWorld) async throws -> Void
    ) {
        (self.rows, self.title, self.expected, ofEveryRun, self.known, self.play) = (rows, title, expected, nil, known, play)
    }

    init(_ rows: Int..., title: String, everyRun: Statuses, play: @escaping @Sendable (FaultWorld) async throws -> Void) {
        (self.rows, self.title, expected, ofEveryRun, known, self.play) = (rows, title, [], everyRun, nil, play)
    }

    /// `F22 refused for 60 min during the wait → 0`
    var name: String {
        rows.map { "F\($0)" }.joined(separator: ",") + " \(title) → "
            + (ofEveryRun?.description ?? expected.map(\.description).joined(separator: ", "))
    }

    static let all =
        killCases + runCases + journalCases + submissionCases + serviceCases + loginCases + taskStateCases + taskErrorCases + proofCases
        + farEndCases + cleanCases + sourceCases + processCases + inputCases + placeCases + rewriteCases + foreignRecordCases
        + otherLoginCases + networkCases + documentCases + edgeCases + nameCases

    /// The numbers that the matrix gives: a few were never used.
    static let matrix = Set(1...100).subtracting([26, 27, 33, 51, 56, 64, 68, 69, 70])

    /// What of a row cannot be played, because the program does not do it.
    struct Wish: Sendable, CustomStringConvertible {
        let row: Int
        let wish: String
        /// What it does instead.
        let today: String

        var description: String { "F\(row) \(wish): \(today)" }
    }

    static let wishes = [
        Wish(
            row: 90, wish: "files that `verify` misses for an hour are \"missing since\", and their proof is kept",
            today: "they count as not sent at once, and the next run compares and sends them again"),
        Wish(
            row: 91, wish: "a second copy of the receipts outlives `cylc clean`, and a receipt that is not found says where it looked",
            today: "the journal is the only copy, and no status means 'not found'"),
        Wish(
            row: 92, wish: "with `settled` a file that grows for ever is left for a later run, with status 0",
            today: "the description has no such key: 11"),
    ]
}

package import Globus
import PositionedYAML

/// The same transfers again and again: each round sends what has come since the one before.
package struct Rounds: Sendable {
    /// The shortest time between two beginnings.
    package static let shortest = Duration.seconds(10)

    /// From the beginning of a round to the next one's. A round that takes longer is followed at once.
    let every: Duration
    /// No round begins after it.
    let until: Timestamp?
    let time: any Timekeeper

    package init(every: Duration, until: Timestamp? = nil, time: any Timekeeper = SystemTimekeeper()) {
        (self.every, self.until, self.time) = (max(Self.shortest, every), until, time)
    }

    /// What came of a round.
    package struct Round: Sendable {
        /// From 1.
        package var number: Int
        package var transfers: [FinishedTransfer]
        /// When the next one begins.
        package var next: Timestamp
    }

    /// - Parameters:
    ///   - round: carries the transfers out once.
    ///   - body: told of each round that another one follows.
    /// - Returns: the transfers of the last round, and whether `body` was told of them: the wait for the next was ended.
    package func run(
        _ round: () async -> [FinishedTransfer], after body: (Round) -> Void
    ) async -> (transfers: [FinishedTransfer], areTold: Bool) {
        var number = 0
        while true {
            number += 1
            let begun = time.elapsed
            let transfers = await round()
            let pause = max(.seconds(1), every - (time.elapsed - begun))
            let next = time.now + pause
            guard !Task.isCancelled, transfers.allSatisfy(\.mayComeAgain), until.map({ next <= $0 }) ?? true else {
                return (transfers, false)
            }
            body(Round(number: number, transfers: transfers, next: next))
            await time.sleep(for: pause)
            if Task.isCancelled { return (transfers, true) }
        }
    }
}

extension Rounds.Round {
    /// One line: what came, and when it is looked for again.
    package var sentence: String {
        let new = transfers.reduce(FileTally()) { $0 + $1.new }
        let unwell = transfers.filter { $0.status != .ok }.count
        let names = Quantity.list(new.paths, of: new.files, most: 5).joined(separator: ", ")
        let what =
            new.files > 0
            ? "\(Quantity.count(new.files, "new file")), \(Quantity.bytes(new.bytes)): \(names)"
            : unwell > 0 ? "\(Quantity.count(unwell, "transfer")) without success" : "nothing new"
        return "round \(number): \(what); the next one begins at \(next)"
    }
}

extension FinishedTransfer {
    /// Whether a further round may do better without anybody's help. Files that are not there yet may come.
    fileprivate var mayComeAgain: Bool {
        switch outcome {
        case .jobEnds, .interrupted, .stopped: return false
        default: break
        }
        switch status.again {
        case .needless, .later, .laterResumes, .resumes: return true
        case .no, .act, .actThenResumes: return [.sourceMissing, .nothing].contains(status)
        }
    }
}

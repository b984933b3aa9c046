import ArgumentParser
import Globus
import PPTransfer
import PositionedYAML

/// Whether the same is done again and again.
struct RepeatOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Repeat this often (15m), and send each time what is new, until Ctrl-C or --until. Only for transfers without a cycle.",
            valueName: "time"))
    var every: WrittenDuration?

    @Option(
        help: ArgumentHelp(
            "With --every: begin no round after this time (24h from now, 2026-12-01, or 2026-12-01T18:00Z; UTC).", valueName: "time"))
    var until: WrittenEnd?

    func validate() throws {
        if until != nil, every == nil { throw ValidationError("--until ends what --every repeats: give both") }
        if let every, every.duration < Rounds.shortest {
            throw ValidationError("--every: \(every.duration.written) is shorter than \(Rounds.shortest.written)")
        }
    }

    /// - Throws: `ExitCode`, after a message, if one of the transfers has a cycle.
    func rounds(of plans: [TransferPlan], _ console: Console) throws -> Rounds? {
        guard let every else { return nil }
        if let cycle = plans.lazy.compactMap(\.cycle).first {
            console.error("--every is for transfers without a cycle, and this one has the cycle \(cycle), which a workflow runs once")
            throw ExitCode(.usage)
        }
        return Rounds(every: every.duration, until: until?.moment(after: SystemTimekeeper().now))
    }
}

/// A time to come: `24h`, `2026-12-01`, `2026-12-01T18:00Z`.
struct WrittenEnd: ExpressibleByArgument, Sendable {
    private enum Form { case span(Duration), moment(Timestamp) }

    private let form: Form

    init?(argument: String) {
        if let span = try? Duration(writtenAs: argument) {
            form = .span(span)
        } else if let match = argument.wholeMatch(of: /(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?Z?)?/),
            let moment = Timestamp(wire: "\(match.1) \(match.2 ?? "00:00")\(match.3 ?? ":00")+00:00")
        {
            form = .moment(moment)
        } else {
            return nil
        }
    }

    func moment(after now: Timestamp) -> Timestamp {
        switch form {
        case .span(let span): now + span
        case .moment(let moment): moment
        }
    }
}

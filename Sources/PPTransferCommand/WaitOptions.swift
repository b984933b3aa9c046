import ArgumentParser
import Globus
import PPTransfer

/// How long to stay.
struct WaitOptions: ParsableArguments {
    @Flag(name: .customLong("no-wait"), help: "Submit and leave (status 31); a later run takes up the wait.")
    var noWait = false

    @Option(help: ArgumentHelp("Wait at most this long (30m, 12h), instead of the description's wait.limit.", valueName: "time"))
    var limit: WrittenDuration?

    /// `nil`: as the descriptions say.
    var longest: Duration? { noWait ? .zero : limit?.duration }
}

/// `30m`, `12h`, `PT12H`
struct WrittenDuration: ExpressibleByArgument, Sendable {
    let duration: Duration

    init?(argument: String) {
        guard let duration = try? Duration(writtenAs: argument) else { return nil }
        self.duration = duration
    }
}

/// The batch job that we run in, if any.
enum BatchJob {
    /// When Slurm ends it: seconds since 1970, set by Slurm 21.08 and later.
    static func end(_ environment: [String: String]) -> Timestamp? {
        environment["SLURM_JOB_END_TIME"].flatMap { Int64($0) }.flatMap { $0 > 0 ? Timestamp(secondsSince1970: $0) : nil }
    }
}

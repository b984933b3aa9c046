import ArgumentParser
import PositionedYAML

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

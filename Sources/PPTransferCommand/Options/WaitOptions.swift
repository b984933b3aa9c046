import ArgumentParser
import PositionedYAML

/// How long to stay.
struct WaitOptions: ParsableArguments {
    @Flag(name: .customLong("no-wait"), help: "Submit and exit with status 31; a later run resumes the wait.")
    var noWait = false

    @Option(help: ArgumentHelp("Wait at most this long (30m, 12h), in place of wait.limit in the description.", valueName: "time"))
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

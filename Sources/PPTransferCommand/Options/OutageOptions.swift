import ArgumentParser

/// How long a command that somebody waits for puts up with a network, or a Globus, that is away.
struct OutageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Exit with status 30 if Globus cannot be reached for this long. Default: 1m.", valueName: "time"))
    var outage: WrittenDuration?
}

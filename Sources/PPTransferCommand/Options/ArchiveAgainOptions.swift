import ArgumentParser

/// Whether a cycle that is archived may be archived from or at another place.
struct ArchiveAgainOptions: ParsableArguments {
    @Flag(
        name: .customLong("archive-again"),
        help: "Send a cycle that is archived, from or to the other place that the description names now. Its receipt is then of that place."
    )
    var archivesAgain = false
}

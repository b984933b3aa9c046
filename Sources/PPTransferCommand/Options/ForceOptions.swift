import ArgumentParser

/// Whether a mirror may delete most of its destination.
struct ForceOptions: ParsableArguments {
    @Flag(
        name: .customLong("force"),
        help: ArgumentHelp(
            "Where files are deleted that the source does not have (transfer.delete_extra), allow more than half of the destination's."))
    var deletesMost = false
}

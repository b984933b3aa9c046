import ArgumentParser
import Globus
import PPTransfer
import PositionedYAML

/// What a copy says beside its two ends, each as the description's key of that meaning.
struct CopyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The name of the copy, by which 'status' and 'verify' find it. Default: made of both ends.", valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "When a file counts as there already: exists, size, mtime (size and modification time), or checksum.", valueName: "level"))
    var sync = WrittenSyncLevel(.mtime)

    @Option(help: ArgumentHelp("Copy only files that match this pattern ('*.h5'). May be repeated.", valueName: "pattern"))
    var include: [String] = []

    @Option(help: ArgumentHelp("Leave out files that match this pattern. May be repeated.", valueName: "pattern"))
    var exclude: [String] = []

    @Option(
        help: ArgumentHelp("Leave files for a later run that were modified more recently than this (10m).", valueName: "time"))
    var settled: WrittenDuration?

    @Option(
        help: ArgumentHelp(
            "The day until which the source keeps the files (2026-12-20), for 'status', 'report' and a warning.", valueName: "day"))
    var expires: String?

    @Option(help: ArgumentHelp("How files are verified at the destination: none, size, or digest.", valueName: "level"))
    var verify: TaskDescription.VerifyOptions.Level = .size

    @Flag(
        name: .customLong("delete-extra"),
        help: "Delete files at DESTINATION that SOURCE does not have. Of more than half of them only with --force; see --dry-run first.")
    var deleteExtra = false

    /// - Parameter isRepeated: what is not there yet may come.
    func apply(to copy: inout TaskDescription, isRepeated: Bool) {
        func positioned(_ texts: [String]) -> [Positioned<String>] { texts.map { Positioned($0, at: copy.position) } }

        (copy.select.include, copy.select.exclude) = (positioned(include), positioned(exclude))
        copy.select.settled = settled?.duration
        copy.expires = expires.map { Positioned($0, at: copy.position) }
        (copy.transfer.sync, copy.verify.level) = (sync.level, verify)
        copy.transfer.deleteExtra = deleteExtra
        if isRepeated { copy.empty = .succeed }
    }

    /// Problems name the parts of the command line.
    static let origin = Preparation.Origin(
        name: "command line",
        keys: [
            "from": "SOURCE", "from.collection": "SOURCE", "from.path": "SOURCE", "to": "DESTINATION", "to.collection": "DESTINATION",
            "to.path": "DESTINATION", "workflow": "--name", "name": "--name", "transfer.sync": "--sync", "select.include": "--include",
            "select.exclude": "--exclude", "select.settled": "--settled", "from.expires": "--expires",
            "transfer.delete_extra": "--delete-extra", "verify.level": "--verify",
        ])
}

/// When a file counts as there already, by its name.
struct WrittenSyncLevel: ExpressibleByArgument, Sendable {
    var level: SyncLevel

    init(_ level: SyncLevel) { self.level = level }

    init?(argument: String) {
        guard let level = SyncLevel(name: argument) else { return nil }
        self.level = level
    }

    var defaultValueDescription: String { level.name }
    static var allValueStrings: [String] { SyncLevel.allCases.map(\.name) }
}

extension TaskDescription.VerifyOptions.Level: ExpressibleByArgument {}

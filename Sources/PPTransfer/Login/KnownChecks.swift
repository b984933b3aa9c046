package import Globus
import PositionedYAML
import SystemFiles

/// What earlier checks have found in order, so that the next one need not ask for it again: kept beside the journal. Holds no token.
package enum KnownChecks {
    /// A destination directory that could be written, with the collections of the transfer.
    package struct Place: Hashable, Sendable {
        package var source: CollectionID
        package var destination: CollectionID
        package var directory: CollectionPath

        package init(source: CollectionID, destination: CollectionID, directory: CollectionPath) {
            (self.source, self.destination, self.directory) = (source, destination, directory)
        }

        /// Whether what was found says something of `plan`.
        package func isOf(_ plan: TransferPlan) -> Bool {
            let path = plan.destination.path
            return source == plan.source.collection && destination == plan.destination.collection
                && (path == directory || path.isInside(directory))
        }
    }

    /// For so long a check counts.
    package static let lifetime = Duration.seconds(7 * 86_400)

    /// - Returns: each place with the time of the check; none that is too long ago. Empty if nothing is known.
    package static func read(_ journal: Journal, now: Timestamp) -> [Place: Timestamp] {
        guard let bytes = try? FileBytes.read(path(journal), limit: 1 << 20) else { return [:] }
        var known: [Place: Timestamp] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 3).map { String(decoding: $0, as: UTF8.self) }
            guard parts.count == 4, let time = Timestamp(wire: parts[0]), now >= time, now - time < lifetime,
                let source = CollectionID(parts[1]), let destination = CollectionID(parts[2]), let path = try? CollectionPath(parts[3])
            else { continue }
            known[Place(source: source, destination: destination, directory: path)] = time
        }
        return known
    }

    /// Adds to what is known. That it cannot be written is no reason for a check to fail.
    package static func keep(_ places: [Place], in journal: Journal, now: Timestamp) {
        guard !places.isEmpty, journal.hasPlace else { return }
        var known = read(journal, now: now)
        // A name with a line end would be read as something else.
        for place in places where !place.directory.description.utf8.contains(UInt8(ascii: "\n")) { known[place] = now }
        let lines = known.map { place, time in "\(time)\t\(place.source)\t\(place.destination)\t\(place.directory)\n" }.sorted()
        try? JournalFile.makeDirectory(journal.directory)
        try? DurableFile.write(Array(lines.joined().utf8), to: path(journal))
    }

    private static func path(_ journal: Journal) -> String { journal.directory + "/checks.txt" }
}

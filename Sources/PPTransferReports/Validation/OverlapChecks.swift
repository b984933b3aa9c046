import Globus
import PPTransfer
import PositionedYAML

/// What is wrong between transfers: cycles that write into one another's directories, transfers that share one record.
struct OverlapChecks {
    private let transfers: [PlacedTransfer]
    private var byDestination: [Place: [Int]] = [:]
    private var bySource: [Place: [Int]] = [:]

    private struct Place: Hashable {
        var collection: CollectionID
        var path: CollectionPath

        init(_ end: ResolvedEnd) { (collection, path) = (end.collection, end.path) }
        init(_ end: ResolvedEnd, at path: CollectionPath) { (collection, self.path) = (end.collection, path) }
    }

    /// - Returns: at most one finding of a kind for each transfer; the later one of a pair has it.
    static func problems(of transfers: [PlacedTransfer]) -> [Problem] {
        let checks = OverlapChecks(transfers)
        return checks.sharedRecords() + transfers.indices.flatMap { checks.overlaps(of: $0) }
    }

    private init(_ transfers: [PlacedTransfer]) {
        self.transfers = transfers
        for (index, transfer) in transfers.enumerated() {
            byDestination[Place(transfer.destination), default: []].append(index)
            bySource[Place(transfer.source), default: []].append(index)
        }
    }

    // MARK: Records

    /// Files that are run by different tasks; of one file, the reader has told.
    private func sharedRecords() -> [Problem] {
        var first: [TransferLabel: Int] = [:]
        return transfers.indices.compactMap { index in
            let transfer = transfers[index]
            guard let earlier = first[transfer.label] else {
                first[transfer.label] = index
                return nil
            }
            let position = transfers[earlier].description.position
            guard position.file != transfer.description.position.file else { return nil }
            return Problem(
                .warning, at: transfer.description.name?.position ?? transfer.description.position, key: "name",
                "this transfer has the same workflow, cycle and name as the one at \(position)",
                remedy: "give each a name of its own (name: atmos)")
        }
    }

    // MARK: Directories

    private func overlaps(of index: Int) -> [Problem] {
        let transfer = transfers[index]
        if let problem = meeting(transfer, index) { return [problem] }
        return [swallowing(transfer), sameSource(transfer, index)].compactMap { $0 }
    }

    /// That another transfer writes to the same directory, or to one above or below it.
    private func meeting(_ transfer: PlacedTransfer, _ index: Int) -> Problem? {
        let place = Place(transfer.destination)
        for other in byDestination[place] ?? [] where other < index {
            let other = transfers[other]
            guard !other.isSame(as: transfer) else { continue }
            if !other.isOfSameCycle(as: transfer) { return sharedByCycles(transfer, other) }
            if let problem = sharedWithinCycle(transfer, other) { return problem }
        }
        for above in Self.ancestors(of: transfer.destination.path) {
            for other in byDestination[Place(transfer.destination, at: above)] ?? [] where !transfers[other].isSame(as: transfer) {
                let other = transfers[other]
                if !other.isOfSameCycle(as: transfer) {
                    return problem(
                        transfer, .error, "'\(transfer.destination.path)' is inside '\(above)', where \(named(other)) goes",
                        "give each cycle a directory of its own, as with {cycle}")
                }
                if other.description.verify.extra == .fail {
                    return problem(
                        transfer, .error,
                        "'\(transfer.destination.path)' is inside '\(above)', where \(named(other)) treats extra files as a failure",
                        "leave out its 'verify: {extra: fail}', or name another directory")
                }
            }
        }
        return nil
    }

    private func sharedByCycles(_ transfer: PlacedTransfer, _ other: PlacedTransfer) -> Problem {
        let isSameText = transfer.description.position == other.description.position
        let who =
            isSameText
            ? transfer.isOfAnyCycle ? "every cycle goes" : "the cycles \(other.cycle ?? "-") and \(transfer.cycle ?? "-") go"
            : "\(named(other)) goes"
        return problem(
            transfer, .error, "\(who) to the same directory '\(transfer.destination.path)'",
            "give each cycle a directory of its own, as with {cycle}")
    }

    private func sharedWithinCycle(_ transfer: PlacedTransfer, _ other: PlacedTransfer) -> Problem? {
        let (one, two) = (other.description, transfer.description)
        if one.verify.extra == .fail || two.verify.extra == .fail {
            return problem(
                transfer, .error, "\(named(other)) goes to the same directory, and 'verify.extra: fail' treats its files as a failure",
                "leave out 'extra: fail', or name another directory")
        }
        if let shared = sharedFiles(other, transfer) {
            guard let first = shared.first else { return nil }
            return problem(
                transfer, .error,
                "\(named(other)) goes to the same directory, and both send \(Quantity.count(shared.count, "file")), such as \(shown(first))",
                "choose different files with 'select: {include: […]}', or name another directory")
        }
        let (first, second) = (Set(one.select.include.map(\.value)), Set(two.select.include.map(\.value)))
        guard first.isEmpty || second.isEmpty || !first.isDisjoint(with: second) else { return nil }
        return problem(
            transfer, .warning, "\(named(other)) goes to the same directory, and may send files of the same names",
            "choose different files with 'select: {include: […]}', or name another directory")
    }

    /// What both send now; `nil` where either source is not on this machine.
    private func sharedFiles(_ one: PlacedTransfer, _ other: PlacedTransfer) -> [String]? {
        func entries(_ transfer: PlacedTransfer) -> Manifest.Entries? {
            let description = transfer.description
            guard !description.from.isPlaceholder,
                let local = Mounts(home: nil, isRehearsal: false).source(description.from, transfer.source.site)
            else { return nil }
            guard let select = description.select.withList() else { return nil }
            return SourceScanner(select, links: description.links(isLocal: true)).scan(local.path).manifest.entries
        }
        guard let first = entries(one), let second = entries(other) else { return nil }
        var shared: [String] = []
        first.forEachShared(with: second) { index, _ in shared.append(first[index].path) }
        return shared
    }

    /// That a cycle's source holds what another cycle delivers.
    private func swallowing(_ transfer: PlacedTransfer) -> Problem? {
        for above in [transfer.destination.path] + Self.ancestors(of: transfer.destination.path) {
            for other in bySource[Place(transfer.destination, at: above)] ?? [] {
                let other = transfers[other]
                guard !other.isOfSameCycle(as: transfer) else { continue }
                return problem(
                    transfer, .error,
                    "what arrives in '\(transfer.destination.path)' is in the source of \(named(other)), which would send it",
                    "name a directory outside '\(above)'")
            }
        }
        return nil
    }

    /// That every cycle sends the same directory.
    private func sameSource(_ transfer: PlacedTransfer, _ index: Int) -> Problem? {
        guard
            let other = bySource[Place(transfer.source)]?.first(where: {
                $0 < index && transfers[$0].description.position == transfer.description.position && !transfers[$0].isSame(as: transfer)
            })
        else { return nil }
        let who = transfer.isOfAnyCycle ? "every cycle" : "the cycle \(transfers[other].cycle ?? "-"), too,"
        return Problem(
            .warning, at: transfer.description.from.path.position, key: "from.path", "\(who) sends all of '\(transfer.source.path)'",
            remedy: "name the cycle's own directory, as with {cycle}")
    }

    private func problem(_ transfer: PlacedTransfer, _ severity: Problem.Severity, _ what: String, _ remedy: String) -> Problem {
        Problem(severity, at: transfer.description.to.path.position, key: "to.path", what, remedy: remedy)
    }

    /// `the transfer at task.yaml:1:1`, with its cycle where there is one.
    private func named(_ transfer: PlacedTransfer) -> String {
        let cycle = transfer.isOfAnyCycle ? nil : transfer.cycle
        return (cycle.map { "cycle \($0) of " } ?? "") + "the transfer at \(transfer.description.position)"
    }

    /// Above a path, the nearest first.
    private static func ancestors(of path: CollectionPath) -> [CollectionPath] {
        var (found, next) = ([CollectionPath](), path)
        while next.parent != next {
            next = next.parent
            found.append(next)
        }
        return found
    }
}

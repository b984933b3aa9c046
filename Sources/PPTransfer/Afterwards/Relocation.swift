package import Globus
package import Logging
import PositionedYAML
import SystemFiles

/// Looks for archived files at the place to which somebody has moved them, and makes that the place of their record.
package struct Relocation: Sendable {
    private let service: (any TransferService)?
    private let journal: Journal
    private let time: any Timekeeper
    private let log: Logger

    /// - Parameter service: `nil` for files that are on this machine now, which are read without a network.
    package init(service: (any TransferService)?, journal: Journal, time: any Timekeeper = SystemTimekeeper(), log: Logger) {
        (self.service, self.journal, self.time, self.log) = (service, journal, time, log)
    }

    /// Nothing is changed unless every verified file is found.
    ///
    /// - Parameters:
    ///   - recorded: the record's plan, as it was made.
    ///   - plan: with the place where the files are now.
    package func move(_ record: JournalRecord, _ recorded: TransferPlan, to plan: TransferPlan) async -> RecordUpkeep.Result {
        typealias Result = RecordUpkeep.Result
        do throws(JournalProblem) {
            let cycle = try await CycleJournal(journal, recorded, time: time)
            defer { cycle.release() }
            guard cycle.record.isArchived, cycle.provesPlan, let manifest = try cycle.proof() else {
                return Result(record, "is not archived; the record is unchanged", .unverified)
            }
            guard recorded.destination.collection != plan.destination.collection || recorded.destination.path != plan.destination.path
            else { return Result(record, "is at \(plan.destination.text) already") }
            let found: Found
            do throws(GlobusError) {
                found = try await find(manifest, at: plan)
            } catch {
                return Result(record, "\(plan.destination.text): \(error); the record is unchanged", ExitStatus(error, during: .waiting))
            }
            let sighting: CycleJournal.Sighting
            switch found {
            case .all(let seen): sighting = seen
            case .interrupted: return Result(record, "interrupted; the record is unchanged", .signal(SIGINT))
            case .unread(let reason):
                return Result(record, "\(plan.destination.text) cannot be read: \(reason); the record is unchanged", .unverified)
            case .differing(let differences):
                let names = Quantity.list(differences.map { "\($0)" }, most: 5).joined(separator: "; ")
                let count = "\(differences.count) of \(manifest.entries.count) files are not as verified"
                return Result(record, "\(count) at \(plan.destination.text): \(names); the record is unchanged", .mismatch)
            }
            let before = cycle.record
            try cycle.moved(to: plan, sighting)
            journal.receipts?.remove(before)
            if let problem = cycle.copyReceipt() { log.about(plan).warning("the second copy of the receipt is missing: \(problem)") }
            let way = sighting.byDigest == manifest.entries.count ? "digest" : "size"
            return Result(
                record,
                "\(Quantity.count(manifest.entries.count, "file")) found by \(way) at \(plan.destination.text), which is their place now")
        } catch {
            return Result(record, "\(error)", error.status)
        }
    }

    private enum Found {
        case all(CycleJournal.Sighting)
        case differing([FileDifference])
        case unread(reason: String)
        case interrupted
    }

    private func find(_ manifest: Manifest, at plan: TransferPlan) async throws(GlobusError) -> Found {
        if let here = plan.localDestination {
            let begin = time.now.description
            let proof = ArrivalProof(manifest, recording: plan.description.verify.digest.algorithm ?? .sha256)
            let reader = ArrivalReader(destination: here, time: time, log: log.about(plan))
            guard let readings = await reader.read(manifest.entries, by: { proof.algorithms($0) }), !Task.isCancelled else {
                return .interrupted
            }
            let found = proof.finding(readings)
            if let unread = found.unread { return .unread(reason: unread.reason) }
            guard found.differences.isEmpty else { return .differing(found.differences) }
            return .all(
                CycleJournal.Sighting(
                    manifest: found.manifest, byDigest: found.count, readHere: found.sizeOnly.isEmpty ? begin : nil))
        }
        guard let service else { return .unread(reason: "a login is needed") }
        let found = try await Proof(service: service.acting(as: plan.localUsers), time: time).finding(of: manifest, at: plan.destination)
        guard found.differences.isEmpty else { return .differing(found.differences) }
        let listed = manifest.with(manifest.entries.lazy.map(\.listed))
        let links = Set(found.links.map { FileName($0) })
        return .all(CycleJournal.Sighting(manifest: listed, links: listed.filter { links.contains(FileName($0.path)) }))
    }
}

import CycleCalendar
import Globus
import Synchronization
import SystemFiles

extension Journal {
    /// The journals of the other runs of the Cylc workflow in whose share directory this one is: they send from and to the same places.
    var ofOtherRuns: [Journal] {
        let rest = directory.hasSuffix(Self.rehearsals) ? String(directory.dropLast(Self.rehearsals.count)) : directory
        let tail = String(directory.dropFirst(rest.count))
        let share = "/share/pptransfer"
        guard rest.hasSuffix(share) else { return [] }
        let run = String(rest.dropLast(share.count))
        guard let runs = run.directory else { return [] }
        let own = resolvedPath(directory)
        return DurableFile.names(in: runs).sorted().compactMap { name in
            guard name != "runN", name != run.lastName else { return nil }
            let path = runs + "/" + name + "/share/pptransfer" + tail
            guard let real = resolvedPath(path), real != own else { return nil }
            return Journal(directory: path)
        }
    }
}

extension JournalRecord {
    /// Whether it is archived, and neither a look nor the latest run found anything wrong there.
    fileprivate var isWhollyArchived: Bool { isArchived && look == nil && outcome?.exitStatus != ExitStatus.permissions.number }

    /// Where a transfer sends and how it stands: what another transfer of the journal must know of it.
    struct Places: Sendable {
        var workflow: String
        var cycle: String?
        var name: String?
        /// The description as YAML.
        var description: String
        var source: Plan.End
        var destination: Plan.End
        var localSource: String?
        /// Of a submission that is not known to have ended.
        var live: Live?
        /// Of a submission whose task has ended without success: what it sent before lies at the destination.
        var failed: Failed?
        /// Of what is verified.
        var proof: Proof?
        var isArchived: Bool
        /// The record's file without its ending; the manifests lie beside.
        var stem = ""

        struct Live: Sendable {
            var task: TaskID?
            var destination: Plan.End
        }

        struct Failed: Sendable {
            var ended: String
            var destination: Plan.End
        }

        struct Proof: Sendable {
            var destination: Plan.End
            var proven: String
        }

        init(_ record: JournalRecord) {
            (workflow, cycle, name) = (record.workflow, record.cycle, record.name)
            (description, localSource) = (record.plan.description, record.plan.localSource)
            (source, destination) = (record.plan.source, record.plan.destination)
            // What is to be sent again is still needed at the source.
            isArchived = record.isWhollyArchived
            if let submission = record.submission, submission.state == .intended || submission.state == .accepted {
                live = Live(task: submission.task, destination: submission.destination ?? record.plan.destination)
            }
            if let submission = record.submission, submission.state == .failed, submission.task != nil {
                failed = Failed(ended: submission.ended ?? record.updated, destination: submission.destination ?? record.plan.destination)
            }
            proof = record.receipt.map { Proof(destination: $0.destination, proven: $0.proven) }
        }

        /// As messages call it.
        var title: String { [workflow, cycle, name].compactMap { $0 }.joined(separator: " ") }
    }
}

// Read from an outline, which is many times faster than decoding.
extension JournalRecord.Places {
    private typealias EndKey = JournalRecord.Plan.End.CodingKeys

    fileprivate init(_ json: JSONOutline) throws(JSONOutline.Irregular) {
        typealias Record = JournalRecord.CodingKeys
        typealias Submission = JournalRecord.Submission.CodingKeys
        let record = json.root
        guard try json.integer(json.value(Record.format, of: record)) == JournalRecord.version else { throw JSONOutline.Irregular() }
        workflow = try json.text(json.value(Record.workflow, of: record))
        cycle = try json.optionalText(Record.cycle, of: record)
        name = try json.optionalText(Record.name, of: record)
        let plan = try json.value(Record.plan, of: record)
        description = try json.text(json.value(JournalRecord.Plan.CodingKeys.description, of: plan))
        localSource = try json.optionalText(JournalRecord.Plan.CodingKeys.localSource, of: plan)
        source = try Self.end(json, json.value(JournalRecord.Plan.CodingKeys.source, of: plan))
        destination = try Self.end(json, json.value(JournalRecord.Plan.CodingKeys.destination, of: plan))
        isArchived = false
        if let index = try json.member(Record.receipt, of: record) {
            typealias Receipt = JournalRecord.Receipt.CodingKeys
            proof = Proof(
                destination: try Self.end(json, json.value(Receipt.destination, of: index)),
                proven: try json.text(json.value(Receipt.proven, of: index)))
        }
        guard let index = try json.member(Record.submission, of: record) else { return }
        var end = destination
        if let place = try json.member(Submission.destination, of: index) { end = try Self.end(json, place) }
        let task = try json.identifier(Submission.task, of: index) { TaskID($0) }
        switch try json.text(json.value(Submission.state, of: index)) {
        case "succeeded":
            let remaining = try json.member(Submission.remaining, of: index)
            let look = try json.member(Record.look, of: record)
            isArchived = proof != nil && remaining == nil && look == nil
        case "failed":
            guard task != nil else { break }
            let updated = try json.text(json.value(Record.updated, of: record))
            failed = Failed(ended: try json.optionalText(Submission.ended, of: index) ?? updated, destination: end)
        default: live = Live(task: task, destination: end)
        }
    }

    private static func end(_ json: JSONOutline, _ index: Int) throws(JSONOutline.Irregular) -> JournalRecord.Plan.End {
        guard let collection = CollectionID(try json.text(json.value(EndKey.collection, of: index))) else { throw JSONOutline.Irregular() }
        return JournalRecord.Plan.End(
            name: try json.text(json.value(EndKey.name, of: index)), collection: collection,
            path: try json.text(json.value(EndKey.path, of: index)), localUser: try json.optionalText(EndKey.localUser, of: index))
    }
}

extension Journal {
    /// Every transfer of this journal, of all workflows, but for those of `plans`. A record that cannot be read is passed over; `status`
    /// reports it.
    ///
    /// - Parameter ending: only those that have such a file beside their record.
    func otherTransfers(besides plans: [TransferPlan], withFiles ending: String = ".json") -> [JournalRecord.Places] {
        let own = Set(plans.map { stem($0.workflow, cycle: $0.cycle?.description, name: $0.name) })
        let stems = DurableFile.names(in: directory).map { directory + "/" + $0 }.flatMap { folder in
            DurableFile.names(in: folder, ending: ending).map { folder + "/" + $0.dropLast(ending.utf8.count) }
        }
        return stems.filter { !own.contains($0) }.sorted().compactMap { stem in
            var places = try? Self.places(stem + ".json")
            places?.stem = stem
            return places
        }
    }

    private static func places(_ path: String) throws(JournalProblem) -> JournalRecord.Places? {
        if let bytes = try JournalFile.bytes(path), let places = bytes.withUnsafeBytes({ try? JournalRecord.Places(JSONOutline($0)) }) {
            return places
        }
        return try read(path).map { JournalRecord.Places($0.record) }
    }
}

/// The other transfers of a journal that have a submission which is not known to have ended, as a run's transfers ask for them.
///
/// Costs a look at the names, and a record for each transfer that is live or has failed: only these have a list of what they send. A run
/// of thousands of transfers looks once every few seconds.
final class LiveTransfers: Sendable {
    let journal: Journal
    private let plans: [TransferPlan]
    private let time: any Timekeeper
    private let found = Mutex<(time: Duration, transfers: [JournalRecord.Places])?>(nil)

    private static let lifetime = Duration.seconds(5)

    /// - Parameter plans: those of the run itself, which are compared with one another before.
    init(of journal: Journal, besides plans: [TransferPlan], time: any Timekeeper) {
        (self.journal, self.plans, self.time) = (journal, plans, time)
    }

    /// - Parameter isAnew: whether what was found a moment ago will not do.
    func current(isAnew: Bool = false) -> [JournalRecord.Places] {
        found.withLock { found in
            if !isAnew, let found, time.elapsed - found.time < Self.lifetime { return found.transfers }
            let transfers = journal.otherTransfers(besides: plans, withFiles: ".sent").filter { $0.live != nil }
            found = (time.elapsed, transfers)
            return transfers
        }
    }
}

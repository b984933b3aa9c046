import Globus

extension JournalRecord {
    /// What a look at many records shows: how it stands with a transfer, without its plan and its history.
    package struct Summary: Hashable, Sendable {
        package struct Proof: Hashable, Sendable {
            package var files: Int
            package var bytes: Int64
            package var rate: Int64
            package var level: String
            package var proven: String
            package var cleaned: String?
            /// Whether there must be a list of files beside the record.
            var hasList: Bool

            init(_ receipt: Receipt) {
                (files, bytes, rate, level) = (receipt.files, receipt.bytes, receipt.rate, receipt.level)
                (proven, cleaned, hasList) = (receipt.proven, receipt.cleaned, receipt.manifest != nil)
            }
        }

        package var workflow: String
        package var cycle: String?
        package var name: String?
        /// From where to where the latest run sends.
        package var source: Plan.End
        package var destination: Plan.End
        /// The latest runs of a transfer without a cycle, the newest last.
        package var history: [PastRun]
        /// The day until which the source keeps the files, if it is known.
        package var expires: String?
        /// Without its places and faults.
        package var submission: Submission?
        package var outcome: Ending?
        /// When the run began that has not ended.
        package var begun: String?
        /// Of the receipt, if there is one.
        package var proof: Proof?
        /// What looks at the destination did not find as it was proven.
        package var look: Look?
        /// Where the archived files are now, as somebody has noted it.
        package var elsewhere: String?
        package var updated: String

        package init(_ record: JournalRecord) {
            (workflow, cycle, name, updated) = (record.workflow, record.cycle, record.name, record.updated)
            (submission, outcome, begun) = (record.submission, record.outcome, record.begun)
            (source, destination, history) = (record.plan.source, record.plan.destination, record.history)
            (expires, look) = (record.plan.expires, record.look)
            submission?.source = nil
            submission?.destination = nil
            submission?.fault = nil
            proof = record.receipt.map { Proof($0) }
            elsewhere = record.elsewhere
        }
    }
}

// Read from an outline, which is many times faster than decoding. What is not as this version writes it is refused.
extension JournalRecord.Summary {
    init(_ json: JSONOutline) throws(JSONOutline.Irregular) {
        let record = json.root
        let version: Int = try json.integer(json.value(JournalRecord.CodingKeys.format, of: record))
        guard version == JournalRecord.version else { throw JSONOutline.Irregular() }
        // A run needs them.
        _ = try json.value(JournalRecord.CodingKeys.earlier, of: record)
        let plan = try json.value(JournalRecord.CodingKeys.plan, of: record)
        source = try JournalRecord.Plan.End(json, json.value(JournalRecord.Plan.CodingKeys.source, of: plan))
        destination = try JournalRecord.Plan.End(json, json.value(JournalRecord.Plan.CodingKeys.destination, of: plan))
        expires = try json.optionalText(JournalRecord.Plan.CodingKeys.expires, of: plan)
        history = []
        if let index = try json.member(JournalRecord.CodingKeys.rounds, of: record) {
            for index in try json.elements(of: index) {
                if let round = PastRun(try json.text(index)) { history.append(round) }
            }
        }
        workflow = try json.text(json.value(JournalRecord.CodingKeys.workflow, of: record))
        updated = try json.text(json.value(JournalRecord.CodingKeys.updated, of: record))
        cycle = try json.optionalText(JournalRecord.CodingKeys.cycle, of: record)
        name = try json.optionalText(JournalRecord.CodingKeys.name, of: record)
        begun = try json.optionalText(JournalRecord.CodingKeys.begun, of: record)
        elsewhere = try json.optionalText(JournalRecord.CodingKeys.elsewhere, of: record)
        if let index = try json.member(JournalRecord.CodingKeys.submission, of: record) {
            submission = try JournalRecord.Submission(json, index)
        }
        if let index = try json.member(JournalRecord.CodingKeys.outcome, of: record) { outcome = try JournalRecord.Ending(json, index) }
        if let index = try json.member(JournalRecord.CodingKeys.receipt, of: record) { proof = try Proof(json, index) }
        if let index = try json.member(JournalRecord.CodingKeys.look, of: record) { look = try JournalRecord.Look(json, index) }
    }
}

extension JournalRecord.Plan.End {
    fileprivate init(_ json: JSONOutline, _ index: Int) throws(JSONOutline.Irregular) {
        guard let id = try json.identifier(CodingKeys.collection, of: index, { CollectionID($0) }) else { throw JSONOutline.Irregular() }
        self.init(
            name: try json.text(json.value(CodingKeys.name, of: index)), collection: id,
            path: try json.text(json.value(CodingKeys.path, of: index)), localUser: try json.optionalText(CodingKeys.localUser, of: index))
    }
}

extension JournalRecord.Summary.Proof {
    fileprivate init(_ json: JSONOutline, _ index: Int) throws(JSONOutline.Irregular) {
        typealias Key = JournalRecord.Receipt.CodingKeys
        files = try json.integer(json.value(Key.files, of: index))
        bytes = try json.integer(json.value(Key.bytes, of: index))
        rate = try json.integer(json.value(Key.rate, of: index))
        level = try json.text(json.value(Key.level, of: index))
        proven = try json.text(json.value(Key.proven, of: index))
        cleaned = try json.optionalText(Key.cleaned, of: index)
        hasList = try json.member(Key.manifest, of: index) != nil
    }
}

extension JournalRecord.Submission {
    fileprivate init(_ json: JSONOutline, _ index: Int) throws(JSONOutline.Irregular) {
        guard let state = State(rawValue: try json.text(json.value(CodingKeys.state, of: index))) else { throw JSONOutline.Irregular() }
        self.state = state
        id = try json.identifier(CodingKeys.id, of: index) { SubmissionID($0) }
        task = try json.identifier(CodingKeys.task, of: index) { TaskID($0) }
        requestID = try json.optionalText(CodingKeys.requestID, of: index)
        begun = try json.text(json.value(CodingKeys.begun, of: index))
        ended = try json.optionalText(CodingKeys.ended, of: index)
        files = try json.integer(json.value(CodingKeys.files, of: index))
        bytes = try json.integer(json.value(CodingKeys.bytes, of: index))
        if let index = try json.member(CodingKeys.remaining, of: index) { remaining = try json.integer(index) }
    }
}

extension JournalRecord.Ending {
    fileprivate init(_ json: JSONOutline, _ index: Int) throws(JSONOutline.Irregular) {
        status = try json.text(json.value(CodingKeys.status, of: index))
        exitStatus = try json.integer(json.value(CodingKeys.exitStatus, of: index))
        message = try json.text(json.value(CodingKeys.message, of: index))
        time = try json.text(json.value(CodingKeys.time, of: index))
    }
}

extension JournalRecord.Look {
    fileprivate init(_ json: JSONOutline, _ index: Int) throws(JSONOutline.Irregular) {
        since = try json.text(json.value(CodingKeys.since, of: index))
        time = try json.text(json.value(CodingKeys.time, of: index))
        missing = try json.integer(json.value(CodingKeys.missing, of: index))
        differing = try json.integer(json.value(CodingKeys.differing, of: index))
        // Written only where it is so.
        isOfArchive = try json.member(CodingKeys.isOfArchive, of: index) == nil ? nil : true
    }
}

extension JSONOutline {
    func optionalText(_ key: some CodingKey, of index: Int) throws(Irregular) -> String? {
        guard let value = try member(key, of: index) else { return nil }
        return try text(value)
    }

    /// An id of the service. A record with one that cannot be an id is damaged.
    func identifier<ID>(_ key: some CodingKey, of index: Int, _ make: (String) -> ID?) throws(Irregular) -> ID? {
        guard let text = try optionalText(key, of: index) else { return nil }
        guard let id = make(text) else { throw Irregular() }
        return id
    }
}

import FoundationEssentials
import Globus

/// `submission_id`, `transfer` and `delete`.
struct SubmissionRoutes: Sendable {
    let service: Service

    var routes: [Route] {
        [
            Route("GET", "/v0.10/submission_id", submissionID),
            Route("POST", "/v0.10/transfer", transfer),
            Route("POST", "/v0.10/delete", delete),
        ]
    }

    /// A document together with the fields that its type leaves out.
    private struct Submitted<Document: Decodable & Sendable>: Decodable, Sendable {
        let document: Document
        let sourceUser: String?
        let destinationUser: String?
        let localUser: String?
        let showsBasePaths: Bool?

        enum CodingKeys: String, CodingKey {
            case sourceUser = "source_local_user"
            case destinationUser = "destination_local_user"
            case localUser = "local_user"
            case showsBasePaths = "store_base_path_info"
        }

        init(from decoder: any Decoder) throws {
            document = try Document(from: decoder)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            sourceUser = try container.decodeIfPresent(String.self, forKey: .sourceUser)
            destinationUser = try container.decodeIfPresent(String.self, forKey: .destinationUser)
            localUser = try container.decodeIfPresent(String.self, forKey: .localUser)
            showsBasePaths = try container.decodeIfPresent(Bool.self, forKey: .showsBasePaths)
        }
    }

    @Sendable private func submissionID(_ request: Request, _: [String]) async throws -> Reply {
        _ = try await service.caller(request)
        return try Reply(SubmissionIDDocument(value: service.ledger.issue()))
    }

    @Sendable private func transfer(_ request: Request, _: [String]) async throws -> Reply {
        let grant = try await service.transferGrant(request)
        let owner = grant.identity
        let submitted = try await Blocking.run { () throws(Refusal) in try request.decoded(as: Submitted<TransferDocument>.self) }
        let document = submitted.document
        return try await submit(document.submissionID, dataType: document.dataType, expected: "transfer", for: request) {
            let source = try service.collection(document.sourceEndpoint.description)
            let destination = try service.collection(document.destinationEndpoint.description)
            try await Blocking.run { () throws(Refusal) in try SubmissionRules.check(document, source: source, destination: destination) }
            try service.requireAccess(grant, source, for: .submission)
            try service.requireAccess(grant, destination, for: .submission)
            try service.requireAccount(submitted.sourceUser, source, for: .submission)
            try service.requireAccount(submitted.destinationUser, destination, for: .submission)
            let users = TaskSpec.LocalUsers(
                source: submitted.sourceUser, destination: submitted.destinationUser,
                basePaths: submitted.showsBasePaths == true ? TaskSpec.basePaths(of: document.items) : nil)
            let filter = FilterRules(document.filterRules)
            let spec = TaskSpec(
                id: TaskID(UUID()), owner: owner, requested: service.clock.now,
                kind: .transfer(document, source: source, destination: destination),
                filter: filter, localUsers: users)
            let work = TransferWork(
                document, from: source, to: destination, filter: filter, storage: service.storage, rate: service.configuration.rate)
            return (
                TaskRecord(spec, label: document.label, deadline: document.deadline.flatMap(WireTime.parse), clock: service.clock), work
            )
        }
    }

    @Sendable private func delete(_ request: Request, _: [String]) async throws -> Reply {
        let grant = try await service.transferGrant(request)
        let owner = grant.identity
        let submitted = try await Blocking.run { () throws(Refusal) in try request.decoded(as: Submitted<DeleteDocument>.self) }
        let document = submitted.document
        return try await submit(document.submissionID, dataType: document.dataType, expected: "delete", for: request) {
            let collection = try service.collection(document.endpoint.description)
            try SubmissionRules.check(document, collection)
            try service.requireAccess(grant, collection, for: .submission)
            try service.requireAccount(submitted.localUser, collection, for: .submission)
            let spec = TaskSpec(
                id: TaskID(UUID()), owner: owner, requested: service.clock.now, kind: .delete(document, collection),
                filter: FilterRules(nil),
                localUsers: TaskSpec.LocalUsers(source: submitted.localUser))
            let work = DeleteWork(document, on: collection, storage: service.storage)
            return (
                TaskRecord(spec, label: document.label, deadline: document.deadline.flatMap(WireTime.parse), clock: service.clock), work
            )
        }
    }

    /// What both kinds have in common: an id runs its first document, whatever comes with it later.
    private func submit(
        _ id: SubmissionID?, dataType: String?, expected: String, for request: Request,
        _ task: () async throws -> (TaskRecord, any TaskWork)
    ) async throws -> Reply {
        guard dataType == expected else { throw Refusal.badRequest("Expected a document with DATA_TYPE '\(expected)'") }
        guard let id else { throw Refusal.badRequest("Missing required field 'submission_id'") }
        if case .used(let earlier) = service.ledger.standing(of: id) {
            return try answer(request, submission: id, kind: expected, task: earlier, isDuplicate: true)
        }
        guard service.ledger.standing(of: id) != .neverIssued else {
            throw Refusal.badRequest("Invalid submission_id '\(id)': not issued by this service")
        }
        guard service.ledger.reserve(id) else { return try await duplicateOfRunning(id, expected, for: request) }
        do {
            let (record, work) = try await task()
            try await service.board.submit(record, work: work)
            service.ledger.settle(id, as: record.id)
            return try answer(request, submission: id, kind: expected, task: record.id, isDuplicate: false)
        } catch {
            service.ledger.settle(id, as: nil)
            throw error
        }
    }

    /// Two copies of one submission at the same moment: the second waits for what the first becomes.
    private func duplicateOfRunning(_ id: SubmissionID, _ kind: String, for request: Request) async throws -> Reply {
        while true {
            switch service.ledger.standing(of: id) {
            case .used(let task): return try answer(request, submission: id, kind: kind, task: task, isDuplicate: true)
            case .neverIssued, .unused: break
            }
            guard service.ledger.isReserved(id) else {
                throw Refusal.transfer(503, "ServiceUnavailable", "The submission is being processed; try again")
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    private func answer(_ request: Request, submission id: SubmissionID, kind: String, task: TaskID, isDuplicate: Bool) throws -> Reply {
        // What the service says of a duplicate is not known; clients must go by the code.
        let message =
            isDuplicate
            ? "This submission id was used before; the task that it created is given"
            : "The \(kind) has been accepted and a task has been created and queued for execution"
        let result = TransferResult(fields: [
            "DATA_TYPE": .string("\(kind)_result"), "code": isDuplicate ? "Duplicate" : "Accepted", "message": .string(message),
            "submission_id": .string(id.description), "task_id": .string(task.description), "request_id": .string(RandomText.requestID()),
            "resource": .string(request.path),
            "task_link": [
                "DATA_TYPE": "link", "href": .string("/v0.10/task/\(task)?format=json"), "rel": "related", "resource": "task",
                "title": "related task",
            ],
        ])
        return try Reply(status: isDuplicate ? service.configuration.duplicateStatus : service.configuration.acceptedStatus, result)
    }
}

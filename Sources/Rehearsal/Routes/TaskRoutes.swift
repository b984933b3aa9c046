import FoundationEssentials
import Globus

/// Everything below `task` and `task_list`.
struct TaskRoutes: Sendable {
    let service: Service

    var routes: [Route] {
        [
            Route("GET", "/v0.10/task_list", list),
            Route("GET", "/v0.10/task/:id", show),
            Route("PUT", "/v0.10/task/:id", change),
            Route("POST", "/v0.10/task/:id/cancel", cancel),
            Route("GET", "/v0.10/task/:id/event_list", events),
            Route("GET", "/v0.10/task/:id/successful_transfers", successes),
            Route("GET", "/v0.10/task/:id/skipped_errors", skips),
            Route("GET", "/v0.10/task/:id/pause_info", pauseInfo),
        ]
    }

    /// A task of the caller's; those of others are unknown to him.
    private func record(_ request: Request, _ parameters: [String]) async throws -> TaskRecord {
        let caller = try await service.caller(request)
        guard let id = TaskID(parameters[0]), let record = await service.board.record(id, owner: caller) else {
            throw Refusal.taskNotFound(parameters[0])
        }
        return record
    }

    @Sendable private func list(_ request: Request, _: [String]) async throws -> Reply {
        let caller = try await service.caller(request)
        let limit = try request.query.number("limit", in: 0...1000, standard: 10)
        let offset = try request.query.number("offset", in: 0...1000, standard: 0)
        // The SDK gives several filters as several parameters.
        let filters = try request.query.all("filter").map { text throws(Refusal) in try TaskFilter(text) }
        let ordering = try Ordering(request.query["orderby"] ?? "request_time DESC")
        let records = await service.board.records(owner: caller)
        // The latest first where nothing else decides: times are whole seconds.
        let tasks = records.reversed().map { $0.document() }.filter { task in filters.allSatisfy { $0.matches(task) } }
        let page = ordering.sorted(tasks) { $0[$1] }.dropFirst(offset).prefix(limit)
        return try Reply(TaskList(tasks: page.map { $0.projected(request) }, limit: limit, offset: offset, total: tasks.count))
    }

    @Sendable private func show(_ request: Request, _ parameters: [String]) async throws -> Reply {
        try Reply(try await record(request, parameters).document().projected(request))
    }

    @Sendable private func change(_ request: Request, _ parameters: [String]) async throws -> Reply {
        struct Change: Decodable {
            let label: String?
            let deadline: String?
        }
        let record = try await record(request, parameters)
        let change = try request.decoded(as: Change.self)
        try SubmissionRules.check(label: change.label)
        let deadline = try change.deadline.map { text throws(Refusal) in try SubmissionRules.date(text) }
        guard await service.board.change(record.id, label: change.label, deadline: deadline) else {
            throw Refusal.conflict("The task has already completed and cannot be updated")
        }
        let what = [change.deadline.map { _ in "deadline" }, change.label.map { _ in "label" }].compactMap { $0 }.joined(separator: " and ")
        return try Reply(.result(code: "Updated", "Updated task \(what) successfully", request))
    }

    @Sendable private func cancel(_ request: Request, _ parameters: [String]) async throws -> Reply {
        let record = try await record(request, parameters)
        let code = await service.board.cancel(record.id)
        let messages = [
            "Canceled": "The task has been cancelled successfully.",
            "CancelAccepted": "The cancellation has been accepted and will take effect soon.",
        ]
        let message = messages[code] ?? "The task completed before the cancel request was processed."
        return try Reply(.result(code: code, message, request))
    }

    @Sendable private func events(_ request: Request, _ parameters: [String]) async throws -> Reply {
        let record = try await record(request, parameters)
        let limit = try request.query.number("limit", in: 0...1000, standard: 10)
        let offset = try request.query.number("offset", in: 0...1000, standard: 0)
        let filter = request.query["filter"] ?? ""
        guard ["", "is_error:1", "is_error:0"].contains(filter) else { throw Refusal.badRequest("Invalid filter '\(filter)'") }
        return try Reply(record.eventList(onlyErrors: filter == "is_error:1", limit: limit, offset: offset))
    }

    @Sendable private func successes(_ request: Request, _ parameters: [String]) async throws -> Reply {
        let record = try await record(request, parameters)
        guard case .transfer(let document, _, _) = record.spec.kind else { throw Refusal.badRequest("Not a transfer task") }
        // Only of completed tasks, as the reference says; what the service answers before the end is not known.
        let entries = record.hasEnded ? record.progress.successes : []
        return try page(of: entries, "successful_transfers", answering: request) { entry in
            let item = document.items[entry.item]
            let algorithm = item.checksumAlgorithm.flatMap { ChecksumAlgorithm(name: $0) } ?? .md5
            return [
                "DATA_TYPE": "successful_transfer", "source_path": .string(WirePath.joined(item.sourcePath, entry.relative)),
                "destination_path": .string(WirePath.joined(item.destinationPath, entry.relative)), "size": .integer(entry.size),
                "checksum": .init(entry.checksum), "checksum_algorithm": .init(entry.checksum.map { _ in algorithm.rawValue }),
                "dynamic": false,
            ]
        }
    }

    @Sendable private func skips(_ request: Request, _ parameters: [String]) async throws -> Reply {
        let record = try await record(request, parameters)
        guard case .transfer(let document, _, _) = record.spec.kind else { throw Refusal.badRequest("Not a transfer task") }
        return try page(of: record.hasEnded ? record.progress.skips : [], "skipped_errors", answering: request) { entry in
            let item = document.items[entry.item]
            return [
                "DATA_TYPE": "skipped_error", "source_path": .string(WirePath.joined(item.sourcePath, entry.relative)),
                "destination_path": .string(WirePath.joined(item.destinationPath, entry.relative)), "error_code": .string(entry.code),
                "error_details": .string(entry.details), "error_time": .string(WireTime.stamp(entry.time)),
                "is_directory": .bool(entry.isDirectory), "is_symlink": false, "is_delete_destination_extra": false,
                "external_checksum": .init(entry.relative.isEmpty ? item.externalChecksum : nil),
                "checksum_algorithm": .init(entry.relative.isEmpty ? item.checksumAlgorithm : nil),
            ]
        }
    }

    /// Markers are opaque to clients. Here: how many entries come before the page.
    private func page<Entry>(
        of entries: [Entry], _ dataType: String, answering request: Request, _ document: (Entry) -> [String: JSONValue]
    ) throws -> Reply {
        let marker = try request.query.number("marker", in: 0...Int.max, standard: 0)
        let page = entries.dropFirst(marker).prefix(service.configuration.markerPageSize)
        let next = page.endIndex < entries.endIndex ? Int64(page.endIndex) : nil
        return try Reply(MarkerPage(dataType: dataType, marker: Int64(marker), nextMarker: next, items: page.map(document)))
    }

    @Sendable private func pauseInfo(_ request: Request, _ parameters: [String]) async throws -> Reply {
        try Reply(try await record(request, parameters).pauseInfo())
    }
}

extension OpenDocument {
    /// Only the fields that `fields=a,b` asks for.
    func projected(_ request: Request) -> Self {
        guard let names = request.query["fields"], !names.isEmpty else { return self }
        let wanted = Set(names.split(separator: ",").map { $0.trimmed } + ["DATA_TYPE"])
        return Self(fields: fields.filter { wanted.contains($0.key) })
    }
}

extension Encodable where Self == ResultDocument {
    static func result(code: String, _ message: String, _ request: Request, dataType: String = "result") -> ResultDocument {
        ResultDocument(fields: [
            "DATA_TYPE": .string(dataType), "code": .string(code), "message": .string(message),
            "request_id": .string(RandomText.requestID()),
            "resource": .string(request.path),
        ])
    }
}

import FoundationEssentials
import Globus

extension TaskRecord {
    /// The whole task document, every field of it.
    func document() -> TransferTask {
        let progress = progress
        var fields = TaskRecord.facts(spec)
        let (nice, subtasks) = (progress.niceStatus, progress.subtasks)
        let isInactive = progress.standing == .held(.inactive) && !progress.status.hasEnded
        var status = isInactive ? "INACTIVE" : progress.status.description
        if case .held(.status(let strange)) = progress.standing, !progress.status.hasEnded { status = strange }
        let end = progress.completed ?? clock.now
        let seconds = max(1, Int64(end.timeIntervalSince(spec.requested).rounded(.up)))
        let varying: [String: JSONValue] = [
            "status": .string(status),
            "label": .init(progress.label),
            "deadline": .string(WireTime.stamp(progress.deadline)),
            "completion_time": .init(progress.completed.map(WireTime.stamp)),
            "fatal_error": progress.fatality.map { ["code": .string($0.code), "description": .string($0.description)] } ?? .null,
            "faults": .init(progress.faults),
            "files": .init(progress.files),
            "directories": .init(progress.directories),
            "symlinks": .init(progress.symlinks),
            "files_skipped": .init(progress.filesSkipped),
            "files_transferred": .init(progress.filesTransferred),
            "subtasks_total": .init(subtasks.total),
            "subtasks_pending": .init(subtasks.pending),
            "subtasks_retrying": .init(subtasks.retrying),
            "subtasks_succeeded": .init(subtasks.succeeded),
            "subtasks_expired": .init(subtasks.expired),
            "subtasks_canceled": .init(subtasks.canceled),
            "subtasks_failed": .init(subtasks.failed),
            "subtasks_skipped_errors": .init(subtasks.skipped),
            "bytes_transferred": .integer(progress.bytesTransferred),
            "bytes_checksummed": .integer(progress.bytesChecksummed),
            "effective_bytes_per_second": .integer(progress.bytesTransferred / seconds),
            "nice_status": .init(nice?.code),
            "nice_status_short_description": .init(nice?.description),
            "nice_status_expires_in": nice == nil ? .null : .integer(isInactive ? 0 : -1),
            "is_ok": nice.map { .bool($0.code == "OK" || $0.code == "Queued") } ?? .null,
            "canceled_by_admin": progress.isCanceledByAdministrator ? "DESTINATION" : nil,
            "canceled_by_admin_message": .init(progress.administratorMessage),
            "is_paused": .bool(progress.pauseMessage != nil && !progress.status.hasEnded),
        ]
        fields.merge(varying) { _, last in last }
        return TransferTask(fields: fields)
    }

    /// What a task's document says of it from its first moment to its last.
    private static func facts(_ spec: TaskSpec) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [
            "DATA_TYPE": "task", "task_id": .string(spec.id.description), "type": spec.isTransfer ? "TRANSFER" : "DELETE",
            "username": .string(spec.owner.transferName), "owner_id": .string(spec.owner.id),
            "request_time": .string(WireTime.stamp(spec.requested)), "command": "API 0.10", "history_deleted": false,
            "nice_status_details": nil,
            "source_base_path": nil, "destination_base_path": nil,
            "source_local_user": .init(spec.localUsers.source), "destination_local_user": .init(spec.localUsers.destination),
            "source_local_user_status": "NO_PERMISSION", "destination_local_user_status": "NO_PERMISSION",
        ]
        switch spec.kind {
        case .transfer(let document, let source, let destination):
            fields.merge(ends(spec, source: source, destination: destination)) { _, last in last }
            fields["sync_level"] = .init(document.syncLevel?.rawValue)
            let isForced = source.settings.forcesEncryption || destination.settings.forcesEncryption
            fields["encrypt_data"] = .bool(isForced || document.encryptData ?? false)
            fields["verify_checksum"] = .bool(document.verifyChecksum ?? false)
            fields["delete_destination_extra"] = .bool(document.deleteDestinationExtra ?? false)
            fields["preserve_timestamp"] = .bool(document.preserveTimestamp ?? false)
            fields["skip_source_errors"] = .bool(document.skipSourceErrors ?? false)
            fields["fail_on_quota_errors"] = .bool(document.failOnQuotaErrors ?? false)
            fields["recursive_symlinks"] = .string((document.recursiveSymlinks ?? .ignore).rawValue)
            fields["filter_rules"] =
                document.filterRules.map { rules in
                    .array(
                        rules.map {
                            [
                                "DATA_TYPE": "filter_rule", "method": .string($0.method.rawValue), "name": .string($0.name),
                                "type": .init($0.type?.rawValue),
                            ]
                        })
                } ?? .null
            if let base = spec.localUsers.basePaths {
                fields["source_base_path"] = .string(base.source)
                fields["destination_base_path"] = .string(base.destination)
            }
        case .delete(_, let collection):
            fields.merge(ends(spec, source: collection, destination: nil)) { _, last in last }
            for name in ["encrypt_data", "verify_checksum", "delete_destination_extra", "preserve_timestamp", "skip_source_errors"] {
                fields[name] = false
            }
            for name in ["fail_on_quota_errors"] { fields[name] = true }
            for name in ["sync_level", "recursive_symlinks", "filter_rules"] { fields[name] = .null }
        }
        return fields
    }

    private static func ends(_ spec: TaskSpec, source: PlayedCollection, destination: PlayedCollection?) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        for (side, collection) in [("source", source), ("destination", destination)] as [(String, PlayedCollection?)] {
            fields["\(side)_endpoint_id"] = .init(collection?.id.description)
            fields["\(side)_endpoint_display_name"] = .init(collection?.settings.displayName)
            fields["\(side)_endpoint"] = .init(collection.map { "u_rehearsal#\($0.id)" })
        }
        return fields
    }

    func eventList(onlyErrors: Bool, limit: Int, offset: Int) -> EventList {
        let events = progress.events.filter { $0.isError || !onlyErrors }
        let page = events.reversed().dropFirst(offset).prefix(limit).map {
            TaskEvent(
                code: $0.code, isError: $0.isError, description: $0.description, details: $0.details, time: WireTime.stamp($0.time))
        }
        return EventList(events: page, limit: limit, offset: offset, total: events.count)
    }

    /// The pause rules in force: one while the task is held by an administrator.
    func pauseInfo() -> PauseInfo {
        let message = hasEnded ? nil : progress.pauseMessage
        var collection: PlayedCollection?
        if case .transfer(_, let source, _) = spec.kind { collection = source }
        if case .delete(_, let place) = spec.kind { collection = place }
        let rule: (String) -> JSONValue = { message in
            [
                "DATA_TYPE": "pause_rule_limited", "id": .string(Identity.uuid(for: "pause rule \(self.id)")), "message": .string(message),
                "start_time": nil, "modified_time": .string(WireTime.stamp(self.spec.requested)),
                "endpoint_id": .init(collection?.id.description), "endpoint_display_name": .init(collection?.settings.displayName),
                "identity_id": nil, "created_by_host_manager": false, "pause_ls": false, "pause_mkdir": false, "pause_symlink": false,
                "pause_rename": false, "pause_task_delete": true, "pause_task_transfer_read": true, "pause_task_transfer_write": true,
            ]
        }
        return PauseInfo(fields: [
            "DATA_TYPE": "pause_info_limited", "pause_rules": .array(message.map { [rule($0)] } ?? []), "source_pause_message": nil,
            "destination_pause_message": nil, "source_pause_message_share": nil, "destination_pause_message_share": nil,
        ])
    }
}

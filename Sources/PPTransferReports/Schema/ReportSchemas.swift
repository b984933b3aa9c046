import PPTransfer

/// What the program prints with `--json`. A judge holds them against real output.
enum ReportSchemas {
    private static let text = Schema(.text)
    private static let integer = Schema(.integer)

    private static func object(_ keys: [String: Schema], optional: [String: Schema] = [:]) -> Schema {
        Schema(.object(keys.merging(optional) { $1 }, required: keys.keys.sorted(), open: false))
    }

    private static func array(_ item: Schema) -> Schema { Schema(.array(item)) }

    private static let statusName = Schema(.text, "The exit status's name, as in the README's table.")
    private static let exitStatus = Schema(.integer, "The exit status.")
    private static let rehearsal = Schema(.boolean, "Whether the service was a stand-in.")
    private static let format = Schema(.constant(1), "The version of this shape.")

    private static let which: [String: Schema] = ["workflow": text]
    private static let maybeWhich: [String: Schema] = ["cycle": text, "name": text]

    static let problem = object(
        [
            "file": text, "line": Schema(.integer, "From 1; 0 stands for the file as a whole."), "column": integer,
            "severity": Schema(.choice(["error", "warning"])), "key": text, "what": text,
        ], optional: ["remedy": text])

    /// What comes instead when the files are wrong, so that nothing was begun.
    static func refusal(_ mark: String) -> Schema {
        object([mark: format, "status": statusName, "exit_status": exitStatus, "rehearsal": rehearsal, "problems": array(problem)])
    }

    static let plan = object([
        "pptransfer_plan": format, "status": statusName, "exit_status": exitStatus, "rehearsal": rehearsal,
        "transfers": array(
            object(
                which.merging(["status": statusName, "exit_status": exitStatus, "document": Schema(.anything, "What would be sent.")]) {
                    $1
                },
                optional: maybeWhich.merging(["message": text, "files": integer, "bytes": integer]) { $1 })),
    ])

    private static let end = object(["name": text, "collection": text, "path": text])

    static let run = object([
        "pptransfer_run": format, "status": statusName, "exit_status": exitStatus, "rehearsal": rehearsal,
        "transfers": array(
            object(
                [
                    "workflow": text, "status": statusName, "exit_status": exitStatus, "again": text, "message": text, "label": text,
                    "source": end, "destination": end,
                ],
                optional: [
                    "cycle": text, "name": text, "remedy": text, "commands": array(text), "details": array(text), "task_id": text,
                    "task_link": text, "request_id": text, "task": Schema(.anything, "The service's own document of the task, whole."),
                    "existing": object(
                        [
                            "count": Schema(.integer, "Files at the destination that would be replaced."),
                            "files": array(
                                object(
                                    [
                                        "path": text, "state": Schema(.choice(["differs", "may differ", "not a file"])),
                                        "source_size": integer,
                                    ],
                                    optional: ["size": integer, "modified": text, "source_modified": text])),
                        ]),
                    "shared": object(
                        [
                            "with": Schema(.text, "The other transfer that writes the same destination files."), "count": integer,
                            "files": array(text),
                        ], optional: ["position": text, "task_id": text, "proven": text]),
                    "proven": object(
                        ["files": integer, "bytes": integer, "level": text],
                        optional: ["extra": array(text), "by_digest": integer, "by_size": integer, "unproven": integer]),
                ])),
    ])

    private static func listed(_ meaning: String) -> Schema {
        Schema(
            object(["files": integer], optional: ["manifest": Schema(.text, "SHA-256 of the list; absent if it is empty.")]).shape, meaning)
    }

    private static let receiptDocument = object(
        [
            "files": integer, "bytes": integer, "level": Schema(.choice(["none", "size", "digest"]), "The weakest proof among the files."),
            "proven": Schema(.text, "When: 2026-11-20T23:17:08Z."), "tasks": Schema(.array(text), "The Globus tasks that sent the files."),
            "rate": Schema(.integer, "Bytes per second over the last task's life."), "source": end, "destination": end,
        ],
        optional: [
            "by_digest": Schema(.integer, "Files whose digest Globus attested when it sent them."),
            "by_size": Schema(.integer, "Files proven by their size at the destination alone."),
            "unproven": Schema(.integer, "Files that should be there and are not proven."),
            "manifest": Schema(.text, "SHA-256 of the manifest of what is proven: sha256:9f86…"),
            "by_report": Schema(.integer, "Files that were read back at the destination, each with the manifest's size and digest."),
            "cleaned": Schema(.text, "When all that is proven was gone at the source."),
            "read_back": Schema(
                object(
                    ["user": text, "host": text, "directory": text, "begun": text, "ended": text, "manifest": text],
                    optional: ["asked": text]
                ).shape,
                "The job that read them, by its own clock."),
            "checked": Schema(.text, "When the files were last found at the destination."),
            "unsent": listed("Files that Globus skipped without comparing their contents: they must stay at the source."),
            "links": listed("Files that are symbolic links at the destination: they must stay at the source."),
        ])

    static let receipt = object([
        "pptransfer_receipt": format, "status": statusName, "exit_status": exitStatus, "cycle": text,
        "transfers": array(object(["workflow": text, "receipt": receiptDocument], optional: maybeWhich)),
        "missing": array(Schema(.text, "What there is no receipt for, and why.")), "problems": array(text),
    ])

    static let clean = array(
        object([
            "title": text, "status": statusName, "exit_status": exitStatus, "message": text,
            "files": Schema(.integer, "Deleted, or to be deleted where nothing was."), "bytes": integer,
            "kept": array(Schema(.text, "A file that stays, and why.")),
        ]))

    static let status = object(
        [
            "pptransfer_status": format, "status": statusName, "exit_status": exitStatus,
            "transfers": array(
                object(
                    ["workflow": text, "state": text, "exit_status": exitStatus, "files": integer, "bytes": integer],
                    optional: [
                        "cycle": text, "name": text, "rate": Schema(.integer, "Bytes per second."), "updated": text,
                        "age": Schema(.integer, "Seconds."), "task": text, "message": text,
                        "globus": object(["state": text], optional: ["files_transferred": integer, "bytes_transferred": integer]),
                    ])),
            "problems": array(text),
        ], optional: ["refresh_problem": text])

    static let check = object([
        "pptransfer_check": format, "status": statusName, "exit_status": exitStatus, "rehearsal": rehearsal,
        "items": array(
            object(
                [
                    "subject": text, "state": Schema(.choice(["ok", "warning", "failed", "unknown"])), "text": text,
                    "exit_status": exitStatus,
                ], optional: ["request_id": text])),
        "commands": array(Schema(.text, "What a person must type.")),
    ])

    static let doctor = object([
        "pptransfer_doctor": format, "status": statusName, "exit_status": exitStatus,
        "items": array(
            object([
                "subject": text, "state": Schema(.choice(["ok", "note", "warning", "failed"])), "text": text, "exit_status": exitStatus,
            ])),
    ])

    static let cancel = array(object(["title": text, "message": text, "exit_status": exitStatus], optional: ["task": text]))

    /// What the service says of collections (search, show, ls) is printed as it came.
    static let collections = array(
        object(
            ["alias": text, "collection": text, "name": text],
            optional: ["until": text, "session": text, "identity": text, "retired": text, "successor": text]))

    static let explain = object([
        "pptransfer_explain": format,
        "pages": array(
            object(
                [
                    "kind": Schema(.choice(["status", "code"])), "names": array(text), "status": statusName, "exit_status": exitStatus,
                    "again": text, "summary": text, "meaning": text, "causes": array(text),
                    "remedies": array(object(["text": text, "commands": array(Schema(.text, "To be pasted."))])), "next_run": text,
                ], optional: ["http_status": integer])),
    ])

    static let validate = object([
        "pptransfer_validate": format, "status": statusName, "exit_status": exitStatus, "files": integer, "transfers": integer,
        "errors": integer, "warnings": integer, "problems": array(problem),
    ])

    private static func nullable(_ schema: Schema) -> Schema { Schema(.either([schema, Schema(.null)])) }

    private static let finding = object(
        ["kind": text, "warnings": array(text)],
        optional: ["variable": text, "client": text, "path": text, "namespace": text, "problem": text])

    static let whoami = object([
        "pptransfer_whoami": format, "status": statusName, "exit_status": exitStatus, "login": nullable(finding),
        "identities": array(object(["id": text, "username": text], optional: ["provider": text, "last_login": text])),
        "sites": array(
            object(
                ["alias": text, "identity": text, "state": Schema(.choice(["good", "not-linked", "not-in-session", "expired"]))],
                optional: ["username": text, "good_until": text, "days_left": integer])),
        "problem": nullable(text), "not_used": array(finding),
    ])

    /// One line of narration.
    static let log: Schema = {
        var details: [String: Schema] = [:]
        for detail in LogRecord.Detail.allCases { details[detail.rawValue] = Schema(detail.isNumber ? .integer : .text) }
        details[LogRecord.Detail.event.rawValue] = Schema(.choice(LogRecord.Event.allCases.map(\.rawValue)), "What happened.")
        details[LogRecord.Detail.state.rawValue] = Schema(.choice(WorkProgress.Phase.allCases.map(\.rawValue)), "What the task does.")
        details[LogRecord.Detail.status.rawValue] = statusName
        details[LogRecord.Detail.exitStatus.rawValue] = exitStatus
        for field in TransferField.allCases { details[field.rawValue] = text }
        return object(
            [
                "pptransfer_log": format, "time": Schema(.text, "UTC, as 2026-11-20T23:17:08Z."),
                "level": Schema(.choice(["debug", "info", "warn", "error"])), "rehearsal": rehearsal, "message": text,
            ], optional: details)
    }()
}

import PPTransfer

/// What a line of `--log-format json` may say. It is a log, not a document: it has no envelope, and a format of its own.
enum LogSchema {
    static let document: Schema = {
        let required: [String: Schema] = [
            "pptransfer_log": Schema(.constant(1), "The version of this shape."),
            "time": Schema(.text, "UTC, as 2026-11-20T23:17:08Z."), "level": Schema(.choice(["debug", "info", "warn", "error"])),
            "rehearsal": Schema(.boolean, "Whether the service was the simulator."), "message": Schema(.text),
        ]
        var keys = required
        for detail in LogRecord.Detail.allCases { keys[detail.rawValue] = Schema(detail.isNumber ? .integer : .text) }
        keys[LogRecord.Detail.event.rawValue] = Schema(.choice(LogRecord.Event.allCases.map(\.rawValue)), "What happened.")
        keys[LogRecord.Detail.state.rawValue] = Schema(.choice(WorkProgress.Phase.allCases.map(\.rawValue)), "What the task does.")
        keys[LogRecord.Detail.status.rawValue] = Schema(.text, "The exit status's name, as in the README's table.")
        keys[LogRecord.Detail.exitStatus.rawValue] = Schema(.integer, "The exit status.")
        for field in TransferField.allCases { keys[field.rawValue] = Schema(.text) }
        keys["details"] = Schema(.array(Schema(.text)), "Lines that explain the message.")
        return Schema(.object(keys, required: required.keys.sorted(), open: false))
    }()
}

import PositionedYAML
import Rehearsal

/// `tasks:`, what happens to tasks.
extension FaultFileReader {
    static let taskVerbs: [FaultVerb] = [
        FaultVerb("fail", .required, options: ["message"], example: "{fail: QUOTA_EXCEEDED}"),
        FaultVerb("cancel", .optional, options: ["message"], example: "{cancel: admin, message: \"storage full\"}"),
        FaultVerb("expire"), FaultVerb("pause", .optional, options: ["for"], example: "{pause: \"tape robot\", for: 3s}"),
        FaultVerb("inactive", .optional, example: "{inactive: 3s}"), FaultVerb("queue", .optional, example: "{queue: 3s}"),
        FaultVerb("status", .required, options: ["for"], example: "{status: HIBERNATING}"),
        FaultVerb("nice-status", .required, options: ["for"], example: "{nice-status: GC_PAUSED}"), FaultVerb("forget"),
        FaultVerb("fault", .required, options: ["files", "for", "times"], example: "{fault: FILE_NOT_FOUND, files: [\"*.pp\"]}"),
        FaultVerb("skip-errors", .required, options: ["code"], example: "{skip-errors: [\"*.nc\"]}"),
        FaultVerb("omit", .required, example: "{omit: [\"*.nc\"]}"),
        FaultVerb("resend", .required, options: ["times"], example: "{resend: [\"*.h5\"]}"),
    ]

    mutating func taskFault(_ node: YAMLNode) -> TaskFault? {
        let known = ["task", "label", "at", "after", "times", "chance", "do"]
        guard let fields = reader.fields(node, key: "tasks", known: known, example: "'- {task: 1, do: {fail: QUOTA_EXCEEDED}}'") else {
            return nil
        }
        let selection = selection(fields)
        let action = action(fields, among: Self.taskVerbs)
        let at = share("at", fields) ?? 0
        let count = count(fields, standard: nil)
        guard let effect = action.flatMap({ taskEffect($0) }), let selection else { return nil }
        return TaskFault(selection, at: at, effect, count)
    }

    private mutating func selection(_ fields: Fields) -> TaskFault.Selection? {
        switch (fields["task"], fields["label"]) {
        case (let node?, nil): return number(node, key: fields.key("task"), from: 1).map { .ordinal($0) }
        case (nil, let node?): return reader.text(node, key: fields.key("label")).map { .label($0.value) }
        case (_?, let label?):
            reader.report(at: label.position, key: fields.key("label"), "'task' and 'label' at once", remedy: "remove one of the two")
            return nil
        case (nil, nil):
            reader.reportMissing("task", in: fields, remedy: "name a task, as in 'task: 1' or 'label: \"*\"'")
            return nil
        }
    }

    private mutating func taskEffect(_ action: FaultAction) -> TaskFault.Effect? {
        let duration = action.options.flatMap { self.duration("for", $0) }
        switch action.verb {
        case "expire": return .expire
        case "forget": return .forget
        case "fail":
            let details = action.options.flatMap { text("message", $0) }
            return code(action).map { .fail(code: $0, details: details) }
        case "cancel": return cancellation(action)
        case "pause":
            guard let node = action.value else { return .pause(message: "paused in a rehearsal", for: duration) }
            return reader.text(node, key: action.key).map { .pause(message: $0.value, for: duration) }
        case "inactive": return .deactivate(for: action.value.flatMap { reader.duration($0, key: action.key) })
        case "queue": return .queue(for: action.value.flatMap { reader.duration($0, key: action.key) })
        case "status": return code(action).map { .status($0, for: duration) }
        case "nice-status": return code(action).map { .niceStatus($0, for: duration) }
        case "fault":
            let files = action.options.flatMap { options in
                options["files"].map { reader.texts($0, key: options.key("files")).map(\.value) }
            }
            let times = action.options.flatMap { number("times", $0, from: 1) }
            return code(action).map { .fault($0, files: files ?? [], for: duration, times: times) }
        case "skip-errors":
            let code = action.options.flatMap { text("code", $0) }
            return files(action).map { .skip(files: $0, code: code ?? "FILE_NOT_FOUND") }
        case "omit": return files(action).map { .omit(files: $0) }
        case "resend":
            let times = action.options.flatMap { number("times", $0, from: 1) }
            return files(action).map { .resend(files: $0, times: times) }
        default: return nil
        }
    }

    private mutating func code(_ action: FaultAction) -> String? {
        action.value.flatMap { reader.text($0, key: action.key)?.value }
    }

    private mutating func files(_ action: FaultAction) -> [String]? {
        action.value.map { reader.texts($0, key: action.key).map(\.value) }
    }

    private mutating func cancellation(_ action: FaultAction) -> TaskFault.Effect? {
        let message = action.options.flatMap { text("message", $0) }
        guard let node = action.value else { return .cancel(message: message) }
        let isAdministrator = reader.choice(node, key: action.key, among: [("owner", false), ("admin", true)])
        return isAdministrator.map { .cancel(byAdministrator: $0, message: message) }
    }
}

import Globus
import PPTransfer
import PositionedYAML

/// What a description may say. The reader decides; a test holds the two together.
enum DescriptionSchema {
    /// `${NAME}` may stand wherever a value may.
    private static let template = Schema(.pattern("\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}"))

    private static func choice<Value: CaseIterable & RawRepresentable<String>>(_ value: Value, _ meaning: String) -> Schema {
        choice(Value.allCases.map(\.rawValue), meaning, default: .string(value.rawValue))
    }

    private static func choice(_ values: [String], _ meaning: String, default fallback: JSONValue? = nil) -> Schema {
        Schema(.either([Schema(.choice(values)), template, Schema(.null)]), meaning, default: fallback)
    }

    private static func boolean(_ value: Bool, _ meaning: String) -> Schema {
        Schema(.either([Schema(.boolean), template, Schema(.null)]), meaning, default: .bool(value))
    }

    private static func duration(_ value: Duration?, _ meaning: String) -> Schema {
        Schema(.either([.duration, template, Schema(.null)]), meaning, default: value.map { .string($0.written) })
    }

    /// YAML takes `1988` for a number, `on` for a truth value; the reader takes both for what is written.
    private static func text(_ meaning: String) -> Schema {
        Schema(.either([Schema(.text), Schema(.integer), Schema(.null)]), meaning)
    }

    private static func texts(_ meaning: String) -> Schema {
        Schema(.either([Schema(.array(Schema(.text))), Schema(.text), Schema(.null)]), meaning)
    }

    private static func section(_ keys: [String: Schema], required: [String] = [], _ meaning: String) -> Schema {
        let object = Schema(.object(keys, required: required, open: false))
        return Schema(required.isEmpty ? .either([object, Schema(.null)]) : object.shape, meaning)
    }

    private static func end(_ meaning: String, _ more: [String: Schema] = [:]) -> Schema {
        let collection = Schema(
            .either([
                Schema(.text),
                section(
                    [
                        "search": text("The exact name of the collection."),
                        "gcp": choice(
                            ["local"],
                            "Your Globus Connect Personal on this machine: that of GCP_DIR, else the one that runs, else that in your home."
                        ),
                    ], ""),
            ]),
            "An alias of a site file, a UUID, the exact name of the collection ({search: NAME} if it could be an alias), a link to the collection's page, or {gcp: local}."
        )
        let user = text("Your account there, if the collection maps you to several. Default: the site file's, or Globus chooses.")
        let more = more.merging(["local_user": user]) { $1 }
        let path = text("The directory or file, from the root of the collection, or from your home there ('/~/').")
        let placed = Schema(
            .object(["collection": collection, "path": path].merging(more) { $1 }, required: ["collection", "path"], open: false))
        let link = text("A link of the Globus web app's file manager, in place of collection and path.")
        let rest = text("The directory or file, if the link names none.")
        return Schema(
            .either([placed, Schema(.object(["link": link, "path": rest].merging(more) { $1 }, required: ["link"], open: false))]), meaning)
    }

    static let document = Schema(
        .object(
            [
                "pptransfer": Schema(.constant(1), "The version of the format: 1. It marks the file as a transfer description."),
                "name": text("The name of this transfer, if a cycle has several."),
                "workflow": text(
                    "The workflow. Default: CYLC_WORKFLOW_NAME, otherwise CYLC_SUITE_NAME, otherwise the file's name without its extension and, if there is no cycle, a mark of both ends."
                ),
                "cycle": text(
                    "The cycle point. Default: CYLC_TASK_CYCLE_POINT. Null: there is no cycle, and every run compares all files again."),
                "from": end("The source.", ["expires": text("The day until which the source keeps the files: 2026-12-20.")]),
                "to": end("The destination.", ["existing": existing, "manifest": manifest].merging(rights) { $1 }), "select": select,
                "empty": choice(TaskDescription.EmptyPolicy.fail, "The result if there is no file to send."),
                "symlinks": choice(
                    TaskDescription.LinkPolicy.allCases.map(\.rawValue),
                    "The treatment of symbolic links below the source. Default: fail; if the source is not on this machine, skip."),
                "transfer": transfer, "wait": wait, "verify": verify,
                "clean": section(
                    [
                        "source": choice(
                            TaskDescription.CleanOptions().source, "What happens to source files that are verified at the destination."),
                        "directories": boolean(
                            TaskDescription.CleanOptions().directories, "Whether directories that are then empty are removed."),
                    ],
                    "What happens at the source afterwards."),
                "after": section(
                    ["filelist": text("A file for the paths of all verified files, for 'nlds putlist' and similar tools.")],
                    "Input for the next step."),
                "site": section(
                    [
                        "acknowledge_end": Schema(
                            .either([Schema(.text), Schema(.array(Schema(.text)))]), "Aliases of ended sites of which no warning is given.")
                    ], "What is known of the sites."),
                "cylc": section(["messages": boolean(true, "Whether messages are sent with 'cylc message'.")], "Messages to Cylc."),
            ], required: ["pptransfer", "from", "to"], open: false))

    private static let rights = [
        "group": text("The group that every file and directory there is to have. Default: that of the site, if it has one."),
        "mode": Schema(
            .either([Schema(.text), Schema(.array(Schema(.text))), Schema(.null)]),
            "The permissions that they are to have, as in g+rX. Default: those of the site, if it has any."),
        "on_difference": choice(
            TaskDescription.RightsOptions.Difference.warn, "What it means that a file has another group or mode: a warning, or status 43."),
    ]

    private static let existing = choice(
        TaskDescription.ExistingPolicy.allCases.map(\.rawValue),
        "What happens if files that this journal did not send would be replaced. Default: fail; without a cycle, warn.")

    private static let manifest = choice(
        TaskDescription.ManifestPolicy.none,
        "Whether <cycle>.sha256 and <cycle>.receipt.json are sent after the data, beside its directory. Needs verify.level digest.")

    private static let select = section(
        [
            "include": texts("Patterns of the files to send. Default: all files."),
            "exclude": texts("Patterns of files to leave out."),
            "required": texts("Patterns that must each match a file; otherwise nothing is sent."),
            "settled": duration(
                nil, "The time for which a file must not have been written to. Younger files are left for the next run."),
        ], "Which files are sent. A pattern without '/' matches names, one with '/' paths below the source.")

    private static let sending = TaskDescription.TransferOptions()
    private static let waiting = TaskDescription.WaitOptions()
    private static let verifying = TaskDescription.VerifyOptions()

    private static let transfer = section(
        [
            "sync": choice(
                SyncLevel.allCases.map(\.name), "How Globus decides that a file is at the destination already.",
                default: .string(sending.sync.name)),
            "verify_checksum": boolean(sending.verifyChecksum, "Whether Globus checks each file after it was sent."),
            "preserve_timestamp": boolean(sending.preserveTimestamp, "Whether files keep their modification time."),
            "encrypt": Schema(
                .either([Schema(.boolean), Schema(.constant(.string("auto")))]),
                "Whether the data channel is encrypted; auto: if a collection requires it. Default: false."),
            "fail_on_quota_errors": boolean(sending.failOnQuotaErrors, "Whether a full quota ends the task."),
            "delete_extra": boolean(
                sending.deleteExtra, "Whether files at the destination that the source does not have are deleted there."),
            "notify": Schema(
                .either([
                    Schema(.array(Schema(.choice(TaskDescription.TransferOptions.Notification.allCases.map(\.rawValue))))),
                    choice(TaskDescription.TransferOptions.Notification.allCases.map(\.rawValue), "One event."),
                ]), "The events of which Globus sends mail. Default: [failed, inactive]."),
            "deadline": duration(sending.deadline, "The time after which Globus gives the task up."),
        ], "How files are sent.")

    private static let wait = section(
        [
            "limit": duration(waiting.limit, "The longest wait. The Globus task continues afterwards."),
            "outage": duration(waiting.outage, "How long Globus may be unreachable."),
            "on_fault": section(
                [
                    "after": duration(waiting.onFault.after, "How long a task may have errors without progress."),
                    "then": choice(waiting.onFault.then, "What happens to it then."),
                ], "What happens to a task that makes no progress."),
            "on_inactive": choice(waiting.onInactive, "What happens when a task needs a login: leave exits with status 22, wait waits."),
        ], "How long to wait.")

    private static let verify = section(
        [
            "level": choice(verifying.level, "How files are verified at the destination."),
            "digest": choice(verifying.digest, "The digest of each file in the manifest."),
            "extra": choice(verifying.extra, "What other files at the destination mean."),
            "manifest": text("The list of digests that was made with the files."),
        ], "How arrival is verified.")
}

import Globus
import PPTransfer

/// What a description may say. The reader decides; a test holds the two together.
enum DescriptionSchema {
    /// `${NAME}` may stand wherever a value may.
    private static let template = Schema(.pattern("\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}"))

    private static func choice(_ values: [String], _ meaning: String) -> Schema {
        Schema(.either([Schema(.choice(values)), template, Schema(.null)]), meaning)
    }

    private static func boolean(_ meaning: String) -> Schema { Schema(.either([Schema(.boolean), template, Schema(.null)]), meaning) }

    private static func duration(_ meaning: String) -> Schema {
        Schema(.either([.duration, template, Schema(.null)]), meaning)
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
                        "search": text("What people call the collection."),
                        "gcp": choice(["local"], "This machine's Globus Connect Personal."),
                    ], ""),
            ]), "An alias of a site file, or the collection's UUID.")
        let path = text("The directory, from the collection's root, or from your home there ('/~/').")
        let placed = Schema(
            .object(["collection": collection, "path": path].merging(more) { $1 }, required: ["collection", "path"], open: false))
        let link = text("A link of the Globus web app's file manager, instead of collection and path.")
        return Schema(.either([placed, Schema(.object(["link": link].merging(more) { $1 }, required: ["link"], open: false))]), meaning)
    }

    static let document = Schema(
        .object(
            [
                "pptransfer": Schema(.constant(1), "The format's version; marks the file as ours."),
                "name": text("Tells several transfers of one cycle apart."),
                "workflow": text("Default: CYLC_WORKFLOW_NAME, else CYLC_SUITE_NAME, else the file's name without its ending."),
                "cycle": text("Default: CYLC_TASK_CYCLE_POINT. Null: there is no cycle, so every run compares afresh."),
                "from": end("What is sent."), "to": end("Where to.", ["existing": existing]), "select": select,
                "empty": choice(TaskDescription.EmptyPolicy.allCases.map(\.rawValue), "What a source without a file to send means (fail)."),
                "symlinks": choice(
                    TaskDescription.LinkPolicy.allCases.map(\.rawValue), "What happens to symbolic links below the source (fail)."),
                "transfer": transfer, "wait": wait, "verify": verify,
                "clean": section(
                    [
                        "source": choice(
                            TaskDescription.CleanOptions.Source.allCases.map(\.rawValue), "What becomes of proven sources (keep)."),
                        "directories": boolean("Directories that are empty then go, too (false)."),
                    ],
                    "What happens afterwards."),
                "after": section(
                    ["filelist": text("Where the paths of all proven files are listed, for 'nlds putlist' and the like.")],
                    "What the step that follows is given."),
                "cylc": section(["messages": boolean("Whether the workflow engine is told by 'cylc message' (true).")], "Cylc."),
            ], required: ["pptransfer", "from", "to"], open: false))

    private static let existing = choice(
        TaskDescription.ExistingPolicy.allCases.map(\.rawValue),
        "What happens if files at the destination, which this journal did not send, would be replaced (fail; warn without a cycle).")

    private static let select = section(
        [
            "include": texts("Patterns of the files that are sent; default: all."),
            "exclude": texts("Patterns of files that are not."),
            "required": texts("Each must match a file, else nothing is sent."),
        ], "Which files are sent. A pattern without '/' is for names, one with '/' for paths below the source.")

    private static let transfer = section(
        [
            "sync": choice(SyncLevel.allCases.map(\.name), "What tells that a file is at the destination already (checksum)."),
            "verify_checksum": boolean("Globus checks each file after it was sent (true)."),
            "preserve_timestamp": boolean("Files keep their time of change (true)."),
            "encrypt": boolean("The data channel is encrypted (false)."),
            "fail_on_quota_errors": boolean("A full quota ends the task (true)."),
            "notify": Schema(
                .either([
                    Schema(.array(Schema(.choice(TaskDescription.TransferOptions.Notification.allCases.map(\.rawValue))))),
                    choice(TaskDescription.TransferOptions.Notification.allCases.map(\.rawValue), "One event."),
                ]), "The events of which Globus sends mail ([failed, inactive])."),
            "deadline": duration("After this Globus gives the task up (3d)."),
        ], "How they are sent.")

    private static let wait = section(
        [
            "limit": duration("After this we give up waiting; the Globus task goes on (12h)."),
            "outage": duration("How long the service may be out of reach (2h)."),
            "on_fault": section(
                [
                    "after": duration("How long a task may fault without progress (15m)."),
                    "then": choice(TaskDescription.WaitOptions.FaultPolicy.Action.allCases.map(\.rawValue), "What is done then (cancel)."),
                ], "What happens to a task that does not get on."),
            "on_inactive": choice(
                TaskDescription.WaitOptions.InactiveAction.allCases.map(\.rawValue), "What to do when Globus waits for a login (leave)."),
        ], "How it is waited for.")

    private static let verify = section(
        [
            "level": choice(TaskDescription.VerifyOptions.Level.allCases.map(\.rawValue), "How arrival is proven (size)."),
            "digest": choice(
                TaskDescription.VerifyOptions.Digest.allCases.map(\.rawValue), "What the manifest records of each file (sha256)."),
            "extra": choice(
                TaskDescription.VerifyOptions.Extra.allCases.map(\.rawValue), "What other files at the destination mean (warn)."),
            "manifest": text("The list of digests that the producer of the files left."),
        ], "How arrival is proven.")
}

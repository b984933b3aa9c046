import Globus
package import PPTransfer
import PositionedYAML

// What the library tells, as it is printed.

extension Array {
    fileprivate var nilIfEmpty: Self? { isEmpty ? nil : self }
}

extension ExistingFiles: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("count", \.count, "Files at the destination that would be replaced."), JSONField("files", \.files),
    ]
}

extension ExistingFile: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("path", \.path), JSONField("state", \.comparison), JSONField("size", \.size),
        JSONField("modified") { $0.modified?.description }, JSONField("source_size", \.sourceSize),
        JSONField("source_modified") { $0.sourceModified?.description },
    ]
}

extension ExistingFile.Comparison: JSONChoice {}

extension FinishedTransfer: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("workflow", \.plan.workflow), JSONField("cycle") { $0.plan.cycle?.description }, JSONField("name", \.plan.name),
        .statusName(\.status.name), .exitStatus(\.status.number), JSONField("again", \.outcome.again),
        JSONField("message", \.message), JSONField("remedy") { $0.remedy(in: .commands)?.oneLine },
        JSONField("commands") { $0.needs.commands(for: $0.login, in: .commands).nilIfEmpty },
        JSONField("details", \.outcome.details.nilIfEmpty),
        JSONField("label", \.plan.taskLabel), JSONField("source", \.plan.source), JSONField("destination", \.plan.destination),
        JSONField("task_id", \.task), JSONField("task_link", \.task?.webPage),
        JSONField("request_id") { $0.outcome.requestID ?? $0.requestID },
        JSONField("task", { $0.document.map { FreeJSON($0) } }, "The task document of Globus, complete."),
        JSONField(
            "sent", { report in report.figures.map { SentSum(tasks: report.tasks, figures: $0) } },
            "What all tasks of this run did together."),
        JSONField("existing") { $0.outcome.existing },
        JSONField("unsettled", \.unsettled, "Files that were written to shortly before, and are left for the next run."),
        JSONField(
            "permissions", { $0.rights.flatMap { $0.isAsAsked ? nil : $0 } },
            "Files and directories that have another group or mode than the description says."),
        JSONField("shared") { if case .shared(let shared) = $0.outcome { shared } else { nil } }, JSONField("proven", \.outcome.archive),
        JSONField(
            "new", { $0.new.files > 0 ? $0.new : nil }, "The files that this run brought and that were not at the destination."),
    ]
}

extension ArrivedRights: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("group", \.expected.group), JSONField("mode", \.expected.mode?.text),
        JSONField("files", \.different.files), JSONField("directories", \.different.directories),
        JSONField("unreadable", \.unreadable.count, "How many of them and of the others the group may not read."),
        JSONField("details", \.different.lines, "The first of them, 100 at most."),
        JSONField("problem", { $0.problem?.sentence }, "Why they could not be listed."),
    ]
}

/// What the tasks of one run did together.
struct SentSum: JSONDocument, Sendable {
    var tasks: Int
    var figures: TaskFigures

    static let fields: [JSONField<Self>] = [
        JSONField("tasks", \.tasks), JSONField("files", \.figures.filesTransferred), JSONField("bytes", \.figures.bytesTransferred),
        JSONField("skipped", \.figures.filesSkipped, "Files that Globus found equal, and did not send."),
        JSONField("faults", \.figures.faults),
    ]
}

extension Unsettled: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("count", \.count), JSONField("bytes", \.bytes), JSONField("names", \.names, "The first of them, 100 at most."),
        JSONField("settled", \.settled, "How long a file must not have been written to: 10m."),
    ]
}

extension ExitStatus.Again: JSONChoice {}

extension TaskDescription.VerifyOptions.Level: JSONChoice {}

extension Archive: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("files", \.files), JSONField("bytes", \.bytes), JSONField("level", \.level), JSONField("extra", \.extra.nilIfEmpty),
        JSONField("by_digest", \.byDigest), JSONField("by_size", \.tally.bySize), JSONField("unproven", \.tally.unproven),
        JSONField("read_here", { $0.isReadHere ? true : nil }, "Whether the files were read on the machine where they arrived."),
    ]
}

extension FileTally: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("files", \.files), JSONField("bytes", \.bytes), JSONField("paths", \.paths, "The first 1,000 of them."),
    ]
}

extension ResolvedEnd: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("name", \.name), JSONField("collection", \.collection), JSONField("path", \.path.description),
    ]
}

extension RunReport: ReportBody {
    package static let document = SchemaDocument.run
    package static let fields: [JSONField<Self>] = [.rehearsal(\.isRehearsal), JSONField("transfers", \.transfers)]
}

extension RecordUpkeep.Result: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("title", \.title), JSONField("message", \.message), .exitStatus(\.exitStatus),
    ]
}

extension Cancellation.Result: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("title", \.title), JSONField("task", \.task), JSONField("message", \.message), .exitStatus(\.exitStatus),
    ]
}

extension CleanUp.Report: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("title", \.title), .statusName(\.status), .exitStatus(\.exitStatus), JSONField("message", \.message),
        JSONField("files", \.files, "Deleted, or to be deleted where nothing was."), JSONField("bytes", \.bytes),
        JSONField("kept", \.kept, "Files that stay, each with the reason."),
        JSONField("others", \.others, "What else is at the source, each with the reason why it stays; listed only without '--delete'."),
    ]
}

extension StagedCheck.Report: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("directory", \.directory), JSONField("files", \.files), JSONField("bytes", \.bytes),
        JSONField("unproven", \.unproven, "What is not verified, each with the reason."),
    ]
}

extension SharedFiles: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("with", \.other.title, "The other transfer that writes the same destination files."),
        JSONField("position") { if case .document(_, let position) = $0.other { position.description } else { nil } },
        JSONField("task_id") { if case .live(_, let task) = $0.other { task } else { nil } },
        JSONField("proven") { if case .archived(_, let proven) = $0.other { proven } else { nil } }, JSONField("count", \.count),
        JSONField("files", \.paths),
    ]
}

extension SharedFiles.Other {
    fileprivate var title: String {
        switch self {
        case .document(let title, _), .live(let title, _), .archived(let title, _): title
        }
    }
}

extension ReceiptEntry: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("workflow", \.workflow), JSONField("cycle", \.cycle), JSONField("name", \.name), JSONField("receipt", \.receipt),
        JSONField("elsewhere", \.elsewhere, "Where the files are now, as 'records note' has it."),
    ]
}

/// As it is printed. The journal's record of it is `Codable`.
extension JournalRecord.Receipt: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("files", \.files), JSONField("bytes", \.bytes),
        .text("level", TaskDescription.VerifyOptions.Level.self, \.level, "The weakest verification among the files."),
        JSONField("proven", \.proven, "When: 2026-11-20T23:17:08Z."), JSONField("tasks", \.tasks, "The Globus tasks that sent the files."),
        JSONField("rate", \.rate, "Bytes per second over the last task's life."), JSONField("source", \.source),
        JSONField("destination", \.destination),
        JSONField("by_digest", \.byDigest, "Files whose digest Globus confirmed when it sent them."),
        JSONField("by_size", \.bySize, "Files verified by their size at the destination only."),
        JSONField("unproven", \.unproven, "Files that should be there and are not verified."),
        JSONField("moved", \.moved, "When, and from where, 'records move' found the files at another place, the latest last."),
        JSONField("manifest", \.manifest, "SHA-256 of the manifest of the verified files: sha256:9f86…"),
        JSONField(
            "by_report", \.byReport, "Files that were read back at the destination, each with the manifest's size and digest."),
        JSONField("read_back", \.readBack, "The job that read them, by its own clock."),
        JSONField("read_here", \.readHere, "When the latest reading of the files began on the machine where they arrived."),
        JSONField(
            "unsent", \.unsent, "Files that Globus skipped without comparing their contents: they must stay at the source."),
        JSONField("links", \.links, "Files that are symbolic links at the destination: they must stay at the source."),
        JSONField("times", \.times, "Files with another time at the destination, whose contents Globus compared there."),
        JSONField(
            "disputed", \.disputed, "Files whose other time at the destination is not explained: Globus compares them before a deletion."),
        JSONField("checked", \.checked, "When the files were last found at the destination."),
        JSONField("cleaned", \.cleaned, "When all verified files had been removed from the source."),
    ]
}

extension JournalRecord.Listed: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("files", \.files), JSONField("manifest", \.manifest, "SHA-256 of the list; absent if it is empty."),
    ]
}

extension JournalRecord.ReadBack: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("user", \.user), JSONField("host", \.host), JSONField("directory", \.directory), JSONField("begun", \.begun),
        JSONField("ended", \.ended), JSONField("manifest", \.manifest), JSONField("asked", \.asked),
    ]
}

extension JournalRecord.Plan.End: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("name", \.name), JSONField("collection", \.collection), JSONField("path", \.path),
    ]
}

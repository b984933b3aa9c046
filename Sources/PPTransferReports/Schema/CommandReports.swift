package import PPTransfer
package import PositionedYAML

/// What `run --dry-run` prints: the plans of all transfers.
package struct PlanReport: ReportBody {
    package var transfers: [PlanPreview]
    package var isRehearsal: Bool

    package init(transfers: [PlanPreview], isRehearsal: Bool) { (self.transfers, self.isRehearsal) = (transfers, isRehearsal) }

    package var status: ExitStatus { ExitStatus.mostSerious(of: transfers.map(\.status)) }

    package static let document = SchemaDocument.plan
    package static let fields: [JSONField<Self>] = [.rehearsal(\.isRehearsal), JSONField("transfers", \.transfers)]
}

/// What any command prints instead of its own document when its files or variables are wrong, so that nothing was begun.
package struct RefusalReport: ReportBody {
    package var problems: Problems
    package var isRehearsal: Bool

    package init(problems: Problems, isRehearsal: Bool) { (self.problems, self.isRehearsal) = (problems, isRehearsal) }

    package static let document = SchemaDocument.refusal
    package static let fields: [JSONField<Self>] = [.rehearsal(\.isRehearsal), JSONField("problems", \.problems.all)]
}

/// What `cancel` prints.
package struct CancelReport: ReportBody {
    package var transfers: [Cancellation.Result]

    package init(transfers: [Cancellation.Result]) { self.transfers = transfers }

    package static let document = SchemaDocument.cancel
    package static let fields: [JSONField<Self>] = [JSONField("transfers", \.transfers)]
}

/// What `clean` prints.
package struct CleanReport: ReportBody {
    package var transfers: [CleanUp.Report]

    package init(transfers: [CleanUp.Report]) { self.transfers = transfers }

    package static let document = SchemaDocument.clean
    package static let fields: [JSONField<Self>] = [JSONField("transfers", \.transfers)]
}

/// What the subcommands of `records` print.
package struct RecordsReport: ReportBody {
    package var transfers: [RecordUpkeep.Result]
    /// Whether records were changed; otherwise the changes are only printed.
    package var isDone: Bool

    package init(transfers: [RecordUpkeep.Result], isDone: Bool) { (self.transfers, self.isDone) = (transfers, isDone) }

    package static let document = SchemaDocument.records
    package static let fields: [JSONField<Self>] = [
        JSONField("transfers", \.transfers),
        JSONField("done", \.isDone, "Whether records were changed; without --yes the changes are only printed."),
    ]
}

/// What `collections list` prints.
package struct CollectionsReport: ReportBody {
    package var collections: [Site]

    package init(collections: [Site]) { self.collections = collections }

    package static let document = SchemaDocument.collections
    package static let fields: [JSONField<Self>] = [JSONField("collections", \.collections)]
}

extension Site: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("alias", \.alias),
        JSONField("collection") { $0.searchedName == nil && $0.collection != .null ? $0.collection : nil },
        JSONField("name", \.name), JSONField("until", \.until),
        JSONField("session") { $0.session?.written }, JSONField("identity", \.identity), JSONField("retired", \.retired),
        JSONField("successor", \.successor), JSONField("roots") { $0.roots.map(\.description) },
        JSONField("shown") { $0.shown.map(\.mount.description) }, JSONField("notes", \.notes), JSONField("source", \.source),
        JSONField("checked", \.checked),
    ]
}

/// What `collections search`, `show` and `ls` print: an answer of the service.
package struct AnswerReport: ReportBody {
    package var answer: FreeJSON

    package init(_ answer: some Encodable & Sendable) { self.answer = FreeJSON(answer) }

    package static let document = SchemaDocument.collections
    package static let fields: [JSONField<Self>] = [JSONField("answer", \.answer, "The answer of Globus.")]
}

/// What `explain` prints.
package struct ExplanationReport: ReportBody {
    package var pages: [Explanation]

    package init(pages: [Explanation]) { self.pages = pages }

    package static let document = SchemaDocument.explain
    package static let fields: [JSONField<Self>] = [JSONField("pages", \.pages)]
}

/// What `export` prints.
package struct BagReport: ReportBody {
    package var report: BagExport.Report?

    /// - Parameter report: `nil` if no bag was written.
    package init(report: BagExport.Report?) { self.report = report }

    /// `bag: 2 files, 2 kB of 1 transfer; data/ is jasmin:/gws/archive`
    package var text: String {
        report.map {
            "\($0.directory): \(Quantity.count($0.files, "file")), \(Quantity.bytes($0.bytes)) of "
                + "\(Quantity.count($0.transfers.count, "transfer")); data/ is \($0.payload)"
        } ?? ""
    }

    package static let document = SchemaDocument.export
    package static let fields: [JSONField<Self>] = [
        JSONField("directory", \.report?.directory, "Where the tag files are; absent, like the rest, if none were written."),
        JSONField("files", \.report?.files), JSONField("bytes", \.report?.bytes), JSONField("transfers", \.report?.transfers),
        JSONField("payload", \.report?.payload, "What 'data/' stands for: jasmin:/gws/archive."),
    ]
}

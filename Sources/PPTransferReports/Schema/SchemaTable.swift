package import Globus
import PPTransfer

extension SchemaDocument {
    package var schema: JSONValue {
        guard case .object(var members) = table.json else { return table.json }
        members["$schema"] = .string("https://json-schema.org/draft/2020-12/schema")
        members["title"] = .string(title)
        return .object(members)
    }

    private var title: String {
        switch self {
        case .description: "A transfer, as 'pptransfer run' reads it"
        case .sites: "A site file: collections by name, and what is known of them"
        case .plan: "What 'pptransfer run --dry-run --json' prints"
        case .run: "What 'pptransfer run --json' prints"
        case .status: "What 'pptransfer status --json' prints"
        case .check: "What 'pptransfer check --json' prints"
        case .clean: "What 'pptransfer clean --json' prints"
        case .export: "What 'pptransfer export --json' prints"
        case .receipt: "What 'pptransfer receipt --json' prints"
        case .doctor: "What 'pptransfer doctor --json' prints"
        case .cancel: "What 'pptransfer cancel --json' prints"
        case .collections: "What 'pptransfer collections list --json' prints, and search, show, ls and 'sites add'"
        case .whoami: "What 'pptransfer whoami --json' prints"
        case .explain: "What 'pptransfer explain --json' prints"
        case .validate: "What 'pptransfer validate --json' prints"
        case .records: "What 'pptransfer records move --json' prints, and forget, rename and note"
        case .refusal: "What any command prints with --json if its files or variables are wrong"
        case .log: "A line of what 'pptransfer run --log-format json' prints"
        }
    }

    var table: Schema {
        switch self {
        case .description: DescriptionSchema.document
        case .sites: SiteSchema.document
        case .plan: Self.orRefusal(PlanReport.self)
        case .run: Self.orRefusal(RunReport.self)
        case .status: Self.orRefusal(StatusReport.self)
        case .check: Self.orRefusal(CheckReport.self)
        case .doctor: ReportDocument<DoctorReport>.jsonSchema
        case .cancel: Self.orRefusal(CancelReport.self)
        case .clean: Self.orRefusal(CleanReport.self)
        case .whoami: Self.orRefusal(LoginReport.self)
        case .export: ReportDocument<BagReport>.jsonSchema
        case .receipt: ReportDocument<ReceiptReport>.jsonSchema
        case .validate: ReportDocument<ValidationReport>.jsonSchema
        case .explain: ReportDocument<ExplanationReport>.jsonSchema
        case .collections: Self.orRefusal(CollectionsReport.self, AnswerReport.self)
        case .records: Self.orRefusal(RecordsReport.self)
        case .refusal: ReportDocument<RefusalReport>.jsonSchema
        case .log: LogSchema.document
        }
    }

    /// Of a command that reads files or variables first.
    private static func orRefusal<each Body: ReportBody>(_ bodies: repeat (each Body).Type) -> Schema {
        var schemas: [Schema] = []
        repeat schemas.append(ReportDocument<each Body>.jsonSchema)
        return Schema(.either(schemas + [ReportDocument<RefusalReport>.jsonSchema]))
    }
}

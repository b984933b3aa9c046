package import Globus

/// The documents that have a schema.
package enum SchemaDocument: String, CaseIterable, Sendable {
    case description, sites, plan, run, status, check, doctor, cancel, clean, receipt, validate, collections, whoami, explain, log

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
        case .receipt: "What 'pptransfer receipt --json' prints"
        case .doctor: "What 'pptransfer doctor --json' prints"
        case .cancel: "What 'pptransfer cancel --json' prints"
        case .collections: "What 'pptransfer collections list --json' prints"
        case .whoami: "What 'pptransfer whoami --json' prints"
        case .explain: "What 'pptransfer explain --json' prints"
        case .validate: "What 'pptransfer validate --json' prints"
        case .log: "A line of what 'pptransfer run --log-format json' tells"
        }
    }

    var table: Schema {
        switch self {
        case .description: DescriptionSchema.document
        case .sites: SiteSchema.document
        case .plan: Schema(.either([ReportSchemas.plan, ReportSchemas.refusal("pptransfer_run")]))
        case .run: Schema(.either([ReportSchemas.run, ReportSchemas.refusal("pptransfer_run")]))
        case .status: ReportSchemas.status
        case .check: Schema(.either([ReportSchemas.check, ReportSchemas.refusal("pptransfer_run")]))
        case .doctor: ReportSchemas.doctor
        case .cancel: ReportSchemas.cancel
        case .clean: ReportSchemas.clean
        case .whoami: ReportSchemas.whoami
        case .receipt: ReportSchemas.receipt
        case .validate: ReportSchemas.validate
        case .explain: ReportSchemas.explain
        case .collections: ReportSchemas.collections
        case .log: ReportSchemas.log
        }
    }
}

/// The documents that have a schema.
package enum SchemaDocument: String, CaseIterable, Sendable {
    case description, sites, plan, run, status, check, doctor, cancel, clean, receipt, validate, collections, whoami, explain, records,
        refusal, log
}

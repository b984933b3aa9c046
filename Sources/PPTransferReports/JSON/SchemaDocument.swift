/// The documents that have a schema.
package enum SchemaDocument: String, CaseIterable, Sendable {
    case description, sites, plan, run, status, check, doctor, cancel, clean, receipt, export, validate, collections, whoami, explain
    case records, refusal, log
}

import CycleCalendar
import Globus
import PositionedYAML

extension TaskDescription {
    /// The description as YAML text. Reading it gives the same description, whatever the environment then holds; what equals its default
    /// is left out.
    package var yaml: String { yaml(expandingPathOf: []) }

    /// The description as YAML text.
    ///
    /// - Parameter ends: `from`, `to`: the ends whose path holds words in braces (`{cycle}`) that the reader is to replace.
    func yaml(expandingPathOf ends: Set<String>) -> String {
        var lines = ["pptransfer: \(DocumentReader.formatVersion)"]
        if let name { lines.append("name: \(quoted(name.value, words: true))") }
        lines.append("workflow: \(quoted(workflow.value))")
        lines.append("cycle: \(cycle.map { quoted($0.value.description) } ?? "null")")
        lines += end(from, "from", ends) + (expires.map { ["  expires: \($0.value)"] } ?? []) + end(to, "to", ends)
        if let existing { lines.append("  existing: \(existing.rawValue)") }
        if let manifest { lines.append("  manifest: \(manifest.value.rawValue)") }
        if let group = rights.group { lines.append("  group: \(quoted(group.value))") }
        if let mode = rights.mode { lines.append("  mode: \(quoted(mode.value.text))") }
        if let policy = rights.onDifference { lines.append("  on_difference: \(policy.value.rawValue)") }
        lines += section("select", selectionFields)
        let plain = TaskDescription(position: position, workflow: workflow, from: from, to: to)
        if empty != plain.empty { lines.append("empty: \(empty.rawValue)") }
        if let symlinks { lines.append("symlinks: \(symlinks.rawValue)") }
        lines += section("transfer", transferFields(plain.transfer)) + section("wait", waitFields(plain.wait))
        lines += section("verify", verifyFields(plain.verify))
        if clean != plain.clean {
            lines += section("clean", ["source: \(clean.source.rawValue)"] + (clean.directories ? ["directories: true"] : []))
        }
        if let fileList { lines += section("after", ["filelist: \(quoted(fileList.value, words: true))"]) }
        if !acknowledgedEnds.isEmpty {
            lines += section("site", ["acknowledge_end: [\(acknowledgedEnds.map { quoted($0) }.joined(separator: ", "))]"])
        }
        if cylcMessages != plain.cylcMessages { lines += section("cylc", ["messages: \(cylcMessages)"]) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ name: String, _ fields: [String]) -> [String] {
        fields.isEmpty ? [] : ["\(name):"] + fields.map { "  " + $0 }
    }

    private func end(_ end: End, _ name: String, _ expanding: Set<String>) -> [String] {
        let collection =
            switch end.collection.value {
            case .alias(let alias): quoted(alias)
            case .id(let id): id.description
            case .search(let text): "{search: \(quoted(text))}"
            case .globusConnectPersonal: "{gcp: local}"
            }
        let user = end.localUser.map { ["local_user: \(quoted($0.value))"] } ?? []
        return section(name, ["collection: \(collection)", "path: \(quoted(end.path.value, words: !expanding.contains(name)))"] + user)
    }

    private var selectionFields: [String] {
        let lists = [("include", select.include), ("exclude", select.exclude), ("required", select.required)]
        return lists.compactMap { name, patterns in
            patterns.isEmpty ? nil : "\(name): [\(patterns.map { quoted($0.value) }.joined(separator: ", "))]"
        } + (select.settled.map { ["settled: \($0.written)"] } ?? [])
    }

    private func transferFields(_ plain: TransferOptions) -> [String] {
        var fields: [String] = []
        if transfer.sync != plain.sync { fields.append("sync: \(transfer.sync.name)") }
        if transfer.verifyChecksum != plain.verifyChecksum { fields.append("verify_checksum: \(transfer.verifyChecksum)") }
        if transfer.preserveTimestamp != plain.preserveTimestamp { fields.append("preserve_timestamp: \(transfer.preserveTimestamp)") }
        if let encrypt = transfer.encrypt { fields.append("encrypt: \(encrypt.rawValue)") }
        if transfer.failOnQuotaErrors != plain.failOnQuotaErrors { fields.append("fail_on_quota_errors: \(transfer.failOnQuotaErrors)") }
        if transfer.deleteExtra != plain.deleteExtra { fields.append("delete_extra: \(transfer.deleteExtra)") }
        if transfer.notify != plain.notify {
            let events = TransferOptions.Notification.allCases.filter(transfer.notify.contains)
            fields.append("notify: [\(events.map(\.rawValue).joined(separator: ", "))]")
        }
        if transfer.deadline != plain.deadline { fields.append("deadline: \(transfer.deadline.written)") }
        return fields
    }

    private func waitFields(_ plain: WaitOptions) -> [String] {
        var fields: [String] = []
        if wait.limit != plain.limit { fields.append("limit: \(wait.limit.written)") }
        if wait.outage != plain.outage { fields.append("outage: \(wait.outage.written)") }
        if wait.onFault != plain.onFault {
            fields.append("on_fault: {after: \(wait.onFault.after.written), then: \(wait.onFault.then.rawValue)}")
        }
        if wait.onInactive != plain.onInactive { fields.append("on_inactive: \(wait.onInactive.rawValue)") }
        return fields
    }

    private func verifyFields(_ plain: VerifyOptions) -> [String] {
        var fields: [String] = []
        if verify.level != plain.level { fields.append("level: \(verify.level.rawValue)") }
        if verify.digest != plain.digest { fields.append("digest: \(verify.digest.rawValue)") }
        if let manifest = verify.manifest { fields.append("manifest: \(quoted(manifest.value, words: true))") }
        if verify.extra != plain.extra { fields.append("extra: \(verify.extra.rawValue)") }
        return fields
    }

    /// In double quotes, with whatever would be taken for a template doubled.
    private func quoted(_ text: String, words: Bool = false) -> String {
        let doubled = text.unicodeScalars.flatMap { $0 == "$" || words && ($0 == "{" || $0 == "}") ? [$0, $0] : [$0] }
        return YAMLText.quoted(String(String.UnicodeScalarView(doubled)))
    }
}

/// Texts as YAML.
package enum YAMLText {
    /// In double quotes, on one line.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case " "..."~": result.unicodeScalars.append(scalar)
            case _ where scalar.properties.isAlphabetic: result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return result + "\""
    }
}

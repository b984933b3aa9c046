import PositionedYAML
import SystemFiles

/// Reads `group` and `mode`, which descriptions and site files write alike.
enum RightsReading {
    private static let form = "write it as in g+rX or \"g+rwX,o-rwx\": u, g, o or a, then +, - or =, then r, w, x or X"

    static func group(
        _ node: YAMLNode, key: String, words: [String: TemplateWord]? = nil, _ reader: inout FieldReader
    ) -> Positioned<String>? {
        guard let text = reader.text(node, key: key, words: words) else { return nil }
        guard ExpectedRights.isGroup(text.value) else {
            reader.report(
                at: text.position, key: key, "\(shown(text.value)) is not the name of a group",
                remedy: "write one name, as 'ls -l' shows it at the destination")
            return nil
        }
        return text
    }

    /// A list is the same as its clauses with commas between, which a mapping in braces would cut.
    static func mode(_ node: YAMLNode, key: String, _ reader: inout FieldReader) -> Positioned<FileMode>? {
        let clauses = reader.texts(node, key: key)
        guard let position = clauses.first?.position else { return nil }
        let text = clauses.map { $0.value.with(" ", as: "") }.joined(separator: ",")
        if let mode = FileMode(text) {
            guard mode.closesDirectories else { return Positioned(mode, at: position) }
            reader.report(
                at: position, key: key, "\(shown(text)) takes from directories the right to enter them (x)",
                remedy: "write X beside r, as in u=rwX,g=rX,o=: it is given to directories, and to files that somebody may execute")
            return nil
        }
        let wrong = clauses.first { FileMode($0.value) == nil } ?? Positioned(text, at: position)
        let isNumber = !wrong.value.isEmpty && wrong.value.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        reader.report(
            at: wrong.position, key: key,
            isNumber ? "\(shown(wrong.value)) is a number, which would also say what others may do" : "\(shown(wrong.value)) is not a mode",
            remedy: form)
        return nil
    }

    static func read(_ fields: Fields, words: [String: TemplateWord], _ reader: inout FieldReader) -> TaskDescription.RightsOptions {
        var rights = TaskDescription.RightsOptions()
        if let node = fields["group"] { rights.group = group(node, key: fields.key("group"), words: words, &reader) }
        if let node = fields["mode"] { rights.mode = mode(node, key: fields.key("mode"), &reader) }
        if let node = fields["on_difference"] {
            rights.onDifference = reader.choice(node, key: fields.key("on_difference")).map { Positioned($0, at: node.position) }
        }
        return rights
    }

    /// In braces, `mode: g+rwX,o-rwx` is two keys to YAML, which is reported as what it is.
    static func withoutCutMode(_ node: YAMLNode, key: String, _ reader: inout FieldReader) -> YAMLNode {
        guard case .mapping(let entries) = node.content, entries.contains(where: { $0.key == "mode" }) else { return node }
        let cut = entries.filter { $0.value.isBlank && FileMode($0.key) != nil }
        for entry in cut {
            reader.report(
                at: entry.keyPosition, key: "\(key).mode", "a comma in braces begins a new key, here '\(entry.key)'",
                remedy: "put the mode in quotes: mode: \"g+rwX,o-rwx\"")
        }
        return YAMLNode(content: .mapping(entries.filter { entry in !cut.contains { $0.key == entry.key } }), position: node.position)
    }
}

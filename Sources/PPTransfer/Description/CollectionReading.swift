import Globus
import PositionedYAML

extension FieldReader {
    /// Reads the name of an account on a machine, as Globus passes it on.
    mutating func accountName(_ node: YAMLNode, key: String) -> Positioned<String>? {
        guard let name = text(node, key: key) else { return nil }
        let isName = !name.value.isEmpty && name.value.utf8.count <= 256 && !name.value.utf8.contains { $0 <= 0x20 || $0 == 0x7F }
        if isName, !name.value.has("/") { return name }
        report(
            at: name.position, key: key,
            name.value.isEmpty ? "the account is missing" : "\(shown(name.value)) is not the name of an account",
            remedy: "write it as that machine calls you, as in 'jdoe', or leave the key out")
        return nil
    }
}

/// Reads which collection is meant.
package enum CollectionReading {
    static func read(_ node: YAMLNode, key: String, _ reader: inout FieldReader) -> Positioned<CollectionReference>? {
        if case .scalar = node.content {
            guard let text = reader.text(node, key: key) else { return nil }
            return reference(text, key: key, &reader).map { Positioned($0, at: text.position) }
        }
        guard
            let fields = reader.fields(node, key: key, known: ["search", "gcp"], example: "a collection's alias or UUID, or {gcp: local}")
        else { return nil }
        if let search = fields["search"] {
            guard let name = reader.text(search, key: fields.key("search")) else { return nil }
            guard !name.value.isEmpty else {
                reader.report(
                    at: name.position, key: fields.key("search"), "the name is missing", remedy: "give the name of the collection")
                return nil
            }
            if fields["gcp"] != nil {
                reader.report(
                    at: node.position, key: key, "a collection is either searched for or this machine's", remedy: "write one of the two")
                return nil
            }
            return Positioned(.search(name.value), at: name.position)
        }
        guard let gcp = fields["gcp"] else {
            reader.report(at: node.position, key: key, "the collection is missing", remedy: "write its alias or UUID, or {gcp: local}")
            return nil
        }
        return reader.choice(gcp, key: fields.key("gcp"), among: [("local", Positioned(.globusConnectPersonal, at: node.position))])
    }

    private static func reference(_ text: Positioned<String>, key: String, _ reader: inout FieldReader) -> CollectionReference? {
        do throws(PlaceProblem) {
            if WebAppLink.isLink(text.value), try WebAppLink(text.value, pane: .origin).path != nil {
                throw PlaceProblem("the link also names a directory", remedy: "write it as 'link:', without 'collection' and 'path'")
            }
            return try CollectionReference(word: text.value)
        } catch {
            reader.report(at: text.position, key: key, error.what, remedy: error.remedy)
            return nil
        }
    }

    /// Letters, digits and `-_.`, beginning with a letter or digit.
    package static func isAlias(_ text: String) -> Bool {
        guard let first = text.utf8.first, isWord(first) else { return false }
        return text.utf8.count <= 64
            && text.utf8.allSatisfy { isWord($0) || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains($0) }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }

    /// What to say of a text that was meant to be a UUID.
    static let formOfUUID = "a UUID has 8, 4, 4, 4 and 12 of the digits 0-9 and a-f, with '-' between"

    /// No alias anyone would choose: long, and nearly all of it digits, `a`-`f` and dashes.
    static func looksLikeUUID(_ text: String) -> Bool {
        let fitting = text.filter { $0.isHexDigit || $0 == "-" }.count
        return (28...44).contains(text.count) && fitting + 3 >= text.count && text.contains(where: \.isNumber)
    }
}

import PositionedYAML
import Rehearsal
import SystemFiles

/// `storage:`, what storage gets wrong.
extension FaultFileReader {
    static let storageVerbs: [FaultVerb] = [
        FaultVerb("flip"), FaultVerb("truncate", .optional, example: "{truncate: 10}"), FaultVerb("grow", .optional, example: "{grow: 10}"),
        FaultVerb("stale"), FaultVerb("exchange", .required, example: "{exchange: other.nc}"), FaultVerb("drop"),
        FaultVerb("extra", .required, example: "{extra: stray.nc}"), FaultVerb("no-space"), FaultVerb("quota"),
        FaultVerb("deny"), FaultVerb("read-error"), FaultVerb("deny-reading"), FaultVerb("vanish"), FaultVerb("changing"),
        FaultVerb("deny-listing"), FaultVerb("list-error"), FaultVerb("hide"),
        FaultVerb("understate", .optional, example: "{understate: 10}"),
        FaultVerb("umask", .required, example: "{umask: \"077\"}"),
    ]
    private static let words: [String: StorageFault.Effect] = [
        "flip": .flip, "stale": .stale, "drop": .drop, "no-space": .noSpace, "quota": .quota, "deny": .deny, "read-error": .readError,
        "deny-reading": .denyReading, "vanish": .vanish, "changing": .changing, "deny-listing": .denyListing, "list-error": .listError,
        "hide": .hide,
    ]
    private static let spoiling = ["flip", "stale", "exchange", "truncate", "grow", "drop", "extra"]

    mutating func storageFault(_ node: YAMLNode) -> StorageFault? {
        let known = ["path", "when", "after", "times", "chance", "do"]
        guard let fields = reader.fields(node, key: "storage", known: known, example: "'- {path: \"*.nc\", do: flip}'") else { return nil }
        let path = text("path", fields)
        if fields["path"] == nil { reader.reportMissing("path", in: fields, remedy: "name files, as in 'path: \"*.nc\"'") }
        let action = action(fields, among: Self.storageVerbs)
        let when: StorageFault.Moment? = fields["when"].flatMap { reader.choice($0, key: fields.key("when")) }
        if let node = fields["when"], let action, !Self.spoiling.contains(action.verb) {
            reader.report(
                at: node.position, key: fields.key("when"), "this does not define '\(action.verb)'",
                remedy: "it goes with \(Self.spoiling.joined(separator: ", "))")
        }
        let count = count(fields, standard: nil)
        guard let effect = action.flatMap({ storageEffect($0) }), let path else { return nil }
        return StorageFault(path, effect, when: when ?? .sent, count)
    }

    private mutating func storageEffect(_ action: FaultAction) -> StorageFault.Effect? {
        if let effect = Self.words[action.verb] { return effect }
        if ["extra", "exchange"].contains(action.verb) {
            guard let node = action.value, let name = reader.text(node, key: action.key) else { return nil }
            guard !name.value.has("/"), ![".", "..", ""].contains(name.value) else {
                reader.report(
                    at: name.position, key: action.key, "\(shown(name.value)) is not a file's name", remedy: "write a name without '/'")
                return nil
            }
            return action.verb == "extra" ? .extra(name: name.value) : .exchange(with: name.value)
        }
        if action.verb == "umask" {
            guard let node = action.value, let text = reader.text(node, key: action.key) else { return nil }
            guard let bits = UInt32(text.value, radix: 8), bits <= 0o777 else {
                reader.report(
                    at: text.position, key: action.key, "\(shown(text.value)) is not an octal mask", remedy: "write it as in 077 or 027")
                return nil
            }
            return .umask(bits)
        }
        guard let bytes = action.value.map({ number($0, key: action.key, from: 1) }) ?? 1 else { return nil }
        switch action.verb {
        case "truncate": return .truncate(bytes: bytes)
        case "grow": return .grow(bytes: bytes)
        case "understate": return .understate(bytes: bytes)
        default: return nil
        }
    }
}

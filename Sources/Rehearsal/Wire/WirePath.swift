import FoundationEssentials
import SystemFiles

/// Paths below an item, as text.
enum WirePath {
    /// Each name on its own, since only some of them may not be UTF-8.
    static func text(_ relative: [UInt8]) -> String {
        if let text = String(validating: relative, as: UTF8.self) { return text }
        return relative.split(separator: UInt8(ascii: "/")).map { WireName.text(Array($0)) }.joined(separator: "/")
    }

    static func joined(_ base: String, _ relative: String) -> String {
        relative.isEmpty ? base : base.ends(with: "/") ? base + relative : base + "/" + relative
    }
}

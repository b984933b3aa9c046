import PPTransfer
import PositionedYAML

/// What the comments of an example say of the world that it is made for: `# set: NAME=value` a variable, `# sites: FILE` a file of sites
/// beside it.
struct ExampleComments {
    private(set) var values: [String: String] = [:]
    private var files: [String] = []

    init(_ text: [UInt8], file: String) {
        for (_, line) in TextLines.of(text) where line.first == "#" {
            let words = line.dropFirst().trimmed
            if words.hasPrefix("set: "), let equals = words.firstIndex(of: "=") {
                values[String(words[..<equals].dropFirst(5).trimmed)] = String(words[words.index(after: equals)...])
            } else if words.hasPrefix("sites: ") {
                files.append((file.directory.map { $0.withEndingSlash } ?? "") + words.dropFirst(7).trimmed)
            }
        }
    }

    /// - Returns: `nil` if the example names no file of sites that can be read.
    func sites(_ environment: [String: String]) -> SiteCatalogue? {
        guard !files.isEmpty else { return nil }
        var environment = environment
        environment["PPTRANSFER_SITES"] = ([environment["PPTRANSFER_SITES"] ?? ""] + files).filter { !$0.isEmpty }.joined(separator: ":")
        return try? SiteCatalogue.load(environment: environment, words: .commands)
    }
}

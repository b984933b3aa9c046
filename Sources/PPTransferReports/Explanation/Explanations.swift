import PPTransfer
import PositionedYAML

/// Every page that there is, and how it is found.
package struct Explanations: Sendable {
    /// Of the statuses, in the order of their numbers; then of the service's codes.
    package let pages: [Explanation]

    /// What the program carries: `statuses.md` and `codes.md`.
    package static let all = Explanations(
        pages: ExplanationReader.read(PackageResources.statuses_md) + ExplanationReader.read(PackageResources.codes_md))

    /// The pages of a status's number or name, or of a code of Globus in any of its spellings; capitals, `_` and `-` do not matter. Of a
    /// dotted code the most particular part that has a page decides.
    ///
    /// - Returns: several where the service uses one word in two places; none for a word that nobody knows.
    package func pages(for word: String) -> [Explanation] {
        if let status = ExitStatus(word.lowercased()) {
            // A signal's page is that of all signals, with its own number.
            return pages.filter { $0.isOfStatus && $0.status.name == status.name }.map { page in
                var page = page
                page.subject = .status(status)
                return page
            }
        }
        let named = pages.filter { $0.names.contains { Self.plain($0) == Self.plain(word) } }
        if !named.isEmpty { return named }
        for part in word.split(separator: ".").reversed() {
            let found = pages.filter { $0.names.contains { Self.plain($0.split(separator: ".").last ?? "") == Self.plain(part) } }
            if !found.isEmpty { return found }
        }
        return []
    }

    /// What a word that nobody knows may have meant: names that it is a part of, and the one that is spelt most like it.
    package func suggestions(for word: String) -> [String] {
        let names = pages.flatMap(\.names)
        let wanted = Self.plain(word)
        let holding = wanted.count < 3 ? [] : names.filter { Self.plain($0).contains(wanted) }
        let near = nearest(to: word, among: names).map { holding.contains($0) ? [] : [$0] } ?? []
        return near + holding
    }

    private static func plain(_ name: some StringProtocol) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" } }
}

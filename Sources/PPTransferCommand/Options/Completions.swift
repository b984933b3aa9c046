import ArgumentParser
import FoundationEssentials
import PPTransfer
import PPTransferReports

/// What a shell may complete that is known only when it asks.
extension CompletionKind {
    /// Aliases of the sites.
    static var alias: CompletionKind {
        .custom { _, _, _ in
            (try? SiteCatalogue.load(environment: CommandEnvironment.variables, words: .commands))?.sites.map(\.alias) ?? []
        }
    }

    /// Workflows of which the journal has records: the one that the command line names, if it does.
    static var workflow: CompletionKind {
        .custom { words, _, _ in
            let given = words.firstIndex(of: "--journal").flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
            let search = JournalSearch(workflow: nil, given: given, environment: CommandEnvironment.variables)
            return Set(
                search.places.flatMap { place in
                    place.journal.workflows().flatMap { name in [name] + (place.run.map { ["\(name)/\($0)"] } ?? []) }
                }
            ).sorted()
        }
    }

    static var description: CompletionKind { .file(extensions: ["yaml", "yml"]) }
}

import Globus
import PositionedYAML
import SystemFiles

extension CollectionReference {
    /// Reads a collection as people write it in one word: an alias, a UUID, a link of the web app, or else the name that the web app shows.
    ///
    /// What can be an alias is one; `SiteCatalogue.reference(meantBy:)` takes it for a name if no site is called so.
    ///
    /// - Throws: for an empty word, a link that is none of the web app's, and what was meant to be a UUID.
    package init(word: String) throws(PlaceProblem) {
        let word = word[...].trimmed()
        if let id = CollectionID(word) {
            self = .id(id)
        } else if word.isEmpty {
            throw PlaceProblem("the collection is missing", remedy: "write its alias, its UUID, its exact name, or a link of the web app")
        } else if CollectionReading.looksLikeUUID(word) {
            throw PlaceProblem("\(shown(word)) is not a UUID", remedy: CollectionReading.formOfUUID)
        } else if WebAppLink.isLink(word) {
            self = .id(try WebAppLink(word, pane: .origin).collection)
        } else {
            self = CollectionReading.isAlias(word) ? .alias(word) : .search(word)
        }
    }
}

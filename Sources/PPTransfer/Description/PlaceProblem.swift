/// Why a word says neither a collection nor a place on one: what is wrong, and what to write instead.
package struct PlaceProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package var what: String
    package var remedy: String

    package init(_ what: String, remedy: String) { (self.what, self.remedy) = (what, remedy) }

    package var description: String { what + "; " + remedy }
}

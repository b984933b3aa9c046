/// A document that also comes as an entry of a page.
///
/// An entry of another shape than this version knows does not fail its page, and does not vanish from it: what is missing from a list may
/// count as proof that it is not there.
package protocol PageEntry: Decodable {
    /// Makes what stands in a list for an entry that cannot be read.
    init(unreadable value: JSONValue)
}

extension KeyedDecodingContainer {
    /// Called for each list of entries by the decoders that the compiler makes.
    func decode<Element: PageEntry>(_ type: [Element].Type, forKey key: Key) throws -> [Element] {
        var list = try nestedUnkeyedContainer(forKey: key)
        var elements: [Element] = []
        elements.reserveCapacity(list.count ?? 0)
        while !list.isAtEnd {
            // A failed attempt leaves the container at the same entry.
            do { elements.append(try list.decode(Element.self)) } catch {
                elements.append(Element(unreadable: try list.decode(JSONValue.self)))
            }
        }
        return elements
    }
}

extension OpenDocument {
    /// An entry without any field decides nothing.
    package init(unreadable value: JSONValue) { self.init(fields: value.object ?? [:]) }
}

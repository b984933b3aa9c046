/// Everything of a kind that the service gives in pages: entries, tasks, files, events.
///
/// A page is fetched when its first element is needed, so leaving a loop early costs no more than what was read. Each iteration begins
/// anew. Cancelling the task ends it with the code `cancelled`. A service that gives a page again, or never comes to an end, is an
/// error with the code `endless`.
///
/// ```swift
/// for try await entry in client.entries(of: path, on: collection) { print(entry.name) }
/// ```
public struct Pages<Element: Sendable>: AsyncSequence, Sendable {
    package struct Page: Sendable {
        package var elements: [Element]
        /// Fetches the page that follows; `nil` after the last.
        package var next: Fetch?

        package init(_ elements: [Element], next: Fetch? = nil) { (self.elements, self.next) = (elements, next) }
    }

    package typealias Fetch = @Sendable () async throws(GlobusError) -> Page

    package let first: Fetch

    package init(_ first: @escaping Fetch) { self.first = first }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(fetch: first) }

    /// One pass through the elements, from the first page on.
    public struct AsyncIterator: AsyncIteratorProtocol {
        /// More pages than any list of the service has.
        private static var most: Int { 100_000 }

        fileprivate var fetch: Fetch?
        private var elements: [Element] = []
        private var place = 0
        private var pages = 0

        fileprivate init(fetch: @escaping Fetch) { self.fetch = fetch }

        public mutating func next() async throws(GlobusError) -> Element? { try await next(isolation: nil) }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(GlobusError) -> Element? {
            while place == elements.count {
                guard let fetch else { return nil }
                if Task.isCancelled { throw .cancelled }
                pages += 1
                guard pages <= Self.most else { throw .endless(directory: "this list", reason: "has more than \(Self.most) pages") }
                // After an error there is nothing more, as of every sequence.
                self.fetch = nil
                let page = try await fetch()
                (elements, place, self.fetch) = (page.elements, 0, page.next)
            }
            defer { place += 1 }
            return elements[place]
        }
    }

    /// Returns all elements at once.
    public func all() async throws(GlobusError) -> [Element] {
        var found: [Element] = []
        for try await element in self { found.append(element) }
        return found
    }
}

extension Pages {
    /// Pages that continue at an offset.
    ///
    /// - Parameters:
    ///   - list: what is listed, for messages.
    ///   - fetch: from an offset on; the total by the service's own word, where it says one.
    package static func byOffset(
        _ list: String, _ fetch: @escaping @Sendable (Int) async throws(GlobusError) -> (elements: [Element], hasMore: Bool)
    ) -> Pages {
        @Sendable func page(_ offset: Int) async throws(GlobusError) -> Page {
            let (elements, hasMore) = try await fetch(offset)
            guard hasMore, !elements.isEmpty else { return Page(elements) }
            let next = offset + elements.count
            return Page(elements) { () throws(GlobusError) in try await page(next) }
        }
        return Pages { () throws(GlobusError) in try await page(0) }
    }

    /// Pages that continue at a marker, which the service raises from page to page.
    package static func byMarker(
        _ list: String, _ fetch: @escaping @Sendable (Int64?) async throws(GlobusError) -> (elements: [Element], next: Int64?)
    ) -> Pages {
        @Sendable func page(_ marker: Int64?) async throws(GlobusError) -> Page {
            let (elements, next) = try await fetch(marker)
            guard let next else { return Page(elements) }
            guard next > marker ?? -1 else { throw .endless(directory: list, reason: "leads back to its marker \(next)") }
            return Page(elements) { () throws(GlobusError) in try await page(next) }
        }
        return Pages { () throws(GlobusError) in try await page(nil) }
    }
}

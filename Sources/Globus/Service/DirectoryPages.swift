import SystemFiles

/// The pages of one directory's listing, each entry once: the one place that knows how the service pages directories.
///
/// A directory that changes meanwhile shifts its pages, so that entries of an earlier page come again. What was given is remembered only
/// once there is a second page: most directories have one.
package struct DirectoryPages: Sendable {
    /// Gives the page from an offset on.
    package typealias Fetch = @Sendable (_ offset: Int, _ limit: Int) async throws(GlobusError) -> FileList

    /// The most that the service gives at once. Its servers read the whole directory for each page, so one page is kindest.
    package static let pageSize = 100_000
    /// More than anything that is transferred.
    package static let most = 5_000_000

    private let directory: CollectionPath
    private let most: Int
    private let fetch: Fetch
    private var first: [DirectoryEntry] = []
    private var known: Set<FileName> = []
    private var received = 0
    /// Whether the last page was given: there is nothing more to ask for.
    package private(set) var isAtEnd = false
    /// How many different entries were given.
    package private(set) var count = 0
    /// How many there are by the service's own word, if that is more than it gave; known at the end.
    package private(set) var claimed: Int?

    package init(of directory: CollectionPath, most: Int = Self.most, _ fetch: @escaping Fetch) {
        (self.directory, self.most, self.fetch) = (directory, most, fetch)
    }

    /// Returns the entries of the next page that were not in an earlier one; `nil` after the last page.
    ///
    /// - Throws: `endless` if the service gives nothing new, or more than `most` entries; and what the request throws.
    package mutating func next() async throws(GlobusError) -> [DirectoryEntry]? {
        if isAtEnd { return nil }
        let page = try await fetch(received, Self.pageSize)
        guard !page.files.isEmpty else {
            isAtEnd = true
            if let total = page.total, total > count { claimed = total }
            return nil
        }
        var new = page.files
        if received == 0 {
            first = new
        } else {
            if known.isEmpty {
                known = Set(first.map { FileName($0.name) })
                first = []
            }
            new = new.filter { known.insert(FileName($0.name)).inserted }
            guard !new.isEmpty else { throw endless("repeats entries, after \(count)") }
        }
        received = received.clampedSum(page.files.count)
        count += new.count
        guard count <= most else { throw endless("has more than \(most) entries") }
        // A full page may not be the last, and a service that does not say how many there are shows the end by an empty one.
        if let total = page.total, received >= total, page.files.count < Self.pageSize { (isAtEnd, first) = (true, []) }
        return new
    }

    /// The error of a listing that is shorter than the service says; `nil` if it is whole, or not at its end.
    package var shortfall: GlobusError? { claimed.map { endless("has \($0) entries, and returned \(count)") } }

    private func endless(_ reason: String) -> GlobusError { .endless(directory: directory.description, reason: reason) }
}

package import Globus
import PositionedYAML

/// The nearest directory above a path that does not exist, and what is in it.
package struct NearestDirectory: Hashable, Sendable {
    /// As many names as a person reads.
    static let mostNames = 10

    package var path: String
    /// In the order of their names.
    package var names: [String]
    /// How many there are beside them.
    package var others = 0
    /// What was most likely meant by the first part of the path that is missing; `nil` if nothing there is called nearly so.
    package var likely: String?

    /// - Parameter missing: the name that was looked for in this directory.
    package init(path: String, names: [String], missing: String = "") {
        (self.path, self.names) = (path, Array(names.sorted().prefix(Self.mostNames)))
        others = names.count - self.names.count
        likely = missing.isEmpty ? nil : nearest(to: missing, among: names)
    }

    /// `/work/n02 exists, and holds: a, b; did you mean 'a'?`
    package var sentence: String {
        guard !names.isEmpty else { return "\(path) exists, and is empty" }
        return "\(path) exists, and holds: \(names.joined(separator: ", "))" + (others > 0 ? " and \(others) more" : "")
            + (likely.map { "; did you mean '\($0)'?" } ?? "")
    }
}

extension NearestDirectory {
    /// Looks for the nearest directory above `path` that exists. It is an aid: what cannot be listed is not told.
    package init?(above path: CollectionPath, on collection: CollectionID, _ service: any TransferService) async {
        var (above, missing) = (path, path)
        for _ in 0..<Self.mostParents {
            guard above != .root else { return nil }
            (above, missing) = (above.parent, above)
            do {
                let list = try await service.list(above, on: collection, offset: 0, limit: Self.mostEntries)
                self.init(path: above.description, names: list.files.map(\.name), missing: String(missing.name))
                return
            } catch {
                guard error.refusal?.kind == .notFound else { return nil }
            }
        }
        return nil
    }

    private static var mostParents: Int { 4 }
    private static var mostEntries: Int { 1000 }
}

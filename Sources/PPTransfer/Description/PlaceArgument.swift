import Globus
import PositionedYAML
package import SystemFiles

/// A directory or file as one argument of a command names it: `COLLECTION:/path`, a link of the web app, or a path of this machine.
///
/// The collection is written as `CollectionReference(word:)` reads it. Names may hold colons, so that the last `:/` or `:~` divides; after a
/// UUID, the first. A path of this machine begins with `/`, `./`, `../` or `~/`, or holds no colon; it means this machine's Globus Connect Personal.
package struct PlaceArgument: Hashable, Sendable {
    /// Which end of a transfer the argument is. A link that shows two directories means the left one as a source, and the right one as a
    /// destination.
    package enum Role: Sendable { case source, destination }

    package var collection: CollectionReference
    /// Absolute, or from home (`~`). Of `.globusConnectPersonal`, as this machine calls it, always absolute. A slash at the end stays.
    @Bytewise package var path: String

    /// - Parameters:
    ///   - workingDirectory: absolute; a relative path of this machine begins there.
    ///   - home: of the user, for `~/`; `nil` if it is not known.
    /// - Throws: what is wrong with the text, and what to write instead.
    package init(
        _ text: String, as role: Role = .source, workingDirectory: String, home: String?
    ) throws(PlaceProblem) {
        guard !text.utf8.contains(0) else { throw PlaceProblem("\(shown(text)) holds a NUL character", remedy: "remove it") }
        if WebAppLink.isLink(text) {
            self = try Self.link(text, role)
        } else if Self.isLocal(text) {
            self.init(.globusConnectPersonal, try Self.absolute(text, in: workingDirectory, home: home))
        } else {
            if let problem = Self.windowsPath(text) { throw problem }
            guard let colon = Self.divider(of: text) else {
                guard text.has(":") else {
                    self = try Self.word(text, in: workingDirectory)
                    return
                }
                throw Self.withoutPath(text)
            }
            let collection = try CollectionReference(word: Self.unquoted(text[..<colon]))
            self.init(collection, String(Substring(text.unicodeScalars[colon...].dropFirst())))
        }
        if let problem = controlCharacterProblem(path) { throw PlaceProblem(problem.what, remedy: problem.remedy) }
    }

    private init(_ collection: CollectionReference, _ path: String) { (self.collection, self.path) = (collection, path) }

    /// A link, or a link that names no directory with `:/path` behind it.
    private static func link(_ text: String, _ role: Role) throws(PlaceProblem) -> Self {
        let pane: WebAppLink.Pane = role == .source ? .origin : .destination
        if !text.contains("_path="), let colon = divider(of: text), !["http", "https"].contains(text[..<colon].lowercased()) {
            let link = try WebAppLink(String(text[..<colon]), pane: pane)
            return Self(.id(link.collection), String(Substring(text.unicodeScalars[colon...].dropFirst())))
        }
        let link = try WebAppLink(text, pane: pane)
        guard let path = link.path else {
            throw PlaceProblem(
                "the link names no directory (\(link.pane)_path)",
                remedy: "write it behind the collection: '\(link.collection):/path'; or " + WebAppLink.remedy)
        }
        return Self(.id(link.collection), path)
    }

    /// Reads the place that a person wants to look at: a collection alone will do, since each has a directory that is shown first.
    ///
    /// - Throws: what is wrong with the text, and what to write instead; a path of this machine is no collection's.
    package static func listed(_ text: String) throws(PlaceProblem) -> (collection: CollectionReference, path: String?) {
        if WebAppLink.isLink(text) {
            if let place = try? link(text, .source) { return (place.collection, place.path) }
            return (try CollectionReference(word: text), nil)
        }
        if let problem = windowsPath(text) { throw problem }
        if !isLocal(text), divider(of: text) == nil { return (try CollectionReference(word: unquoted(text[...])), nil) }
        let place = try PlaceArgument(text, workingDirectory: "/", home: "/")
        guard place.collection != .globusConnectPersonal else {
            throw PlaceProblem("\(shown(text)) names no collection", remedy: "write 'COLLECTION:/path'")
        }
        return (place.collection, place.path)
    }

    // MARK: this machine

    private static func isLocal(_ text: String) -> Bool {
        text.begins(with: "/") || text.begins(with: "~") || text == "." || text == ".." || text.begins(with: "./")
            || text.begins(with: "../")
    }

    /// A word without a colon: a path below the working directory, unless it can only be meant as a collection.
    private static func word(_ text: String, in directory: String) throws(PlaceProblem) -> Self {
        guard !text.isEmpty else {
            throw PlaceProblem("the place is empty", remedy: "write 'COLLECTION:/path', a link of the web app, or a path of this machine")
        }
        guard CollectionID(text) == nil else {
            throw PlaceProblem("\(shown(text)) is a collection without a path", remedy: "write '\(text):/path'")
        }
        return Self(.globusConnectPersonal, try absolute(text, in: directory, home: nil))
    }

    /// `.` and `..` are worked out by the text alone; the system's working directory has no links in it.
    private static func absolute(_ text: String, in directory: String, home: String?) throws(PlaceProblem) -> String {
        var whole = text
        if text == "~" || text.begins(with: "~/") {
            guard let home, home.begins(with: "/") else {
                throw PlaceProblem("\(shown(text)) needs your home directory, and HOME is not set", remedy: "write the whole path")
            }
            whole = home + String(Substring(text.utf8.dropFirst()))
        } else if text.begins(with: "~") {
            throw PlaceProblem(
                "\(shown(text)) is the home directory of somebody else",
                remedy: "write the whole path, or './\(text)' for a directory that is called so")
        } else if !text.begins(with: "/") {
            whole = directory + "/" + text
        }
        var parts: [Substring] = []
        for part in whole.parts(at: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let path = "/" + parts.joined(separator: "/")
        return text.ends(with: "/") ? path.withEndingSlash : path
    }

    // MARK: a collection

    /// The colon between collection and path; `nil` if there is none.
    private static func divider(of text: String) -> String.Index? {
        let scalars = text.unicodeScalars
        let dividing = scalars.indices.filter { index in
            guard scalars[index] == ":" else { return false }
            let rest = scalars[scalars.index(after: index)...]
            return rest.first == "/" || rest.first == "~" && (rest.count == 1 || rest.dropFirst().first == "/")
        }
        guard let first = dividing.first else { return nil }
        return CollectionID(text[..<first]) == nil ? dividing.last : first
    }

    /// A shell has taken the quotes away, unless they were quoted themselves.
    private static func unquoted(_ text: Substring) -> String {
        guard text.utf8.count >= 2, let quote = text.first, quote == "\"" || quote == "'", text.last == quote else { return String(text) }
        return String(text.dropFirst().dropLast())
    }

    private static func withoutPath(_ text: String) -> PlaceProblem {
        let colon = text.lastPlace(of: ":") ?? text.endIndex
        let (collection, rest) = (text[..<colon], text.unicodeScalars[colon...].dropFirst())
        guard !rest.isEmpty else {
            return PlaceProblem(
                "\(shown(text)) has no path",
                remedy: "write '\(collection):/path' from the collection's root, or '\(text)~/' for your home there")
        }
        let relative = String(Substring(rest))
        return PlaceProblem(
            "\(shown(text)) has a relative path",
            remedy: "write '\(collection):/\(relative)' from the collection's root, '\(collection):~/\(relative)' from your home there, or "
                + "'./\(text)' for a path of this machine")
    }

    /// `C:\data`, `C:/data`, and the same behind a collection: `my-laptop:C:/data`.
    private static func windowsPath(_ text: String) -> PlaceProblem? {
        guard let match = text.firstMatch(of: /^(?:(.+):)?([A-Za-z]):([\/\\].*)?$/.dotMatchesNewlines()) else { return nil }
        let (collection, drive, rest) = (match.1, match.2, match.3 ?? "")
        let path = "/" + drive.uppercased() + rest.replacing("\\", with: "/")
        return PlaceProblem(
            "\(shown(text)) is a Windows path", remedy: "write it as Globus Connect Personal does: '\(collection ?? "COLLECTION"):\(path)'")
    }
}

package import Globus
package import PositionedYAML
import SystemFiles

extension Problem {
    /// A text that is no path within a collection.
    package init(_ path: PathProblem, at position: SourcePosition, key: String) {
        if case .relative(let text) = path, let better = windowsPath(text) {
            self.init(
                at: position, key: key, "'\(text)' is a Windows path", remedy: "write it as Globus Connect Personal does: '\(better)'")
        } else {
            self.init(at: position, key: key, path.what, remedy: path.remedy)
        }
    }
}

/// `C:/x` and `C:\x` as `/C/x`; `nil` for any other text.
private func windowsPath(_ text: String) -> String? {
    let characters = Array(text)
    guard characters.count >= 2, characters[0].isASCII, characters[0].isLetter, characters[1] == ":" else { return nil }
    let rest = characters.dropFirst(2).map { $0 == "\\" ? "/" : $0 }
    return "/" + String(characters[0]).uppercased() + (rest.first == "/" ? "" : "/") + String(rest)
}

/// `/C:/x`, as browsers write a file of Windows, as `/C/x`; `nil` for any other text.
package func slashedWindowsPath(_ text: String) -> String? {
    // A regular expression is as long in the making as all other checks of a path together.
    let start = Array(text.utf8.prefix(4))
    guard start.count >= 3, start[0] == UInt8(ascii: "/"), start[2] == UInt8(ascii: ":"), start.count == 3 || start[3] == UInt8(ascii: "/")
    else { return nil }
    return windowsPath(String(text.dropFirst()))
}

/// Why a text is no pattern of files; `nil` if it is one.
func patternProblem(_ text: String) -> (what: String, remedy: String)? {
    if text.isEmpty { return ("the pattern is empty", "write one, as in '*.pp'") }
    if text.begins(with: "/") {
        return ("the pattern \(shown(text)) is absolute", "write it as seen from the source directory, without '/' at the start")
    }
    if text.ends(with: "/") {
        return ("the pattern \(shown(text)) means a directory, but patterns match files", "write '\(text)**' for all files in it")
    }
    if text.parts(at: "/", omittingEmpty: false).contains("..") {
        return ("the pattern \(shown(text)) climbs with '..'", "only files below the source directory are sent")
    }
    return customaryNotation(text)
}

/// What a pattern means to a shell or to git, and not here: as written it would match nothing, silently.
private func customaryNotation(_ text: String) -> (what: String, remedy: String)? {
    let pattern = "the pattern \(shown(text))"
    if let first = text.unicodeScalars.first, let last = text.unicodeScalars.last,
        first.properties.isWhitespace || last.properties.isWhitespace
    {
        return ("\(pattern) begins or ends with a blank", "remove it")
    }
    if text.hasPrefix("!") { return ("\(pattern) begins with '!'", "write it without '!' in the other list: 'include' or 'exclude'") }
    let components = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    if components.contains(where: { $0.isEmpty || $0.elementsEqual(".".utf8) }) {
        let plain = components.filter { !$0.isEmpty && !$0.elementsEqual(".".utf8) }.map { String(Substring($0)) }.joined(separator: "/")
        return ("\(pattern) has a '.' or nothing between slashes", "write '\(plain)'")
    }
    if text.utf8.contains(UInt8(ascii: "\\")), text.firstRange(of: "[\\]") == nil {
        return ("\(pattern) has a backslash, which is no escape here", "write '[*]' for an asterisk, and '[\\]' for a backslash")
    }
    if text.firstRange(of: "[[:") != nil {
        return ("\(pattern) has a named class of characters", "write the characters, as in '[0-9]' or '[A-Za-z]'")
    }
    if let open = text.firstIndex(of: "{"), let close = text[open...].firstIndex(of: "}") {
        let alternatives = text[text.index(after: open)..<close].split(separator: ",", omittingEmptySubsequences: false)
        if alternatives.count > 1 {
            let patterns = alternatives.prefix(4).map { "'\(text[..<open])\($0)\(text[text.index(after: close)...])'" }
            return ("\(pattern) has braces", "write one pattern for each: \(patterns.joined(separator: ", "))")
        }
    }
    return nil
}

/// What looks wrong with a pattern, though a file may be called so; `nil` if nothing does.
func patternWarning(_ text: String) -> (what: String, remedy: String)? {
    let parts = text.split(separator: ",")
    guard parts.count > 1 else { return nil }
    return (
        "the ',' in the pattern \(shown(text)) is a character of a name",
        "write one pattern for each: \(parts.prefix(4).map { "'\($0)'" }.joined(separator: ", "))"
    )
}

/// That a path holds a control character; no file system needs one, and messages and lists are spoilt by it.
func controlCharacterProblem(_ text: String) -> (what: String, remedy: String)? {
    guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return nil }
    let isBlock = text.unicodeScalars.last == "\n" && !text.unicodeScalars.dropLast().contains { $0.properties.generalCategory == .control }
    return isBlock
        ? ("the path \(shown(text)) ends with a line end, which a block scalar adds", "write it on one line, or with '|-'")
        : ("the path \(shown(text)) holds a control character", "remove it")
}

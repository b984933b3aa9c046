internal import Globus

extension Problem {
    /// A text that is no path within a collection. The sentence of `PathProblem` ends with its remedy, where it has one.
    init(_ path: PathProblem, at position: SourcePosition, key: String) {
        var (what, remedy): (String, String?) = (path.description, nil)
        if case .relative(let text) = path, let better = windowsPath(text) {
            (what, remedy) = ("'\(text)' is a Windows path", "write it as Globus Connect Personal does: '\(better)'")
        } else if let end = what.lastRange(of: "; ") {
            (what, remedy) = (String(what[..<end.lowerBound]), String(what[end.upperBound...]))
        }
        self.init(at: position, key: key, what, remedy: remedy)
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
func slashedWindowsPath(_ text: String) -> String? {
    guard text.firstMatch(of: /^\/[A-Za-z]:(?:$|\/)/) != nil else { return nil }
    return windowsPath(String(text.dropFirst()))
}

extension String {
    fileprivate func lastRange(of separator: String) -> Range<Index>? {
        var start = endIndex
        while start > startIndex {
            start = index(before: start)
            if self[start...].hasPrefix(separator) { return start..<index(start, offsetBy: separator.count) }
        }
        return nil
    }
}

/// Why a text is no pattern of files; `nil` if it is one.
func patternProblem(_ text: String) -> (what: String, remedy: String)? {
    if text.isEmpty { return ("the pattern is empty", "write one, as in '*.pp'") }
    if text.hasPrefix("/") {
        return ("the pattern \(shown(text)) is absolute", "write it as seen from the source directory, without '/' at the start")
    }
    if text.hasSuffix("/") {
        return ("the pattern \(shown(text)) means a directory, but patterns match files", "write '\(text)**' for all files in it")
    }
    if text.split(separator: "/", omittingEmptySubsequences: false).contains("..") {
        return ("the pattern \(shown(text)) climbs with '..'", "only files below the source directory are sent")
    }
    return nil
}

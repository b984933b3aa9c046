/// The names of a few files that a selection takes: what a rehearsal makes where there is no source.
package struct SampleFiles: Sendable {
    /// From the source directory: a dozen in two directories, unless the patterns name fewer.
    package let paths: [String]

    private static let folders = ["part1/", "part2/"]
    private static let perFolder = 6

    package init(_ selection: TaskDescription.Selection) {
        if let list = selection.list, let listed = try? ListedFiles(file: list.value) {
            paths = listed.paths.sorted().map(\.text)
            return
        }
        let selector = FileSelector(selection)
        // Required ones first: they must be among the dozen.
        let patterns = (selection.required + selection.include).map(\.value)
        var paths: [String] = []
        for pattern in patterns.isEmpty ? ["file*.dat"] : patterns {
            for number in 1...Self.perFolder {
                for folder in Self.folders {
                    guard let path = Self.path(of: pattern, number, in: folder, selector), !paths.contains(path) else { continue }
                    paths.append(path)
                }
            }
        }
        self.paths = Self.shared(paths, among: patterns.count).sorted()
    }

    /// A dozen, to which each pattern contributes.
    private static func shared(_ paths: [String], among patterns: Int) -> [String] {
        let most = folders.count * perFolder
        guard paths.count > most else { return paths }
        let step = Double(paths.count) / Double(most)
        return (0..<max(most, patterns)).map { paths[min(paths.count - 1, Int(Double($0) * step))] }
            .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// A path that the pattern matches and the selection takes; `nil` if none was found.
    private static func path(of pattern: String, _ number: Int, in folder: String, _ selector: FileSelector) -> String? {
        let digits = "\(number)"
        for text in ["00" + digits, digits, "a" + digits, "x"] {
            let name = filled(pattern, text)
            let path = pattern.has("/") ? name : folder + name
            guard !name.isEmpty, Glob(pattern).matches(path), selector.selects(path) else { continue }
            return path
        }
        return nil
    }

    /// The pattern with something in the place of each wildcard.
    private static func filled(_ pattern: String, _ text: String) -> String {
        var name = ""
        var rest = Substring(pattern)
        while let next = rest.popFirst() {
            switch next {
            case "*":
                while rest.first == "*" { rest.removeFirst() }
                name += text
            case "?": name += text.suffix(1)
            case "[":
                guard let end = rest.dropFirst().firstIndex(of: "]") else { return "" }
                let members = rest[..<end]
                name += members.first == "!" || members.first == "^" ? "_" : members.prefix(1)
                rest = rest[end...].dropFirst()
            case "\\": if let literal = rest.popFirst() { name.append(literal) }
            default: name.append(next)
            }
        }
        return name
    }
}

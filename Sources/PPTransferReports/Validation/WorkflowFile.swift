import PositionedYAML

/// The runtime sections of a workflow definition (`flow.cylc`, `suite.rc`, and what they include), as far as they say how we are called.
struct WorkflowFile {
    struct Setting {
        /// Without its quotes; line ends are kept.
        var value: String
        var position: SourcePosition
    }

    /// `[[name]]` of `[runtime]`: a task or a family.
    struct Namespace {
        var position: SourcePosition
        var settings: [String: Setting] = [:]
        /// Every script, in the order of the file.
        var scripts: [Setting] = []
        var environment: [String: Setting] = [:]
        var directives: [String: Setting] = [:]

        var parents: [String] {
            (settings["inherit"]?.value ?? "").split(separator: ",").map { String($0.trimmed) }.filter { $0 != "None" }
        }

        mutating func merge(_ other: Namespace) {
            settings.merge(other.settings) { $1 }
            scripts += other.scripts
            environment.merge(other.environment) { $1 }
            directives.merge(other.directives) { $1 }
        }
    }

    private(set) var namespaces: [String: Namespace] = [:]
    private(set) var problems: [Problem] = []

    private let file: String
    private var lines: ArraySlice<(number: Int, text: Substring)>
    /// The headings that enclose the line, outermost first.
    private var section: [String] = []

    /// Lines of a template language are passed over: what they would become is not known.
    static func read(_ bytes: [UInt8], file: String) -> WorkflowFile {
        var reader = WorkflowFile(file: file, lines: TextLines.of(bytes)[...])
        while let (number, line) = reader.lines.popFirst() { reader.take(line, number) }
        return reader
    }

    private init(file: String, lines: ArraySlice<(number: Int, text: Substring)>) { (self.file, self.lines) = (file, lines) }

    private mutating func take(_ line: Substring, _ number: Int) {
        let text = line.trimmed
        if text.isEmpty || text.first == "#" || text.hasPrefix("{%") || text.hasPrefix("{#") || text.hasPrefix("%include") { return }
        if text.first == "[" { return open(text, number) }
        guard let equals = line.firstIndex(of: "=") else { return }
        var name = String(line[..<equals].trimmed)
        if name.hasSuffix("+") { name = String(name.dropLast()[...].trimmed) }
        let value = line[line.index(after: equals)...]
        let column = line.distance(from: line.startIndex, to: value.startIndex) + 1 + value.prefix(while: \.isWhitespace).count
        let position = SourcePosition(file: file, line: number, column: column)
        set(name, Setting(value: self.value(value.trimmed, position), position: position))
    }

    private mutating func open(_ text: Substring, _ number: Int) {
        let depth = text.prefix { $0 == "[" }.count
        let name = String(text.drop { $0 == "[" }.prefix { $0 != "]" }.trimmed)
        section = Array(section.prefix(depth - 1)) + [name]
        guard depth == 2, section.first == "runtime" else { return }
        for name in names where namespaces[name] == nil {
            namespaces[name] = Namespace(position: SourcePosition(file: file, line: number, column: 1))
        }
    }

    /// One heading may be for several tasks.
    private var names: [String] {
        guard section.count > 1, section[0] == "runtime" else { return [] }
        return section[1].split(separator: ",").map { String($0.trimmed) }
    }

    private mutating func set(_ name: String, _ setting: Setting) {
        for namespace in names {
            switch section.count {
            case 2 where name.hasSuffix("script"): namespaces[namespace]?.scripts.append(setting)
            case 2: namespaces[namespace]?.settings[name] = setting
            // Cylc 7 has the second for task parameters.
            case 3 where ["environment", "parameter environment templates"].contains(section[2]):
                namespaces[namespace]?.environment[name] = setting
            case 3 where section[2] == "directives": namespaces[namespace]?.directives[name] = setting
            // Cylc 7 has it in [[[job]]].
            case 3 where section[2] == "job": namespaces[namespace]?.settings[name] = setting
            default: break
            }
        }
    }

    /// The whole of a value that begins on this line.
    private mutating func value(_ text: Substring, _ position: SourcePosition) -> String {
        for quotes in ["\"\"\"", "'''"] where text.hasPrefix(quotes) {
            let first = text.dropFirst(3)
            if let end = first.range(ofText: quotes) { return String(first[..<end]) }
            var parts = [String(first)]
            while let (_, line) = lines.popFirst() {
                if let end = line.range(ofText: quotes) {
                    parts.append(String(line[..<end]))
                    return parts.joined(separator: "\n")
                }
                parts.append(String(line))
            }
            problems.append(Problem(at: position, "the quoted text that begins here does not end", remedy: "end it with \(quotes)"))
            return parts[0]
        }
        if let quote = text.first, quote == "\"" || quote == "'" { return String(text.dropFirst().prefix { $0 != quote }) }
        var value = String(text)
        while value.hasSuffix("\\"), let (_, line) = lines.popFirst() { value = String(value.dropLast()) + "\n" + line }
        return value.firstRange(of: " #").map { String(value[..<$0.lowerBound][...].trimmed) } ?? value
    }
}

extension Substring {
    /// Where `text` begins in it.
    fileprivate func range(ofText text: String) -> Index? { firstRange(of: text)?.lowerBound }
}

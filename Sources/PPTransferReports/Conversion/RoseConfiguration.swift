import PositionedYAML

/// A Rose configuration (`rose-app.conf`), or the namelists that Rose makes of one: sections of settings, some of them ignored.
package struct RoseConfiguration: Sendable, Equatable {
    struct Setting: Equatable {
        var value: String
        /// Of the value.
        var position: SourcePosition
        var isIgnored: Bool
    }

    struct Section: Equatable {
        var position: SourcePosition
        var isIgnored: Bool
        var settings: [String: Setting] = [:]
    }

    private(set) var sections: [String: Section] = [:]

    /// The part of the file before its first section.
    static let top = ""

    mutating func open(_ name: String, isIgnored: Bool, at position: SourcePosition) {
        sections[name, default: Section(position: position, isIgnored: isIgnored)].isIgnored = isIgnored
    }

    mutating func set(_ name: String, in section: String, to setting: Setting) { sections[section]?.settings[name] = setting }

    mutating func append(_ line: String, to name: String, in section: String) { sections[section]?.settings[name]?.value += line }

    /// Lays an optional configuration over this one, as Rose does: values and whether they are ignored come from the later file.
    mutating func merge(_ later: RoseConfiguration) {
        for (name, section) in later.sections {
            open(name, isIgnored: section.isIgnored, at: section.position)
            sections[name]?.settings.merge(section.settings) { _, last in last }
        }
    }

    /// Whether a section is there, and not ignored.
    func has(_ section: String) -> Bool { sections[section].map { !$0.isIgnored } ?? false }

    /// What counts at run time.
    subscript(section: String, name: String) -> Setting? {
        guard has(section), let setting = sections[section]?.settings[name], !setting.isIgnored else { return nil }
        return setting
    }

    /// What a section says that counts at run time, by name.
    func settings(in section: String) -> [(name: String, setting: Setting)] {
        guard has(section) else { return [] }
        return (sections[section]?.settings ?? [:]).filter { !$0.value.isIgnored }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension RoseConfiguration {
    /// Reads Rose's own form: `[section]`, `name=value`, `!` (or `!!`) before what is ignored, lines that begin with a blank continue.
    static func read(_ bytes: [UInt8], file: String) -> (configuration: RoseConfiguration, problems: [Problem]) {
        var (configuration, problems) = (RoseConfiguration(), [Problem]())
        configuration.open(top, isIgnored: false, at: SourcePosition(file: file, line: 1, column: 1))
        var (section, name): (String, String?) = (top, nil)
        for (number, line) in TextLines.of(bytes) {
            let place = SourcePosition(file: file, line: number, column: 1)
            let text = line.trimmed
            if text.isEmpty || line.first == "#" { continue }
            if line.first == " " || line.first == "\t" {
                guard let name else {
                    problems.append(Problem(at: place, "this line continues nothing", remedy: "begin a setting in the first column"))
                    continue
                }
                configuration.append("\n" + (text.first == "=" ? String(text.dropFirst()) : String(text)), to: name, in: section)
            } else if text.first == "[", text.last == "]" {
                let inner = text.dropFirst().dropLast()
                if inner.first == "[" || inner.last == "]" && !inner.contains("[") {
                    problems.append(
                        Problem(
                            at: place, "\(shown(text)) has a bracket too many, and Rose refuses it",
                            remedy: "write one bracket at each side, as in [namelist:pptransfer]"))
                    continue
                }
                let marks = text.dropFirst().prefix { $0 == "!" }
                section = String(text.dropFirst(1 + marks.count).dropLast())
                name = nil
                configuration.open(section, isIgnored: !marks.isEmpty, at: place)
            } else if let equals = line.firstIndex(of: "=") {
                let marks = line.prefix { $0 == "!" }
                let key = String(line[marks.endIndex..<equals].trimmed)
                let value = line[line.index(after: equals)...]
                name = key
                let column = line.distance(from: line.startIndex, to: equals) + 2
                let position = SourcePosition(file: file, line: number, column: column)
                configuration.set(
                    key, in: section, to: Setting(value: String(value.trimmed), position: position, isIgnored: !marks.isEmpty))
            } else {
                problems.append(Problem(at: place, "\(shown(text)) is neither a setting nor a section", remedy: "write name=value"))
            }
        }
        return (configuration, problems)
    }

    /// Reads Fortran namelists as Rose writes them (`pptransfer.nl`): each group becomes a section `namelist:GROUP`.
    static func read(namelists bytes: [UInt8], file: String) -> (configuration: RoseConfiguration, problems: [Problem]) {
        var (configuration, problems) = (RoseConfiguration(), [Problem]())
        configuration.open(top, isIgnored: false, at: SourcePosition(file: file, line: 1, column: 1))
        var (group, name): (String?, String?) = (nil, nil)
        for (number, line) in TextLines.of(bytes) {
            let text = line.trimmed
            let column = line.distance(from: line.startIndex, to: text.startIndex) + 1
            let place = SourcePosition(file: file, line: number, column: column)
            if text.isEmpty || text.first == "!" { continue }
            if text.first == "&" {
                if let group { problems.append(Self.unclosed(group, place)) }
                (group, name) = ("namelist:" + text.dropFirst().trimmed.lowercased(), nil)
                configuration.open(group ?? "", isIgnored: false, at: place)
            } else if text == "/" {
                group = nil
            } else if let group {
                if let equals = text.firstIndex(of: "="), text[..<equals].allSatisfy({ $0.isLetter || $0.isNumber || "_ ".contains($0) }) {
                    let key = text[..<equals].trimmed.lowercased()
                    let value = text[text.index(after: equals)...]
                    let position = SourcePosition(
                        file: file, line: number, column: column + text.distance(from: text.startIndex, to: equals) + 1)
                    configuration.set(key, in: group, to: Setting(value: String(value.trimmed), position: position, isIgnored: false))
                    name = key
                } else if let name {
                    configuration.append(" " + text, to: name, in: group)
                } else {
                    problems.append(Problem(at: place, "\(shown(text)) is no setting", remedy: "write name=value"))
                }
            } else {
                problems.append(Problem(at: place, "\(shown(text)) is in no namelist", remedy: "put it between '&pptransfer' and '/'"))
            }
        }
        if let group { problems.append(Self.unclosed(group, SourcePosition(file: file))) }
        return (configuration, problems)
    }

    private static func unclosed(_ group: String, _ position: SourcePosition) -> Problem {
        Problem(at: position, "the namelist '\(group.dropFirst("namelist:".count))' is not closed", remedy: "end it with a line '/'")
    }
}

/// The lines of a text, counted from 1.
enum TextLines {
    static func of(_ bytes: [UInt8]) -> [(number: Int, text: Substring)] {
        String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().map {
            ($0.offset + 1, $0.element)
        }
    }
}

extension Substring {
    /// Without blanks at either end.
    var trimmed: Substring {
        var rest = self
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}

/// How large a YAML text may be. Far above what a person writes, far below what hurts.
package enum YAMLLimits {
    package static let fileBytes = 16 << 20
    static let scalarBytes = 64 << 10
    static let depth = 64
    /// Counted as if every alias were written out.
    static let nodes = 100_000
    static let documents = 1_000
}

/// What a text held: the documents that could be composed, and what was wrong with it as YAML.
package struct YAMLStream {
    /// Without those in which nothing is written.
    package var documents: [YAMLNode] = []
    package var problems: [Problem] = []
}

/// Composes positioned nodes from a YAML text. Memory is bounded by the text and by `YAMLLimits`, whatever the text says.
package struct YAMLReader {
    private struct Composed {
        var node: YAMLNode
        var height: Int
        var size: Int
    }

    private let file: String
    private var problems: [Problem] = []
    private var anchors: [String: Composed] = [:]
    private var nodes = 0

    private init(file: String) { self.file = file }

    /// - Parameter file: the name that positions carry.
    package static func read(_ text: [UInt8], file: String) -> YAMLStream {
        if let problem = YAMLTextCheck(file: file).problem(in: text) { return YAMLStream(problems: [problem]) }
        let bytes = text.starts(with: YAMLTextCheck.byteOrderMark) ? text.dropFirst(3) : text[...]
        var reader = YAMLReader(file: file)
        var documents: [YAMLNode] = []
        do {
            try reader.compose(bytes, into: &documents)
        } catch {
            reader.problems.append(error)
        }
        return YAMLStream(documents: documents, problems: reader.problems)
    }

    private mutating func compose(_ bytes: ArraySlice<UInt8>, into documents: inout [YAMLNode]) throws(Problem) {
        guard var events = YAMLEvents(bytes) else { throw Problem(at: SourcePosition(file: file), "there is no memory to read it") }
        let explanation = YAMLExplanation(file: file, text: bytes)
        while true {
            let event: YAMLEvent
            do { event = try events.next() } catch { throw explanation.problem(for: error) }
            switch event.kind {
            case .streamEnd: return
            case .streamStart, .documentEnd: continue
            default: break
            }
            anchors = [:]
            let composed = try compose(&events, explanation, depth: 1, path: "")
            guard let node = composed?.node, !node.isBlank else { continue }
            guard documents.count < YAMLLimits.documents else {
                throw Problem(at: node.position, "more than \(YAMLLimits.documents) documents in one file", remedy: "split the file")
            }
            documents.append(node)
        }
    }

    /// - Returns: `nil` at the end of the sequence, mapping or document.
    private mutating func compose(_ events: inout YAMLEvents, _ explanation: YAMLExplanation, depth: Int, path: String) throws(Problem)
        -> Composed?
    {
        let event: YAMLEvent
        do { event = try events.next() } catch { throw explanation.problem(for: error) }
        let position = position(of: event)
        var composed: Composed
        switch event.kind {
        case .alias(let name):
            let target = try target(of: name, at: position)
            try count(target.size, depth: depth + target.height - 1, at: position)
            return target
        case .scalar(let scalar):
            composed = Composed(node: YAMLNode(content: .scalar(scalar), position: position), height: 1, size: 1)
        case .hugeScalar(let bytes):
            problems.append(
                Problem(
                    at: position, key: path, "this value is \(bytes) bytes long; the limit is \(YAMLLimits.scalarBytes)",
                    remedy: "check that a quote is closed where it should be"))
            composed = Composed(node: YAMLNode(content: .refused, position: position), height: 1, size: 1)
        case .sequenceStart:
            try count(0, depth: depth, at: position)
            composed = try sequence(&events, explanation, depth: depth, path: path, at: position)
        case .mappingStart:
            try count(0, depth: depth, at: position)
            composed = try mapping(&events, explanation, depth: depth, path: path, at: position)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            return nil
        }
        try count(1, depth: depth, at: position)
        apply(event.tag, to: &composed.node)
        if let anchor = event.anchor { anchors[anchor] = composed }
        return composed
    }

    private mutating func sequence(
        _ events: inout YAMLEvents, _ explanation: YAMLExplanation, depth: Int, path: String, at position: SourcePosition
    ) throws(Problem) -> Composed {
        var (items, height, size): ([YAMLNode], Int, Int) = ([], 0, 1)
        while let item = try compose(&events, explanation, depth: depth + 1, path: path) {
            items.append(item.node)
            (height, size) = (max(height, item.height), size + item.size)
        }
        return Composed(node: YAMLNode(content: .sequence(items), position: position), height: height + 1, size: size)
    }

    private mutating func mapping(
        _ events: inout YAMLEvents, _ explanation: YAMLExplanation, depth: Int, path: String, at position: SourcePosition
    ) throws(Problem) -> Composed {
        var entries: [YAMLEntry] = []
        var merged: YAMLNode?
        var lines: [String: Int] = [:]
        var (height, size) = (0, 1)
        while let key = try compose(&events, explanation, depth: depth + 1, path: path) {
            let place = Self.path(of: key.node, in: path)
            guard let value = try compose(&events, explanation, depth: depth + 1, path: place) else { break }
            (height, size) = (max(height, key.height, value.height), size + key.size + value.size)
            guard case .scalar(let name) = key.node.content else {
                if key.node.content != .refused {
                    problems.append(Self.problem(ofKey: key.node))
                }
                continue
            }
            if let line = lines[name.text] {
                problems.append(
                    Problem(
                        at: key.node.position, key: place, "this key is already in line \(line)", remedy: "remove one of the two"
                    ))
            } else if name.text == "<<", name.style == .plain {
                merged = value.node
            } else {
                entries.append(YAMLEntry(key: name.text, keyPosition: key.node.position, value: value.node))
            }
            if lines[name.text] == nil { lines[name.text] = key.node.position.line }
        }
        if let merged { merge(merged, at: path, into: &entries, known: lines) }
        return Composed(node: YAMLNode(content: .mapping(entries), position: position), height: height + 1, size: size)
    }

    /// What the mapping says itself comes before what it merges, and an earlier merge before a later one.
    private mutating func merge(_ source: YAMLNode, at path: String, into entries: inout [YAMLEntry], known: [String: Int]) {
        var sources = [source]
        if case .sequence(let several) = source.content { sources = several }
        var known = Set(known.keys)
        for source in sources {
            guard case .mapping(let others) = source.content else {
                problems.append(
                    Problem(
                        at: source.position, key: path, "'<<' merges mappings, but this is \(source.kindName)",
                        remedy: "name the anchor of a mapping, as in '<<: *defaults'"))
                continue
            }
            entries += others.filter { known.insert($0.key).inserted }
        }
    }

    /// `{{ NAME }}` without quotes is a mapping whose key is a mapping.
    private static func problem(ofKey key: YAMLNode) -> Problem {
        if case .mapping(let entries) = key.content, entries.count == 1, entries[0].value.isBlank {
            let name = entries[0].key
            return Problem(
                at: key.position, "'{{ \(name) }}' is Jinja2, which is not expanded in this file",
                remedy: "write '${\(name)}' for a variable")
        }
        return Problem(at: key.position, "\(key.kindName) cannot be a key", remedy: "write a word as the key")
    }

    private static func path(of key: YAMLNode, in path: String) -> String {
        guard case .scalar(let name) = key.content, path.utf8.count < 200 else { return path }
        let text = String(name.text.prefix(200))
        return path.isEmpty ? text : "\(path).\(text)"
    }

    private func target(of alias: String, at position: SourcePosition) throws(Problem) -> Composed {
        guard let target = anchors[alias] else {
            let near = nearest(to: alias, among: anchors.keys).map { "; did you mean '*\($0)'?" } ?? ""
            throw Problem(
                at: position, "'*\(alias)' repeats what '&\(alias)' marks, but nothing before it in this document is marked so" + near,
                remedy: "put a value that begins with '*' in quotes")
        }
        return target
    }

    private mutating func count(_ more: Int, depth: Int, at position: SourcePosition) throws(Problem) {
        nodes += more
        if nodes > YAMLLimits.nodes {
            throw Problem(
                at: position, "with its aliases written out, the text has more than \(YAMLLimits.nodes) values",
                remedy: "use fewer aliases, or split the file")
        }
        if depth > YAMLLimits.depth {
            throw Problem(
                at: position, "nested more than \(YAMLLimits.depth) levels deep", remedy: "check the brackets and the indentation")
        }
    }

    private mutating func apply(_ tag: String?, to node: inout YAMLNode) {
        guard let tag, tag != "!" else { return }
        let core = "tag:yaml.org,2002:"
        let known = ["str", "int", "bool", "null", "float", "seq", "map"]
        guard tag.hasPrefix(core), known.contains(String(tag.dropFirst(core.count))) else {
            let written = tag.hasPrefix(core) ? "!!" + tag.dropFirst(core.count) : tag
            problems.append(Problem(at: node.position, "the tag '\(written)' means nothing here", remedy: "remove it"))
            return
        }
        if tag == core + "str", case .scalar(var scalar) = node.content {
            (scalar.style, scalar.literalOffset) = (.quoted, nil)
            node.content = .scalar(scalar)
        }
    }

    private func position(of event: YAMLEvent) -> SourcePosition { SourcePosition(file: file, line: event.line, column: event.column) }
}

import PositionedYAML

/// The job that reads a description: the values it sets itself, and the places of the text whose value only the job knows.
struct Job {
    /// By name; in the place of a value that is not known, one that can stand in a path, or in a name.
    private(set) var values: [String: String] = [:]
    private var hidden: Set<SourcePosition> = []

    /// - Parameters:
    ///   - cycle: the job's.
    ///   - isKnown: whether the person who validates has given a value.
    init(
        _ suite: JobVariables, _ app: JobVariables, _ examples: ExampleComments, mentionedIn text: [UInt8], _ stream: YAMLStream,
        cycle: String, known isKnown: (String) -> Bool
    ) {
        var variables = suite
        variables.override(with: app)
        var roots: Set<String> = [], places: [String: [SourcePosition]] = [:]
        for document in stream.documents { Self.look(at: document, "", &roots, &places) }
        for name in KnownVariables.names(in: text) where !isKnown(name) {
            switch variables.values[name] {
            case .known(let value): values[name] = value
            case nil where KnownVariables.isSetByItself(name): continue
            case nil where examples.values[name] != nil: values[name] = examples.values[name]
            case nil where !variables.mayHaveAny: continue
            case .unknown, nil:
                // It may well differ from cycle to cycle.
                values[name] = roots.contains(name) ? "\(KnownVariables.placeholderRoot)/\(name)/\(cycle)" : name
                hidden.formUnion(places[name] ?? [])
            }
        }
    }

    func hides(_ problem: Problem) -> Bool { hides(problem.position) }
    func hides(_ position: SourcePosition) -> Bool { hidden.contains(position) }

    /// Finds the variables with which a path begins, and where each variable is mentioned.
    private static func look(
        at node: YAMLNode, _ key: String, _ roots: inout Set<String>, _ places: inout [String: [SourcePosition]]
    ) {
        switch node.content {
        case .mapping(let entries): for entry in entries { look(at: entry.value, entry.key, &roots, &places) }
        case .sequence(let items): for item in items { look(at: item, key, &roots, &places) }
        case .scalar(let scalar):
            for name in KnownVariables.names(in: Array(scalar.text.utf8)) {
                places[name, default: []].append(node.position)
                if ["path", "list", "manifest"].contains(key), scalar.text.hasPrefix("${\(name)") { roots.insert(name) }
            }
        case .refused: return
        }
    }
}

import PositionedYAML
import Rehearsal
import SystemFiles

/// What is to go wrong, and where the file says so.
struct FaultFile: Sendable {
    var faults = StandInFaults.none
    var traits: [PlayedTraits] = []
    /// Of the rules, by section.
    fileprivate var places: [String: [SourcePosition]] = [:]

    /// One warning for each rule that never took effect: what it was to show has not been shown. Rules with a chance may have had none.
    func unmet(_ uses: FaultUses) -> [Problem] {
        func warnings(_ section: String, _ counts: [FaultCount], uses: [Int], what: String, remedy: String) -> [Problem] {
            zip(places[section] ?? [], zip(counts, uses)).filter { $0.1.0.chance == nil && $0.1.1 == 0 }.map { place, _ in
                Problem(.warning, at: place, key: section, "no \(what) met this rule", remedy: remedy)
            }
        }
        return warnings("http", faults.http.map(\.count), uses: uses.http, what: "request", remedy: "check its route and its count")
            + warnings("tasks", faults.tasks.map(\.count), uses: uses.tasks, what: "task", remedy: "check which it names")
            + warnings(
                "storage", faults.storage.map(\.count), uses: uses.storage, what: "file",
                remedy: "check its pattern, and on which side it is")
    }
}

/// Reads what is to go wrong in a rehearsal: YAML text in, a `StandInFaults` out, or every problem of the text at once.
///
/// It lives in the command because only the command knows both sides: the reader of positioned YAML is the suite's (`PPTransfer`), the
/// faults are the stand-in's (`Rehearsal`), and neither of the two should know the other. The messages are those of descriptions.
///
///     pptransfer_faults: 1
///     seed: 7                    # for rules with `chance:`
///     http:                      # the first rule that matches and is not used up decides
///       - {route: submit, do: lose-answer}
///       - {route: task, after: 2, times: 3, do: {status: 503, retry_after: 2}}
///     tasks:                     # every rule that matches a task happens to it
///       - {task: 1, at: 50%, do: {pause: "tape robot", for: 3s}}
///     storage:                   # the first rule that matches decides
///       - {path: "*b.nc", do: flip}
///     clock: {shift: -1h}
///     collections:               # what kinds of collections there are
///       jasmin: {kind: guest, encrypt: true}
///
/// `do` is a word, or a mapping of the word to its value, with options beside it.
struct FaultFileReader {
    static let formatVersion = 1
    static let keys = ["pptransfer_faults", "seed", "http", "tasks", "storage", "clock", "collections"]
    static let example = "'pptransfer_faults: 1'"

    var reader = FieldReader(variables: nil)
    private var places: [String: [SourcePosition]] = [:]

    static func read(_ text: some Collection<UInt8>, file: String) throws(Problems) -> FaultFile {
        let stream = YAMLReader.read(Array(text), file: file)
        var problems = stream.problems
        var found = FaultFile()
        if let document = stream.documents.first {
            var reader = FaultFileReader()
            (found.faults, found.traits) = reader.faults(document)
            found.places = reader.places
            problems += reader.reader.problems
        } else if problems.isEmpty {
            problems.append(
                Problem(
                    at: SourcePosition(file: file, line: 1, column: 1), "this file is empty",
                    remedy: "the smallest file is \(example)"))
        }
        if stream.documents.count > 1 {
            problems.append(Problem(at: stream.documents[1].position, "a second document", remedy: "write all faults in one"))
        }
        let all = Problems(problems)
        guard all.errors.isEmpty else { throw all.limited() }
        return found
    }

    /// Reads the file at `path`. A missing or unreadable one is a problem like any other.
    static func read(file path: String) throws(Problems) -> FaultFile {
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path, limit: YAMLLimits.fileBytes)
        } catch {
            throw Problems([Problem(at: SourcePosition(file: path), error.what, remedy: error.remedy)])
        }
        return try read(bytes, file: path)
    }

    private mutating func faults(_ node: YAMLNode) -> (StandInFaults, [PlayedTraits]) {
        var faults = StandInFaults.none
        guard isOfThisVersion(node) else { return (faults, []) }
        guard let fields = reader.fields(node, key: "", known: Self.keys, example: Self.example) else { return (faults, []) }
        if let node = fields["pptransfer_faults"] {
            if let text = reader.text(node, key: "pptransfer_faults"), text.value != "1" {
                reader.report(
                    at: text.position, key: "pptransfer_faults", "\(shown(text.value)) is not a format", remedy: "write \(Self.example)")
            }
        } else {
            reader.reportMissing("pptransfer_faults", in: fields, remedy: "begin the file with \(Self.example)")
        }
        faults.seed = UInt64(number("seed", fields, from: 0) ?? 0)
        faults.http = rules("http", fields).compactMap { httpFault($0) }
        faults.tasks = rules("tasks", fields).compactMap { taskFault($0) }
        faults.storage = rules("storage", fields).compactMap { storageFault($0) }
        if let node = fields["clock"],
            let clock = reader.fields(node, key: "clock", known: ["shift"], example: "'clock: {shift: -1h}'")
        {
            faults.clockShift = clock["shift"].flatMap { signedDuration($0, key: "clock.shift") } ?? .zero
        }
        return (faults, traits(fields))
    }

    private mutating func isOfThisVersion(_ node: YAMLNode) -> Bool {
        guard case .mapping(let entries) = node.content, let entry = entries.first(where: { $0.key == "pptransfer_faults" }),
            case .scalar(let scalar) = entry.value.content, let version = Int(scalar.text), version > Self.formatVersion
        else { return true }
        reader.report(
            at: entry.value.position, key: entry.key,
            "written for a newer pptransfer: its format is \(version), and this one reads \(Self.formatVersion)",
            remedy: "install a newer pptransfer")
        return false
    }

    private mutating func rules(_ name: String, _ fields: Fields) -> [YAMLNode] {
        guard let node = fields[name] else { return [] }
        guard case .sequence(let rules) = node.content else {
            reader.refuse(node, name, wanted: "a list", remedy: "write one rule per line after '- '")
            return []
        }
        places[name] = rules.map(\.position)
        return rules
    }
}

package import Globus
package import PositionedYAML

/// From files to plans: what `run`, a rehearsal, a check and a validation have in common. Touches no network.
package struct Preparation: Sendable {
    package enum Input: Sendable {
        case file(String)
        case standardInput
        /// Descriptions that were made of something else, as YAML. Problems name that, and not the lines.
        case made(yaml: String, of: Origin)
    }

    /// What descriptions were made of, as its problems call it and its parts.
    package struct Origin: Sendable {
        package let name: String
        /// What stands for a key of the description.
        var keys: [String: String]

        /// - Parameters:
        ///   - name: where problems are, in place of a file's name.
        ///   - keys: what problems call a key, where that is not its own name.
        package init(name: String, keys: [String: String]) { (self.name, self.keys) = (name, keys) }

        func told(_ problem: Problem) -> Problem {
            guard problem.position.file == name else { return problem }
            var told = problem
            told.position = SourcePosition(file: name)
            told.key = keys[problem.key] ?? problem.key
            return told
        }
    }

    /// Where the collections come from that descriptions name by what people call them.
    package enum NamedCollections: Sendable {
        /// Nobody is asked: each is planned without its id, with a warning.
        case unknown
        /// Looked up before.
        case found([String: CollectionID])
        /// A rehearsal plays them: the same name has the same made-up id each time.
        case played
    }

    package let descriptions: [TaskDescription]
    private let reader: DescriptionReader
    private let words: RemedyWording
    private let problems: [Problem]
    private let ends: [UnplannedEnd]
    private var origins: [Origin] = []
    private let sites: Result<SiteCatalogue, Problems>

    /// Reads the inputs; their problems are told with the plans'.
    package init(_ inputs: [Input], variables: Variables, words: RemedyWording) {
        self.words = words
        var problems: [Problem] = []
        var descriptions: [TaskDescription] = []
        var ends: [UnplannedEnd] = []
        reader = DescriptionReader(variables: variables)
        sites = Result { () throws(Problems) in try SiteCatalogue.load(environment: variables.environment, words: words) }
        for input in inputs {
            do throws(DescriptionReader.Mistakes) {
                switch input {
                case .file(let path): descriptions += try reader.parse(file: path)
                case .standardInput: descriptions += try reader.parseStandardInput()
                case .made(let yaml, let origin):
                    origins.append(origin)
                    descriptions += try reader.parse(yaml.utf8, file: origin.name)
                }
            } catch {
                problems += error.problems.all
                ends += error.ends
            }
        }
        (self.descriptions, self.problems, self.ends) = (descriptions, problems, ends)
    }

    /// Whether collections must be looked up by their names before there can be a plan; `false` as long as the text itself is wrong.
    package var needsSearch: Bool {
        guard problems.isEmpty, let sites = try? sites.get() else { return false }
        return descriptions.contains { description in
            [description.from, description.to].contains { sites.searchedName(of: $0.collection.value) != nil }
        }
    }

    /// Looks up the collections that the descriptions, or the sites that they name, call by a name.
    package func search(_ search: CollectionSearch) async throws(CollectionSearch.Failure) -> NamedCollections {
        guard needsSearch, let sites = try? sites.get() else { return .unknown }
        do throws(CollectionSearch.Failure) {
            return .found(try await search.collections(for: descriptions, sites))
        } catch {
            switch error {
            case .problems(let problems): throw .problems(Problems(problems.all.map { told($0) }))
            case .service(let cause, let problem): throw .service(cause, told(problem))
            }
        }
    }

    /// - Parameter today: `YYYY-MM-DD`.
    /// - Throws: every problem of every file.
    package func plans(
        named: NamedCollections, today: String, isRehearsal: Bool
    ) throws(Problems) -> (plans: [TransferPlan], warnings: [Problem]) {
        let variables = reader.variables
        var problems = problems
        var planned: (plans: [TransferPlan], warnings: [Problem]) = ([], [])
        // A site file with mistakes is reported together with the descriptions' own; what descriptions name is looked up in sound ones.
        do throws(Problems) {
            let sites = try sites.get()
            let planner = Planner(
                sites: sites, environment: variables.environment, today: today, isRehearsal: isRehearsal, named: named)
            problems += ends.flatMap { planner.problems(of: $0) }
            planned = try planner.plans(for: descriptions)
        } catch {
            problems += error.all
        }
        guard problems.isEmpty else { throw Problems(problems.map { told($0) }) }
        planned.warnings = planned.warnings.map { told($0) }
        planned.warnings += reader.unusedSettings(descriptions).map { Problem(unused: "\(words[.setting($0)])") }
        return planned
    }

    private func told(_ problem: Problem) -> Problem { origins.reduce(problem) { $1.told($0) } }
}

extension Problem {
    /// A value that was given, and no description asks for.
    ///
    /// - Parameter setting: how messages call it.
    package init(unused setting: String) {
        self.init(.warning, at: SourcePosition(file: setting), "no template uses it", remedy: "check its spelling")
    }
}

extension Preparation.NamedCollections {
    /// - Returns: `nil` for a name that was not looked up.
    package func collection(called name: String) -> CollectionID? {
        switch self {
        case .unknown: return nil
        case .found(let found): return found[name]
        case .played:
            // FNV-1a, 64 bits: enough to tell the few names of a rehearsal apart.
            let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
            let digits = String(hash, radix: 16)
            let hex = String(repeating: "0", count: 16 - digits.count) + digits
            return CollectionID("00000000-\(hex.prefix(4))-4000-8000-\(hex.dropFirst(4))")
        }
    }
}

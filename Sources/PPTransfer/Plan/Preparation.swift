public import Globus

/// From files to plans: what `run`, a rehearsal and a validation have in common. Touches no network.
public struct Preparation: Sendable {
    public var plans: [TransferPlan]
    public var warnings: [Problem]

    public enum Input: Sendable {
        case file(String)
        /// A text that did not come from a file, and what messages call it.
        case text([UInt8], name: String)
    }

    /// - Throws: every problem of every file.
    public init(_ inputs: [Input], variables: Variables, today: String, isRehearsal: Bool) throws(Problems) {
        var problems: [Problem] = []
        var descriptions: [TaskDescription] = []
        let reader = DescriptionReader(variables: variables)
        for input in inputs {
            do throws(Problems) {
                descriptions +=
                    switch input {
                    case .file(let path): try reader.read(file: path)
                    case .text(let text, let name): try reader.read(text, file: name)
                    }
            } catch {
                problems += error.all
            }
        }
        // A site file with mistakes is reported together with the descriptions' own; paths are looked at only once both are sound.
        var sites = SiteCatalogue([])
        do throws(Problems) { sites = try SiteCatalogue.load(environment: variables.environment) } catch { problems += error.all }
        guard problems.isEmpty else { throw Problems(problems) }

        let planner = Planner(sites: sites, environment: variables.environment, today: today, isRehearsal: isRehearsal)
        (plans, warnings) = try planner.plans(for: descriptions)
        let used = descriptions.reduce(into: Set<String>()) { $0.formUnion($1.variablesUsed) }
        warnings += variables.set.keys.filter { !used.contains($0) }.sorted().map { name in
            Problem(.warning, at: SourcePosition(file: "--set"), "nothing asks for ${\(name)}", remedy: "look for a misspelt name")
        }
    }
}

/// From files to plans: what `run`, a rehearsal and a validation have in common. Touches no network.
public struct Preparation: Sendable {
    public var plans: [TransferPlan]
    public var warnings: [Problem]

    public enum Input: Sendable {
        case file(String)
        case standardInput
    }

    /// - Throws: every problem of every file.
    public init(_ inputs: [Input], variables: Variables, today: String, isRehearsal: Bool) throws(Problems) {
        var problems: [Problem] = []
        var descriptions: [TaskDescription] = []
        let reader = DescriptionReader(variables: variables)
        for input in inputs {
            do throws(Problems) {
                switch input {
                case .file(let path): descriptions += try reader.read(file: path)
                case .standardInput: descriptions += try reader.readStandardInput()
                }
            } catch {
                problems += error.all
            }
        }
        (plans, warnings) = ([], [])
        // A site file with mistakes is reported together with the descriptions' own; what descriptions name is looked up in sound ones.
        do throws(Problems) {
            let sites = try SiteCatalogue.load(environment: variables.environment)
            let planner = Planner(sites: sites, environment: variables.environment, today: today, isRehearsal: isRehearsal)
            (plans, warnings) = try planner.plans(for: descriptions)
        } catch {
            problems += error.all
        }
        guard problems.isEmpty else { throw Problems(problems) }
        warnings += reader.unusedSettings(descriptions).map { name in
            Problem(.warning, at: SourcePosition(file: "--set \(name)"), "nothing asks for it", remedy: "look for a misspelt name")
        }
    }
}

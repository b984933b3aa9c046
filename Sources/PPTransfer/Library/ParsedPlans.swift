import Globus
import PositionedYAML

/// What a description holds: its plans, and what looks wrong in it.
public struct ParsedPlans: Sendable, Hashable {
    /// The plans, in the order of the text.
    public let plans: [Plan]
    /// The issues that do not stop a transfer.
    public let warnings: [Issue]
}

extension Plan {
    /// Reads a description: one plan for each YAML document of the text.
    ///
    /// - Parameters:
    ///   - text: YAML, as the article on descriptions has it.
    ///   - name: what messages call the text; without its ending it is the workflow of a description that names none.
    ///   - values: what `${NAME}` in the text stands for. Nothing is taken from the environment.
    ///   - sites: what aliases mean, and the rules of the collections.
    /// - Throws: `PPTransferError` with all errors of the text, each with its line and column.
    public static func parse(
        _ text: String, name: String = "description", values: [String: String] = [:], sites: Sites = .none
    ) throws(PPTransferError) -> ParsedPlans {
        let reader = DescriptionReader(variables: Variables(passed: values))
        return try parsed(sites, reader) { () throws(DescriptionReader.Mistakes) in try reader.parse(text.utf8, file: name) }
    }

    /// Reads a description from a file, as `parse` does.
    ///
    /// - Throws: `PPTransferError`, also if the file cannot be read.
    public static func read(
        _ file: String, values: [String: String] = [:], sites: Sites = .none
    ) throws(PPTransferError) -> ParsedPlans {
        let reader = DescriptionReader(variables: Variables(passed: values))
        return try parsed(sites, reader) { () throws(DescriptionReader.Mistakes) in try reader.parse(file: file) }
    }

    private static func parsed(
        _ sites: Sites, _ reader: DescriptionReader, _ read: () throws(DescriptionReader.Mistakes) -> [TaskDescription]
    ) throws(PPTransferError) -> ParsedPlans {
        var planner = Planner(sites: sites.catalogue, environment: [:], today: SystemTimekeeper().now.day)
        planner.namesByEnds = false
        let descriptions: [TaskDescription]
        do throws(DescriptionReader.Mistakes) {
            descriptions = try read()
        } catch {
            // Ends that are right are looked up all the same, so that one pass tells all.
            throw PPTransferError(Problems(error.problems.all + error.ends.flatMap { planner.problems(of: $0) }))
        }
        do throws(Problems) {
            var warnings = try planner.plans(for: descriptions).warnings
            warnings += reader.unusedSettings(descriptions).map { Problem(unused: RemedyWording.library[.setting($0)].oneLine) }
            return ParsedPlans(plans: descriptions.map { Plan($0, sites: sites) }, warnings: warnings.map { Issue($0) })
        } catch {
            throw PPTransferError(error)
        }
    }
}

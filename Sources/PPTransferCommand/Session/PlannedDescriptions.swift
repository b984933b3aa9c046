import ArgumentParser
import Globus
import PPTransfer
import PPTransferReports
import PositionedYAML

/// The plans of descriptions. Errors and warnings are printed; if a plan cannot be made, `ExitCode` is thrown.
extension DescriptionOptions {
    /// Without a network.
    func plans(
        in environment: [String: String], _ console: Console, named: Preparation.NamedCollections = .unknown
    ) throws -> [TransferPlan] {
        try plans(of: preparation(environment: environment), named: named, console)
    }

    /// Looks up the collections that are named by what people call them.
    func plans(in session: CommandSession) async throws -> [TransferPlan] {
        let preparation = preparation(environment: session.environment)
        guard !preparation.searches.isEmpty else { return try plans(of: preparation, named: .unknown, session.console) }
        do {
            let search = CollectionSearch(service: try session.connected(for: .names).transfer, words: .commands)
            return try plans(
                of: preparation, named: .found(try await search.collections(for: preparation.descriptions)), session.console)
        } catch let problems as Problems {
            throw session.console.refused(problems, asDocument: json)
        } catch let error as GlobusError {
            session.console.error("\(error)")
            throw ExitCode(ExitStatus(lookingUp: error))
        }
    }

    private func plans(
        of preparation: Preparation, named: Preparation.NamedCollections, _ console: Console
    ) throws -> [TransferPlan] {
        do {
            let (plans, warnings) = try preparation.plans(
                named: named, today: SystemTimekeeper().now.day, isRehearsal: console.isRehearsal)
            for warning in warnings { console.tell(warning) }
            return plans
        } catch {
            throw console.refused(error, asDocument: json)
        }
    }
}

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
        try console.plans(of: preparation(environment: environment), named: named, asDocument: json)
    }

    /// Looks up the collections that are named by what people call them.
    func plans(in session: CommandSession) async throws -> [TransferPlan] {
        try await session.plans(of: preparation(environment: session.environment))
    }
}

extension CommandSession {
    /// Looks up the collections that are named by what people call them.
    func plans(of preparation: Preparation) async throws -> [TransferPlan] {
        guard !preparation.searches.isEmpty else { return try console.plans(of: preparation, named: .unknown, asDocument: json) }
        do {
            let search = CollectionSearch(service: try connected(for: .names).transfer, words: .commands)
            let found = try await search.collections(for: preparation.descriptions)
            return try console.plans(of: preparation, named: .found(found), asDocument: json)
        } catch let problems as Problems {
            throw console.refused(problems, asDocument: json)
        } catch let error as GlobusError {
            console.error("\(error)")
            throw ExitCode(ExitStatus(lookingUp: error))
        }
    }
}

extension Console {
    fileprivate func plans(
        of preparation: Preparation, named: Preparation.NamedCollections, asDocument: Bool
    ) throws -> [TransferPlan] {
        do {
            let (plans, warnings) = try preparation.plans(named: named, today: SystemTimekeeper().now.day, isRehearsal: isRehearsal)
            for warning in warnings { tell(warning) }
            return plans
        } catch {
            throw refused(error, asDocument: asDocument)
        }
    }
}

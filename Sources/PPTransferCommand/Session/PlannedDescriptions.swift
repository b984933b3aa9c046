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
    ///
    /// - Parameter waits: whether the outages of the descriptions are put up with, rather than those that somebody at a terminal would.
    func plans(in session: CommandSession, waits: Bool) async throws -> [TransferPlan] {
        try await session.plans(of: preparation(environment: session.environment), waits: waits)
    }
}

extension CommandSession {
    /// Looks up the collections that are named by what people call them.
    ///
    /// - Parameter waits: whether the outages of the descriptions are put up with, rather than those that somebody at a terminal would.
    func plans(of preparation: Preparation, waits: Bool) async throws -> [TransferPlan] {
        guard preparation.needsSearch else { return try console.plans(of: preparation, named: .unknown, asDocument: json) }
        do {
            let globus = try connected(for: waits ? .names(preparation.descriptions) : .question)
            let search = CollectionSearch(service: globus.transfer, words: .commands)
            return try console.plans(of: preparation, named: try await preparation.search(search), asDocument: json)
        } catch let failure as CollectionSearch.Failure {
            switch failure {
            case .problems(let problems): throw console.refused(problems, asDocument: json)
            case .service(let error, let problem):
                throw console.refused(Problems([problem]), asDocument: json, status: ExitStatus(lookingUp: error))
            }
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

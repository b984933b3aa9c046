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
    ///
    /// - Parameter waits: whether the outages of the descriptions are put up with, rather than those that somebody at a terminal would.
    func plans(in session: CommandSession, waits: Bool) async throws -> [TransferPlan] {
        let preparation = preparation(environment: session.environment)
        guard preparation.needsSearch else { return try plans(of: preparation, named: .unknown, session.console) }
        do {
            let globus = try session.connected(for: waits ? .names(preparation.descriptions) : .question)
            let search = CollectionSearch(service: globus.transfer, words: .commands)
            return try plans(of: preparation, named: try await preparation.search(search), session.console)
        } catch let failure as CollectionSearch.Failure {
            switch failure {
            case .problems(let problems): throw session.console.refused(problems, asDocument: json)
            case .service(let error, let problem):
                throw session.console.refused(Problems([problem]), asDocument: json, status: ExitStatus(lookingUp: error))
            }
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

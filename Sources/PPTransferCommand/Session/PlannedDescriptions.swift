import ArgumentParser
import FoundationEssentials
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
    /// - Parameters:
    ///   - waits: whether the outages of the descriptions are put up with, rather than those that somebody at a terminal would.
    ///   - isToldOf: the warnings that are printed.
    func plans(
        of preparation: Preparation, waits: Bool, telling isToldOf: (Problem) -> Bool = { _ in true }
    ) async throws -> [TransferPlan] {
        guard preparation.needsSearch else {
            return try console.plans(of: preparation, named: .unknown, asDocument: json, telling: isToldOf)
        }
        do {
            let globus = try connected(for: waits ? .names(preparation.descriptions) : .question)
            let search = CollectionSearch(service: globus.transfer, words: .commands)
            return try console.plans(
                of: preparation, named: try await preparation.search(search), asDocument: json, telling: isToldOf)
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

extension CommandSession {
    /// The plans of records with other ends, as the command line names them.
    ///
    /// - Throws: `ExitCode`, after a message.
    func plans(of work: RecordedWork, from source: String?, to destination: String?) async throws -> [TransferPlan] {
        let ends: OtherEnds
        do throws(PlaceProblem) {
            ends = try OtherEnds(
                source: source, destination: destination, workingDirectory: FileManager.default.currentDirectoryPath,
                home: environment["HOME"])
        } catch {
            console.error("\(error)")
            throw ExitCode(.usage)
        }
        let yaml: String
        do throws(Problems) {
            yaml = try ends.yaml(of: work.records, try SiteCatalogue.load(environment: environment, words: .commands))
        } catch {
            throw console.refused(error, asDocument: json)
        }
        let keys = [
            "from": "--from", "from.collection": "--from", "from.path": "--from", "to": "--to", "to.collection": "--to", "to.path": "--to",
        ]
        let preparation = Preparation(
            [.made(yaml: yaml, of: Preparation.Origin(name: "command line", keys: keys))],
            variables: Variables(set: [:], environment: environment), words: .commands)
        // Of an end that stays there is nothing new to say.
        let changed = (source == nil ? [] : ["--from"]) + (destination == nil ? [] : ["--to"])
        let planned = try await plans(of: preparation, waits: false) { changed.contains($0.key) }
        return zip(planned, work.plans).map { ends.plan($0, $1) }
    }
}

extension Console {
    fileprivate func plans(
        of preparation: Preparation, named: Preparation.NamedCollections, asDocument: Bool,
        telling isToldOf: (Problem) -> Bool = { _ in true }
    ) throws -> [TransferPlan] {
        do {
            let (plans, warnings) = try preparation.plans(named: named, today: SystemTimekeeper().now.day, isRehearsal: isRehearsal)
            var told: Set<Problem> = []
            for warning in warnings where isToldOf(warning) && told.insert(warning).inserted { tell(warning) }
            return plans
        } catch {
            throw refused(error, asDocument: asDocument)
        }
    }
}

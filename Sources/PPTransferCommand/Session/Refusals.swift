import ArgumentParser
import Globus
import PPTransfer
import PPTransferReports
import PositionedYAML

/// Prints, once, why a command cannot do its work; returns the exit status.
extension Console {
    /// What is wrong in files, before anything was begun.
    func refused(_ problems: Problems, asDocument: Bool) -> ExitCode {
        let status: ExitStatus = problems.errors.allSatisfy { $0.kind == .collection } ? .collection : .description
        tell(problems)
        if asDocument {
            document(ReportDocument(RefusalReport(problems: problems, isRehearsal: isRehearsal), status: status))
        } else {
            note("\(Quantity.count(problems.errors.count, "error")); nothing was sent; leaving with \(status)", .error)
        }
        return ExitCode(status)
    }

    /// Why there is no journal, before anything was asked.
    func refused(_ problem: JournalProblem, asDocument: Bool) -> ExitCode {
        error("\(problem); \(problem.remedy(in: .commands))")
        if asDocument {
            let problems = Problems([Problem(at: SourcePosition(file: "journal"), "\(problem)", remedy: problem.remedy(in: .commands))])
            document(ReportDocument(RefusalReport(problems: problems, isRehearsal: isRehearsal), status: problem.status))
        }
        return ExitCode(problem.status)
    }

    /// Why a variable does not say where Globus is.
    func refused(_ problem: GlobusEnvironment.Problem, asDocument: Bool) -> ExitCode {
        error(problem.description)
        if asDocument {
            let problems = Problems([Problem(at: SourcePosition(file: problem.variable), problem.description)])
            document(ReportDocument(RefusalReport(problems: problems, isRehearsal: isRehearsal), status: .usage))
        }
        return ExitCode(.usage)
    }

    /// Why there is no login, or none that works.
    func refused(login error: GlobusError) -> ExitCode {
        self.error("\(error)")
        if case .notLoggedIn(let problem) = error.cause { note("what to do: \(problem.remedy)") }
        if case .refused(let refusal) = error.cause, refusal.isInvalidGrant {
            note("what to do: run 'pptransfer login' again; a code is good once, for ten minutes, and for the login that asked for it")
            return ExitCode(.auth)
        }
        return ExitCode(ExitStatus(error, during: .submission))
    }
}

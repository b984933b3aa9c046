import ArgumentParser
import Globus
import PPTransfer
import PPTransferReports
import PositionedYAML

/// Prints, once, why a command cannot do its work; returns the exit status.
extension Console {
    /// What is wrong in files, before anything was begun.
    ///
    /// - Parameter status: if it is not the files' own fault.
    func refused(_ problems: Problems, asDocument: Bool, status: ExitStatus? = nil) -> ExitCode {
        let isOfArguments = problems.errors.allSatisfy { $0.position.file == CopyOptions.origin.name }
        let own: ExitStatus =
            problems.errors.allSatisfy { $0.kind == .collection } ? .collection : isOfArguments ? .usage : .description
        let status = status ?? own
        tell(problems)
        if asDocument {
            document(ReportDocument(RefusalReport(problems: problems, isRehearsal: isRehearsal), status: status))
        } else {
            note(
                "\(Quantity.count(problems.errors.count, "error")); nothing was submitted; exit status \(status.number) (\(status.name))",
                .error)
        }
        return ExitCode(status)
    }

    /// Why there is no journal, before anything was asked.
    func refused(_ problem: JournalProblem, asDocument: Bool) -> ExitCode {
        error("\(problem)", remedy: problem.remedy(in: .commands))
        if asDocument {
            let problems = Problems([
                Problem(at: SourcePosition(file: "journal"), "\(problem)", remedy: problem.remedy(in: .commands).oneLine)
            ])
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
        var status = ExitStatus(error, during: .submission)
        var remedy: Remedy?
        switch error.cause {
        case .notLoggedIn(let problem): remedy = problem.remedy
        case .refused(let refusal) where refusal.isInvalidGrant:
            remedy =
                "run it again; a code is valid once, for ten minutes, for the login that printed the page: \(command: "pptransfer login")"
            status = .auth
        default: break
        }
        self.error("\(error)", remedy: remedy)
        return ExitCode(status)
    }
}

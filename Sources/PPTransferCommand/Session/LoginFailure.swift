import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import SystemFiles

/// What a login that failed ends a command with.
enum LoginFailure {
    static func exit(_ error: GlobusError, _ console: Console) -> ExitCode {
        console.error("\(error)")
        if case .notLoggedIn(let problem) = error { console.note("what to do: \(problem.remedy)") }
        if case .refused(let refusal) = error, refusal.isInvalidGrant {
            console.note(
                "what to do: run 'pptransfer login' again; a code is good once, for ten minutes, and for the login that asked for it")
            return ExitCode(ExitStatus.auth.number)
        }
        return ExitCode(ExitStatus(error, during: .submission).number)
    }
}

import CycleCalendar
package import Globus
import Logging
import PositionedYAML

/// What came of one transfer: the result that is printed, and given to programs as JSON.
package struct FinishedTransfer: Sendable {
    package var plan: TransferPlan
    package var outcome: Outcome
    package var task: TaskID?
    /// Of the submission; the first thing that Globus support asks for.
    package var requestID: String?
    /// The last that was seen of the task.
    package var document: TransferTask?
    /// Which login was in use: it decides what a person must type.
    package var login: LoginKind?
    /// How far this machine's clock is ahead of the service's, if they differ.
    package var clockSkew: Duration?
    /// What both collections ask of a login, where that is why it failed.
    package var needs = LoginNeeds()
    var log: Logger = Logger(label: "pptransfer") { _ in SwiftLogNoOpLogHandler() }

    package init(plan: TransferPlan, outcome: Outcome, task: TaskID? = nil, requestID: String? = nil) {
        (self.plan, self.outcome, self.task, self.requestID) = (plan, outcome, task, requestID)
    }

    package var status: ExitStatus { outcome.status }

    /// Whether our being stopped ended it, rather than anything of its own.
    package var isInterrupted: Bool {
        switch outcome {
        case .interrupted, .stopped, .service(.cancelled, _), .unverified(.cancelled, _, _), .conflict(.cancelled, _): true
        default: false
        }
    }

    /// One line for people and for scripts that grep: `u-ab123 19880901T0000Z: ok (0): …`.
    package var resultLine: String { "\(plan.title): \(status): \(outcome.whatHappened(plan))" }

    /// A failure told in full: what happened, where, what to do, whether running again helps.
    package func failureLines(in words: RemedyWording) -> [String] {
        var lines = ["\(status): \(outcome.whatHappened(plan))"] + outcome.details.map { "  " + $0 }
        lines.append("from \(plan.source.text) to \(plan.destination.text)")
        if let task { lines.append("Globus task \(task), \(task.webPage)") }
        if let id = outcome.requestID ?? requestID { lines.append("request id \(id)") }
        let advice = [remedy(in: words), outcome.again.sentence].compactMap { $0 }
        lines.append("what to do: " + advice.joined(separator: "; "))
        return lines
    }

    /// What a person should do; `nil` where nothing is.
    package func remedy(in words: RemedyWording) -> String? {
        guard let clockSkew, !outcome.isOfAnotherLogin, [.internal, .expired, .auth, .session].contains(status) else {
            return ordinaryRemedy(in: words)
        }
        let clock = "\(Self.sentence(on: clockSkew)): set it right (NTP usually does), then run again"
        // A defect, or a longer deadline, is not what one looks for then; a login may be missing besides.
        guard [.auth, .session].contains(status), let other = ordinaryRemedy(in: words) else { return clock }
        return clock + "; if that does not help, " + other
    }

    private func ordinaryRemedy(in words: RemedyWording) -> String? {
        if status == .auth, !outcome.isOfAnotherLogin, case .serviceAccount = login { return LoginProblem.clientRefused(code: nil).remedy }
        guard !needs.isEmpty else { return outcome.whatToDo(plan, in: words) }
        let text = needs.remedy(for: login, in: words)
        if case .inactive = outcome { return text + "; the task then goes on by itself" }
        return text
    }
}

extension FinishedTransfer {
    /// `this machine's clock is 3h ahead of Globus's`
    package static func sentence(on skew: Duration) -> String {
        "this machine's clock is \(Quantity.time(skew < .zero ? .zero - skew : skew)) \(skew < .zero ? "behind" : "ahead of") Globus's"
    }
}

extension Outcome {
    /// What was found at the destination, and how much of it is proven.
    package var archive: Archive? {
        switch self {
        case .archived(let archive), .undigested(let archive, _): archive
        default: nil
        }
    }

    /// The files at the destination that kept everything from being submitted.
    package var existing: ExistingFiles? { if case .exists(let existing) = self { existing } else { nil } }
}

/// What came of a whole run; the most serious status is the run's.
package struct RunReport: Sendable {
    package var transfers: [FinishedTransfer]
    package var isRehearsal: Bool

    package init(transfers: [FinishedTransfer], isRehearsal: Bool) { (self.transfers, self.isRehearsal) = (transfers, isRehearsal) }

    package var status: ExitStatus { ExitStatus.mostSerious(of: transfers.map(\.status)) }
}

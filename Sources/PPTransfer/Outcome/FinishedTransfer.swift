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
    /// What this run has brought that was not at the destination. Of a task that an earlier run submitted nothing is known.
    package var new = FileTally()
    /// What all tasks of the run did together; `nil` without one.
    package var figures: TaskFigures?
    /// How many tasks these are.
    package var tasks = 0
    /// Which login was in use: it decides what a person must type.
    package var login: LoginKind?
    /// How far this machine's clock is ahead of the service's, if they differ.
    package var clockSkew: Duration?
    /// What both collections ask of a login, where that is why it failed.
    package var needs = LoginNeeds()
    /// What was left for a later run, because it was written to shortly before.
    package var unsettled: Unsettled?
    /// What was left out because this user may not read it.
    package var unread: Unread?
    /// What groups and permissions the files have at the destination; `nil` if nobody asked, or nothing is proven.
    package internal(set) var rights: ArrivedRights?
    var log: Logger = Logger(label: "pptransfer") { _ in SwiftLogNoOpLogHandler() }

    /// Whether the service ends with this process, and the task with it: a simulator within it.
    package var endsWithService = false

    /// The directory of the journal, if commands that look for the transfer must name it.
    package var namedJournal: String?

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
    package var resultLine: String { "\(plan.title): \(headline)" }

    /// What happened: one sentence without a full stop.
    package var message: String {
        if endsWithService, case .interrupted(let signal) = outcome {
            return "ended by a signal (\(Signal.name(signal ?? Signal.assumed))); the simulator and its task have ended"
        }
        return outcome.whatHappened(plan, leaving: unsettled, unread)
    }

    /// The same after the status.
    package var headline: String { "\(status): \(message)" }

    /// What belongs to the headline, a line each: particulars, both ends, the Globus task, the request id, then what to do, with each
    /// command on a line of its own, and whether running again helps.
    ///
    /// - Parameter raw: the words of Globus are given whole, too.
    package func explanation(in wording: RemedyWording, raw: Bool = false) -> [String] {
        let words = wording.naming(
            namedJournal, RemedyStep.TransferWords(plan))
        var lines = outcome.details
        if outcome == .nothing(allowed: false), let unread { lines += Quantity.list(unread.names, of: unread.count) }
        lines.append("from \(plan.source.text) to \(plan.destination.text)")
        if let task { lines.append("Globus task \(task), \(task.webPage)") }
        if raw, let text = outcome.refusal?.oneLineMessage, text != outcome.refusal?.cause { lines.append("answer of Globus: \(text)") }
        if let refusal = outcome.refusal { lines.append("request \(refusal.request)") }
        if let id = outcome.requestID ?? requestID { lines.append("request id \(id)") }
        if endsWithService, case .interrupted = outcome { return lines + ["Run again: it starts over."] }
        if isPostponed {
            let which = RemedyStep.TransferWords(plan)
            if task != nil {
                lines += ["To follow it:"] + words[.follow(which)].lines.map { "    " + $0 }
                lines += ["To cancel it:"] + words[.cancel(which)].lines.map { "    " + $0 }
            }
        } else if let remedy = remedy(in: words) {
            lines += remedy.advice
        }
        // "Run again once that is done" is no advice where nothing says what is to be done.
        guard outcome.again != .act || remedy(in: words) != nil else { return lines + ["Run again once the cause is corrected."] }
        let again = outcome.again.sentence
        lines.append(again.prefix(1).uppercased() + again.dropFirst() + ".")
        return lines
    }

    /// Headline and explanation.
    package func failureLines(in words: RemedyWording) -> [String] { [headline] + explanation(in: words) }

    /// Whether nothing went wrong: the wait was ended, or not wanted.
    package var isPostponed: Bool {
        switch outcome {
        case .running(_, let waited): waited < .seconds(1)
        case .interrupted, .jobEnds: true
        default: false
        }
    }

    /// What a person should do; `nil` where nothing is.
    package func remedy(in wording: RemedyWording) -> Remedy? {
        let words = wording.naming(namedJournal)
        guard let clockSkew, !outcome.isOfAnotherLogin, [.internal, .expired, .auth, .session].contains(status) else {
            return ordinaryRemedy(in: words)
        }
        let clock: Remedy = "\(Self.sentence(on: clockSkew)): correct it (usually with NTP), then run again"
        // A defect, or a longer deadline, is not what one looks for then; a login may be missing besides.
        guard [.auth, .session].contains(status), let other = ordinaryRemedy(in: words) else { return clock }
        return "\(clock); if that does not help, \(other)"
    }

    private func ordinaryRemedy(in words: RemedyWording) -> Remedy? {
        if status == .auth, !outcome.isOfAnotherLogin, case .serviceAccount = login { return LoginProblem.clientRefused(code: nil).remedy }
        if outcome == .nothing(allowed: false), unread != nil {
            return "make the files readable for this user; write 'empty: succeed' if there may be nothing else to send"
        }
        guard !needs.isEmpty else { return outcome.whatToDo(plan, in: words) }
        let text = needs.remedy(for: login, in: words)
        if case .inactive = outcome { return "\(text); the Globus task then continues by itself" }
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

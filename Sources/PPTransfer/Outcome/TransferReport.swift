import CycleCalendar
public import Globus
import Logging
import PositionedYAML

/// What came of one transfer: the result that is printed, and given to programs as JSON.
public struct TransferReport: Sendable {
    public var plan: TransferPlan
    public var outcome: Outcome
    public var task: TaskID?
    /// Of the submission; the first thing that Globus support asks for.
    public var requestID: String?
    /// The last that was seen of the task.
    public var document: TaskDocument?
    /// Which login was in use: it decides what a person must type.
    public var login: LoginKind?
    /// How far this machine's clock is ahead of the service's, if they differ.
    public var clockSkew: Duration?
    /// What both collections ask of a login, where that is why it failed.
    public var needs = LoginNeeds()
    var log: Logger = Logger(label: "pptransfer") { _ in SwiftLogNoOpLogHandler() }

    public init(plan: TransferPlan, outcome: Outcome, task: TaskID? = nil, requestID: String? = nil) {
        (self.plan, self.outcome, self.task, self.requestID) = (plan, outcome, task, requestID)
    }

    public var status: ExitStatus { outcome.status }

    /// Whether our being stopped ended it, rather than anything of its own.
    public var isInterrupted: Bool {
        switch outcome {
        case .interrupted, .service(.cancelled, _), .unverified(.cancelled, _, _), .conflict(.cancelled, _): true
        default: false
        }
    }

    /// One line for people and for scripts that grep: `u-ab123 19880901T0000Z: ok (0): …`.
    public var resultLine: String { "\(plan.title): \(status): \(outcome.whatHappened(plan))" }

    /// A failure told in full: what happened, where, what to do, whether running again helps.
    public var failureLines: [String] {
        var lines = ["\(status): \(outcome.whatHappened(plan))"] + outcome.details.map { "  " + $0 }
        lines.append("from \(plan.source.text) to \(plan.destination.text)")
        if let task { lines.append("Globus task \(task), \(task.webPage)") }
        if let id = outcome.requestID ?? requestID { lines.append("request id \(id)") }
        let advice = [remedy, outcome.again.sentence].compactMap { $0 }
        lines.append("what to do: " + advice.joined(separator: "; "))
        return lines
    }

    /// What a person should do; `nil` where nothing is.
    public var remedy: String? {
        guard let clockSkew, !outcome.isOfAnotherLogin, [.internal, .expired, .auth, .session].contains(status) else {
            return ordinaryRemedy
        }
        let clock = "\(Self.sentence(on: clockSkew)): set it right (NTP usually does), then run again"
        // A defect, or a longer deadline, is not what one looks for then; a login may be missing besides.
        guard [.auth, .session].contains(status), let other = ordinaryRemedy else { return clock }
        return clock + "; if that does not help, " + other
    }

    private var ordinaryRemedy: String? {
        if status == .auth, !outcome.isOfAnotherLogin, case .serviceAccount = login { return LoginProblem.clientRefused(code: nil).remedy }
        guard !needs.isEmpty else { return outcome.whatToDo(plan) }
        let text = needs.remedy(for: login)
        if case .inactive = outcome { return text + "; the task then goes on by itself" }
        return text
    }
}

extension TransferReport {
    /// `this machine's clock is 3h ahead of Globus's`
    public static func sentence(on skew: Duration) -> String {
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
public struct RunReport: Sendable {
    public var transfers: [TransferReport]
    public var isRehearsal: Bool

    public init(transfers: [TransferReport], isRehearsal: Bool) { (self.transfers, self.isRehearsal) = (transfers, isRehearsal) }

    public var status: ExitStatus { ExitStatus.mostSerious(of: transfers.map(\.status)) }
}

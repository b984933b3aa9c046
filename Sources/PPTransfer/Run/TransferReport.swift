public import Globus
import Logging

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
    public var login: Login.Kind?
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

extension TransferReport: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("workflow", \.plan.workflow), JSONField("cycle") { $0.plan.cycle?.description }, JSONField("name", \.plan.name),
        .statusName(\.status.name), .exitStatus(\.status.number), JSONField("again", \.outcome.again),
        JSONField("message") { $0.outcome.whatHappened($0.plan) }, JSONField("remedy", \.remedy),
        JSONField("commands") { $0.needs.commands(for: $0.login).nilIfEmpty }, JSONField("details", \.outcome.details.nilIfEmpty),
        JSONField("label", \.plan.taskLabel), JSONField("source", \.plan.source), JSONField("destination", \.plan.destination),
        JSONField("task_id", \.task), JSONField("task_link", \.task?.webPage),
        JSONField("request_id") { $0.outcome.requestID ?? $0.requestID },
        JSONField("task", { $0.document.map { FreeJSON($0) } }, "The service's own document of the task, whole."),
        JSONField("existing") { if case .exists(let existing) = $0.outcome { existing } else { nil } },
        JSONField("shared") { if case .shared(let shared) = $0.outcome { shared } else { nil } }, JSONField("proven", \.outcome.archive),
    ]
}

extension ExitStatus.Again: JSONChoice {}

extension TaskDescription.VerifyOptions.Level: JSONChoice {}

extension Archive: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("files", \.files), JSONField("bytes", \.bytes), JSONField("level", \.level), JSONField("extra", \.extra.nilIfEmpty),
        JSONField("by_digest", \.byDigest), JSONField("by_size", \.tally.bySize), JSONField("unproven", \.tally.unproven),
    ]
}

extension ResolvedEnd: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("name", \.name), JSONField("collection", \.collection), JSONField("path", \.path.description),
    ]
}

extension Array {
    fileprivate var nilIfEmpty: Self? { isEmpty ? nil : self }
}

extension Outcome {
    /// What was found at the destination, and how much of it is proven.
    fileprivate var archive: Archive? {
        switch self {
        case .archived(let archive), .undigested(let archive, _): archive
        default: nil
        }
    }
}

/// What came of a whole run; the most serious status is the run's.
public struct RunReport: Sendable {
    public var transfers: [TransferReport]
    public var isRehearsal: Bool

    public init(transfers: [TransferReport], isRehearsal: Bool) { (self.transfers, self.isRehearsal) = (transfers, isRehearsal) }

    public var status: ExitStatus { ExitStatus.mostSerious(of: transfers.map(\.status)) }
}

extension RunReport: ReportBody {
    package static let document = SchemaDocument.run
    package static let fields: [JSONField<Self>] = [.rehearsal(\.isRehearsal), JSONField("transfers", \.transfers)]
}

/// How it stands with a transfer: the one place from which `receipt`, `status`, `--failed` and the report learn it.
///
/// It follows from what is proven and from how the latest run ended. A run that did not end, or ended before it knew anything, leaves the
/// question open, also after an earlier success: files may have been staged since.
package enum Standing: Hashable, Sendable {
    /// Everything that the transfer had to bring is proven, and no later run found otherwise.
    case archived
    /// Everything was proven, and a later look at the destination did not find all of it as it was proven.
    case unfound(JournalRecord.Look)
    /// Globus has, or may have, a task of it.
    case submitted
    /// A run began and did not come as far as a submission, or has not yet.
    case begun
    /// The latest run ended so.
    case ended(JournalRecord.Ending)

    /// - Parameters:
    ///   - isProven: whether there is a receipt.
    ///   - look: what looks at the destination did not find as it was proven.
    ///   - begun: when the run began that has not ended.
    init(
        isProven: Bool, _ look: JournalRecord.Look?, _ submission: JournalRecord.Submission?, _ outcome: JournalRecord.Ending?,
        begun: String?
    ) {
        let isUnderWay = submission?.state == .intended || submission?.state == .accepted
        let isBrought = isProven && look == nil && !isUnderWay && (submission?.isComplete == true || outcome?.isSuccess == true)
        if isProven, let look, !isUnderWay, outcome.map({ $0.isSuccess || $0.isMismatch }) ?? (begun == nil),
            submission?.isComplete == true || look.isOfArchive == true
        {
            self = .unfound(look)
        } else if let outcome, !outcome.isOpen, !outcome.isSuccess {
            self = .ended(outcome)
        } else if isUnderWay {
            self = .submitted
        } else if begun != nil || outcome?.isOpen == true {
            self = .begun
        } else if isBrought {
            self = .archived
        } else if let outcome {
            self = .ended(outcome)
        } else {
            self = .begun
        }
    }

    /// Whether a person, or `rerun --failed`, should look at it: it did not end well, and nothing of it is under way.
    package var isFailure: Bool {
        switch self {
        case .archived, .submitted: false
        case .begun, .unfound: true
        case .ended(let ending): !ending.isSuccess
        }
    }
}

extension JournalRecord.Ending {
    fileprivate var isSuccess: Bool { exitStatus == ExitStatus.ok.number }
    fileprivate var isMismatch: Bool { exitStatus == ExitStatus.mismatch.number }
    /// The run ended before it knew.
    fileprivate var isOpen: Bool { exitStatus == ExitStatus.running.number || ExitStatus(number: exitStatus).isSignal }
}

extension JournalRecord {
    /// Whether the latest run left it archived, whatever a look found since.
    package var isArchivedOrUnfound: Bool {
        switch standing {
        case .archived, .unfound: true
        case .submitted, .begun, .ended: false
        }
    }

    package var standing: Standing { Standing(isProven: receipt != nil, look, submission, outcome, begun: begun) }
}

extension JournalRecord.Summary {
    package var standing: Standing { Standing(isProven: proof != nil, look, submission, outcome, begun: begun) }
}

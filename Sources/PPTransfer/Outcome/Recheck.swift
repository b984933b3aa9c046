/// What came of looking once more at what an earlier run had proven: by the destination's listing, or by a job that reads the files there.
package enum Recheck: Equatable, Sendable {
    /// All of it is still there.
    case verified(JournalRecord.Receipt)
    /// Every file was read on this machine, where it arrived: so many with the recorded digest.
    case readHere(JournalRecord.Receipt, Tally)
    /// Some of it is not.
    case lost([FileDifference], JournalRecord.Receipt)
    /// Some of it was not found at the destination, and the source does not have it to send again.
    case gone([FileDifference], JournalRecord.Receipt)
    /// A list for the destination, and a job that reads the files back there: of these files, in this directory.
    case asked(FarEndRequest)
    /// Every file was read back at the destination.
    case readBack(JournalRecord.Receipt)
    /// What the job there reports proves nothing.
    case unreported(ReportProblem)
    /// There is no proof of it that could be repeated.
    case notArchived
}

extension Recheck {
    var status: ExitStatus {
        switch self {
        case .verified, .readHere, .readBack, .asked: .ok
        case .lost, .gone: .mismatch
        case .notArchived, .unreported: .unverified
        }
    }

    /// Whether every file was found.
    var isProven: Bool {
        switch self {
        case .verified, .readHere, .readBack: true
        case .lost, .gone, .asked, .unreported, .notArchived: false
        }
    }
}

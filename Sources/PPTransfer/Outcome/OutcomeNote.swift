import SystemFiles

extension Outcome {
    /// What a clean-up did, or did not, belongs to how the transfer ended.
    mutating func note(_ result: SourceCleaner.Result) {
        guard !result.isCutOff else { return self = .interrupted() }
        switch self {
        case .archived(var archive):
            archive.cleaned = result
            self = .archived(archive)
        case .already(let receipt, let isGone, _): self = .already(receipt, sourceIsGone: isGone, cleaned: result)
        default: break
        }
    }
}

import SystemFiles

extension Outcome {
    /// What several tasks did together belongs to what was proven of them.
    mutating func sum(_ figures: TaskFigures) {
        switch self {
        case .archived(var archive):
            archive.figures = figures.counting(files: archive.files)
            self = .archived(archive)
        case .undigested(var archive, let isLate):
            archive.figures = figures.counting(files: archive.files)
            self = .undigested(archive, isLate: isLate)
        case .expired: self = .expired(figures)
        default: break
        }
    }

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

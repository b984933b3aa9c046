import PositionedYAML
import SystemFiles

extension SourceCleaner.Result {
    /// Nothing is deleted, and why.
    package struct Refusal: Sendable, Hashable {
        package var reason: String
        package var status = ExitStatus.unverified
        /// The destination is the source itself, so that nothing is archived.
        package var isSamePlace = false
    }

    static func refusing(_ reason: String, _ status: ExitStatus = .unverified, isSamePlace: Bool = false) -> Self {
        var result = Self()
        result.refusal = Refusal(reason: reason, status: status, isSamePlace: isSamePlace)
        return result
    }

    /// What it comes to.
    package var status: ExitStatus { ExitStatus(cleaned: self) }
}

extension ExitStatus {
    /// What a clean-up has left there: only what is not what was sent any more, which the next run sends, or something that is in the way.
    init(cleaned: SourceCleaner.Result?) {
        if let refusal = cleaned?.refusal {
            self = refusal.status
            return
        }
        let kept = cleaned?.kept.count ?? 0
        self = kept == 0 ? .ok : kept == cleaned?.changed ? .sourceChanged : .unverified
    }
}

extension SourceCleaner.Result {
    /// After another sentence.
    package var sentence: String {
        if let refusal { return "; nothing was deleted at the source: \(refusal.reason)" }
        return "; \(Quantity.count(files, "file")), \(Quantity.bytes(bytes)) "
            + (isOnlyTold ? "would be deleted at the source; a rehearsal does not delete" : "deleted at the source")
            + (kept.isEmpty ? "" : ", \(Quantity.count(kept.count, "file")) left there")
            + (held.isEmpty ? "" : ", \(Quantity.count(held.count, "file")) kept until another transfer of the same source is verified")
    }
}

extension Condition {
    /// After "still".
    package var participle: String {
        switch kind {
        case .queued: "queued"
        case .moving: "moving files"
        case .paused: "paused"
        case .inactive: "inactive"
        case .faulting: "retrying (\(cause))"
        case .unrecognised(let word): "in a state that this version does not know (\(word))"
        }
    }

    var cause: String {
        if isOwnText { return [code, text].compactMap(\.self).joined(separator: ": ") }
        return [code, text.map { "'\($0)'" }].compactMap(\.self).joined(separator: " ")
    }
}

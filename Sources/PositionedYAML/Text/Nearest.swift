/// The candidate that a misspelt `word` most likely means; `nil` if none is near enough to be worth a guess.
///
/// Near: at most one slip in three characters, where a slip is a missing, extra or wrong character or two that changed places.
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(word.lowercased().utf8)
    guard wanted.count <= 64 else { return nil }
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
        let distance = slips(from: wanted, to: Array(candidate.lowercased().utf8))
        guard distance <= max(1, max(wanted.count, candidate.utf8.count) / 3), distance < candidate.utf8.count else { continue }
        if let best, (best.distance, best.candidate) <= (distance, candidate) { continue }
        best = (distance, candidate)
    }
    return best?.candidate
}

/// The number of slips that lead from one spelling to the other (optimal string alignment).
private func slips(from left: [UInt8], to right: [UInt8]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for (row, leftByte) in left.enumerated() {
        var current = [row + 1]
        for (column, rightByte) in right.enumerated() {
            var cost = min(previous[column + 1] + 1, current[column] + 1, previous[column] + (leftByte == rightByte ? 0 : 1))
            if row > 0, column > 0, leftByte == right[column - 1], left[row - 1] == rightByte {
                cost = min(cost, beforePrevious[column - 1] + 1)
            }
            current.append(cost)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
}

/// What to say of a word that is none of `known`: the nearest, else the whole list.
package func hint(for word: String, known: [String], listing: String) -> String {
    nearest(to: word, among: known).map { "did you mean '\($0)'?" } ?? listing + known.joined(separator: ", ")
}

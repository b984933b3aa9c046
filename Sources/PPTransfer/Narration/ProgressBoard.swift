import PositionedYAML

/// Several pieces of work below each other, in the order in which they were first heard of.
package struct ProgressBoard: Sendable {
    /// More lines than these would push away what people read.
    private static let mostLines = 5

    private struct Entry: Sendable {
        var title: String
        var progress: WorkProgress
        var since: Duration
    }

    private var entries: [Entry] = []

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    /// - Parameters:
    ///   - progress: `nil` takes the line away.
    ///   - now: when this was learnt, since any start.
    package mutating func show(_ progress: WorkProgress?, of title: String, now: Duration) {
        let place = entries.firstIndex { $0.title == title }
        switch (place, progress) {
        case (let place?, let progress?): entries[place] = Entry(title: title, progress: progress, since: now)
        case (let place?, nil): entries.remove(at: place)
        case (nil, let progress?): entries.append(Entry(title: title, progress: progress, since: now))
        case (nil, nil): break
        }
    }

    /// At most five lines and half of the terminal's height; what has none of its own is counted in the last.
    ///
    /// - Parameters:
    ///   - width: of the terminal in columns. One is left free, so that no line is broken.
    ///   - height: of the terminal in lines.
    package func lines(width: Int, height: Int, style: TerminalStyle, now: Duration) -> [String] {
        let most = max(1, min(Self.mostLines, height / 2))
        let width = max(1, width - 1)
        var shown = entries
        if entries.count > most {
            // What moves or is in trouble is worth a line before what only waits for its turn.
            let order = entries.filter { $0.progress.phase != .queued } + entries.filter { $0.progress.phase == .queued }
            shown = Array(order.prefix(most - 1))
        }
        var lines = shown.map { ProgressLine(title: $0.title, progress: $0.progress, age: now - $0.since).text(width: width, style: style) }
        if shown.count < entries.count {
            let titles = Set(shown.map(\.title))
            lines.append(TextWidth.cut(summary(of: entries.filter { !titles.contains($0.title) }), to: width, ellipsis: style.ellipsis))
        }
        return lines
    }

    /// `and 7 more: 1 moving, 6 queued`
    private func summary(of entries: [Entry]) -> String {
        let counts = WorkProgress.Phase.allCases.compactMap { phase in
            let count = entries.count { $0.progress.phase == phase }
            return count > 0 ? "\(count) \(phase.rawValue)" : nil
        }
        return (entries.count == self.entries.count ? "\(entries.count) transfers: " : "and \(entries.count) more: ")
            + counts.joined(separator: ", ")
    }
}

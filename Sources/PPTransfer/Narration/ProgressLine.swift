import PositionedYAML

/// What a terminal can show.
package struct TerminalStyle: Sendable, Hashable {
    package var isUnicode: Bool
    package var hasColour: Bool

    package init(isUnicode: Bool, hasColour: Bool) { (self.isUnicode, self.hasColour) = (isUnicode, hasColour) }

    /// By the locale (`LC_ALL`, `LC_CTYPE`, `LANG`) and https://no-color.org.
    ///
    /// - Returns: `nil` for a terminal that cannot go back in its line (`TERM` is dumb or unset).
    package init?(_ environment: [String: String]) {
        guard let terminal = environment["TERM"], !terminal.isEmpty, terminal != "dumb" else { return nil }
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let encoding = locale.lowercased()
        isUnicode = encoding.contains("utf-8") || encoding.contains("utf8")
        hasColour = environment["NO_COLOR"].map(\.isEmpty) ?? true
    }

    var ellipsis: String { isUnicode ? "…" : "..." }

    /// Without what would move the cursor or, in a plain locale, not be readable.
    func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    if scalar.properties.generalCategory == .control { return " " }
                    return isUnicode || scalar.isASCII ? scalar : "?"
                }))
    }

    package func coloured(_ text: String, _ colour: Colour) -> String { hasColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text }

    package enum Colour: Int, Sendable { case red = 31, green = 32, yellow = 33 }
}

/// A piece of work in one line of a terminal, no wider than it may be: its title, a bar, and as many figures as there is room for.
struct ProgressLine {
    private static let barWidths = 10...20
    /// Answers come once a minute at the latest; what is older than a few of them says that there are none.
    private static let staleAfter = Duration.seconds(180)

    let title: String
    let progress: WorkProgress
    /// How old the figures are: the time left has grown less by it.
    var age = Duration.zero

    func text(width: Int, style: TerminalStyle) -> String {
        let title = style.printable(title)
        let figures = figures(style)
        for figures in figures {
            if let line = layout(title, figures, bar: progress.fraction, width: width, style: style) { return line }
        }
        return figures.last.flatMap { layout(title, $0, bar: nil, width: width, style: style) }
            ?? TextWidth.cut(title, to: width, ellipsis: style.ellipsis)
    }

    /// - Parameter fraction: `nil` for no bar.
    /// - Returns: `nil` if there is not room enough to read the title.
    private func layout(_ title: String, _ figures: String, bar fraction: Double?, width: Int, style: TerminalStyle) -> String? {
        let gap = 2
        let bar = fraction == nil ? 0 : Self.barWidths.lowerBound + 2 + gap
        let room = width - TextWidth.of(figures) - gap - bar
        let leastTitle = min(TextWidth.of(title), max(8, width / 4))
        guard room >= leastTitle else { return nil }
        let shortened = TextWidth.shortened(title, to: room, ellipsis: style.ellipsis)
        var line = shortened
        if let fraction {
            let cells = min(Self.barWidths.upperBound, Self.barWidths.lowerBound + room - TextWidth.of(shortened))
            line += "  [" + style.coloured(self.bar(fraction, cells: cells, style: style), colour) + "]"
        }
        return line + "  " + figures
    }

    /// What may stand behind the bar, the fullest first.
    private func figures(_ style: TerminalStyle) -> [String] {
        let percent = progress.fraction.map { Self.padded("\(Int($0 * 100))%", 4) }
        func joined(_ parts: String?...) -> String { parts.compactMap { $0 }.joined(separator: "  ") }

        let silence = age >= Self.staleAfter ? "no news for \(Quantity.timeLeft(age))" : nil
        if !progress.phase.isAtWork || silence != nil {
            let words = style.printable(silence ?? progress.words ?? progress.phase.rawValue)
            let cuts = [80, 60, 45, 30, 20, 12].map { TextWidth.cut(words, to: $0, ellipsis: style.ellipsis) }
            return cuts.map { joined(percent, $0) } + [percent ?? cuts[5]]
        }
        let files =
            progress.totalFiles.map { "\(progress.done.files)/\(Quantity.count($0, "file"))" }
            ?? Quantity.count(progress.done.files, "file")
        let bytes = Quantity.bytes(progress.done.bytes) + (progress.totalBytes.map { "/" + Quantity.bytes($0) } ?? "")
        let rate = progress.bytesPerSecond > 0 ? Quantity.rate(progress.bytesPerSecond) : nil
        let left = progress.timeLeft.map { Quantity.timeLeft(max(.seconds(1), $0 - age)) + " left" }
        return [
            joined(percent, files, bytes, rate, left), joined(percent, bytes, rate, left), joined(percent, rate, left),
            joined(percent, left), percent ?? bytes,
        ]
    }

    private var colour: TerminalStyle.Colour {
        switch progress.phase {
        case .reading, .moving: .green
        case .queued, .paused, .retrying, .unrecognised: .yellow
        case .inactive: .red
        }
    }

    private func bar(_ fraction: Double, cells: Int, style: TerminalStyle) -> String {
        guard style.isUnicode else {
            let full = Int(fraction * Double(cells))
            return String(repeating: "#", count: full) + String(repeating: "-", count: cells - full)
        }
        let eighths = Int(fraction * Double(cells * 8))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let part = parts[eighths % 8]
        return String(repeating: "█", count: eighths / 8) + part
            + String(repeating: " ", count: cells - eighths / 8 - (part.isEmpty ? 0 : 1))
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}

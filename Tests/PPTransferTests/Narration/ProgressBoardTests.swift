import Testing

@testable import PPTransfer
@testable import PositionedYAML

struct ProgressBoardTests {
    private let rich = TerminalStyle(isUnicode: true, hasColour: false)
    private let plain = TerminalStyle(isUnicode: false, hasColour: false)
    private let moving = WorkProgress(
        .moving, done: Amount(files: 14, bytes: 9_200_000_000), of: Amount(files: 31, bytes: 20_400_000_000), bytesPerSecond: 512_000_000)
    private let title = "u-ab123 19880901T0000Z atmos"

    private func line(
        _ progress: WorkProgress, _ width: Int, _ style: TerminalStyle, title: String? = nil, age: Duration = .zero
    ) -> String {
        ProgressLine(title: title ?? self.title, progress: progress, age: age).text(width: width, style: style)
    }

    @Test(arguments: [
        (119, "u-ab123 19880901T0000Z atmos  [█████████           ]   45%  14/31 files  9.2 GB/20.4 GB  512.0 MB/s  22 s left"),
        (99, "u-ab123 19880…1T0000Z atmos  [████▌     ]   45%  14/31 files  9.2 GB/20.4 GB  512.0 MB/s  22 s left"),
        (79, "u-ab123 19…00Z atmos  [████▌     ]   45%  9.2 GB/20.4 GB  512.0 MB/s  22 s left"),
        (39, "u-ab123 1…00Z atmos  [████▌     ]   45%"), (20, "u-ab123… atmos   45%"), (10, "u-ab123 1…"),
    ])
    func `a bar has as many figures as there is room for`(width: Int, text: String) {
        #expect(line(moving, width, rich) == text)
    }

    @Test func `in a plain locale there is nothing but ASCII`() {
        let text = line(moving, 79, plain, title: "s\u{FC}dpol 19880901T0000Z atmos")
        #expect(text == "s?dpol 19...0Z atmos  [####------]   45%  9.2 GB/20.4 GB  512.0 MB/s  22 s left")
    }

    @Test func `no line is wider than it may be, whatever it shows`() {
        var paused = WorkProgress(.paused, done: Amount(files: 1, bytes: 5), of: Amount(files: 2, bytes: 10))
        paused.words = "paused: the tape robot is 休 and nobody knows for how long, which is a pity"
        let unknown = WorkProgress(.moving, done: Amount(files: 3, bytes: 12_345))
        for progress in [moving, paused, unknown] {
            for width in 1...160 {
                for style in [rich, plain] {
                    for title in [title, "日本語のワークフロー 19880901T0000Z", "x"] {
                        #expect(TextWidth.of(line(progress, width, style, title: title)) <= width, "\(width)")
                    }
                }
            }
        }
    }

    @Test func `what stands in the way is told instead of rates`() {
        var paused = moving
        (paused.phase, paused.words) = (.paused, "paused: tape\u{1B}[31m\nrobot")
        #expect(line(paused, 79, rich) == "u-ab123 19880901T0000Z atmos  [███████▏        ]   45%  paused: tape [31m robot")
    }

    @Test func `the time left grows less between two answers, and silence is told`() {
        #expect(line(moving, 119, rich, age: .seconds(20)).hasSuffix("512.0 MB/s  2 s left"))
        #expect(line(moving, 119, rich, age: .seconds(100)).hasSuffix("512.0 MB/s  1 s left"))
        #expect(line(moving, 119, rich, age: .seconds(300)).hasSuffix("  45%  no news for 5m"))
    }

    @Test func `colour is only around the bar`() {
        let text = line(moving, 60, TerminalStyle(isUnicode: false, hasColour: true))
        #expect(text.contains("[\u{1B}[32m####"))
        #expect(text.contains("-\u{1B}[0m]"))
        #expect(TextWidth.visible(text) <= 60)
    }

    @Test func `many transfers take few lines, what moves before what waits, and the rest is counted`() {
        var board = ProgressBoard()
        for number in 1...4 { board.show(WorkProgress(.queued, done: Amount(files: 0, bytes: 0)), of: "queued \(number)", now: .zero) }
        for number in 1...3 { board.show(moving, of: "moving \(number)", now: .zero) }
        func titles(_ height: Int) -> [String] {
            board.lines(width: 80, height: height, style: plain, now: .zero).map {
                $0.split(separator: " ").prefix(2).joined(separator: " ")
            }
        }
        #expect(titles(24) == ["moving 1", "moving 2", "moving 3", "queued 1", "and 3"])
        #expect(board.lines(width: 80, height: 24, style: plain, now: .zero).last == "and 3 more: 3 queued")
        #expect(titles(6) == ["moving 1", "moving 2", "and 5"])
        #expect(board.lines(width: 80, height: 2, style: plain, now: .zero) == ["7 transfers: 3 moving, 4 queued"])
        for number in 1...4 { board.show(nil, of: "queued \(number)", now: .zero) }
        #expect(titles(24) == ["moving 1", "moving 2", "moving 3"])
    }

    @Test(
        arguments: [
            (["TERM": "xterm", "LANG": "en_GB.UTF-8"], TerminalStyle(isUnicode: true, hasColour: true)),
            (["TERM": "xterm", "LANG": "en_GB.UTF-8", "LC_ALL": "C"], TerminalStyle(isUnicode: false, hasColour: true)),
            (["TERM": "xterm", "LC_ALL": "", "LC_CTYPE": "C.utf8", "NO_COLOR": "1"], TerminalStyle(isUnicode: true, hasColour: false)),
            (["TERM": "xterm", "NO_COLOR": ""], TerminalStyle(isUnicode: false, hasColour: true)),
            (["TERM": "dumb", "LANG": "en_GB.UTF-8"], nil), (["TERM": ""], nil), ([:], nil),
        ] as [([String: String], TerminalStyle?)])
    func `what a terminal can show is read from the environment`(environment: [String: String], style: TerminalStyle?) {
        #expect(TerminalStyle(environment) == style)
    }
}

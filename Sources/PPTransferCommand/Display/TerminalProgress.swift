import Dispatch
import Globus
import PPTransfer
import Synchronization

/// Progress at the foot of the terminal, drawn again at most a few times a second. Asks nobody for news.
final class TerminalProgress: ProgressDisplay {
    /// Between two drawings, however much news there is.
    private static let pause = Duration.milliseconds(250)

    private struct State {
        var board = ProgressBoard()
        var lastDrawn: Duration?
        var hasEnded = false
        /// Follows the terminal's size, and lets the time that is left grow less between two answers of the service.
        var clock: (any DispatchSourceTimer)?
    }

    private let style: TerminalStyle
    private let time = SystemTimekeeper()
    private let state = Mutex(State())

    init(_ style: TerminalStyle) { self.style = style }

    func show(_ progress: WorkProgress?, of title: String) {
        let now = time.elapsed
        let (isFirst, isDue) = state.withLock { state in
            guard !state.hasEnded else { return (false, false) }
            state.board.show(progress, of: title, now: now)
            let isFirst = state.clock == nil
            if isFirst { state.clock = makeClock() }
            let isDue = state.lastDrawn.map { now - $0 >= Self.pause } ?? true
            if isDue { state.lastDrawn = now }
            return (isFirst, isDue)
        }
        if isFirst {
            StandardStreams.shared.setFoot { [weak self] size in self?.lines(size) ?? [] }
        } else if isDue {
            StandardStreams.shared.refresh()
        }
    }

    /// Leaves the terminal as if nothing had been drawn.
    func end() {
        let clock = state.withLock { state in
            state.hasEnded = true
            return state.clock
        }
        clock?.cancel()
        if clock != nil { StandardStreams.shared.setFoot(nil) }
    }

    private func lines(_ size: StandardStreams.Size) -> [String] {
        state.withLock { $0.board.lines(width: size.width, height: size.height, style: style, now: time.elapsed) }
    }

    private func makeClock() -> any DispatchSourceTimer {
        let clock = DispatchSource.makeTimerSource(queue: .global())
        clock.schedule(deadline: .now() + .milliseconds(500), repeating: .milliseconds(500))
        clock.setEventHandler { @Sendable in StandardStreams.shared.refresh() }
        clock.resume()
        return clock
    }
}

import Synchronization

/// What is to happen to one task. The thread that moves its files asks on the way; the board acts.
final class TaskScript: Sendable {
    /// What becomes of a file instead of its being sent.
    enum FileFate: Sendable, Equatable {
        case fault(code: String)
        case skip(code: String)
        case omit
        /// Sent, and in vain.
        case resend
    }

    private struct FileRule {
        let at: Double
        let effect: TaskFault.Effect
        let files: [FilePattern]
        var hits = 0
        var since: ContinuousClock.Instant?
    }

    private struct State {
        /// Still to come, in their order.
        var acts: [(at: Double, effect: TaskFault.Effect)] = []
        var rules: [FileRule] = []
        /// Reached, and not yet acted upon.
        var due: TaskFault.Effect?
        var total: Int64 = 0
    }

    private let state = Mutex(State())

    func load(_ faults: [TaskFault]) {
        let acts = faults.filter { !$0.effect.isOfFiles }.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        let rules = faults.filter(\.effect.isOfFiles).map { fault in
            let patterns: [String] =
                switch fault.effect {
                case .fault(let fault): fault.files
                case .skip(let files, _), .omit(let files), .resend(let files, _): files
                default: []
                }
            return FileRule(at: fault.at, effect: fault.effect, files: patterns.map { FilePattern($0) })
        }
        state.withLock { $0 = State(acts: acts.map { ($0.element.at, $0.element.effect) }, rules: rules) }
    }

    /// Whether something happens on the way, so that the way's length must be known.
    var needsTotal: Bool {
        state.withLock { state in state.acts.contains { $0.at > 0 } || state.rules.contains { $0.at > 0 } }
    }

    func set(total: Int64) { state.withLock { $0.total = total } }

    // MARK: The whole task

    /// What happens before the first byte.
    func takeAtStart() -> TaskFault.Effect? {
        state.withLock { state in
            guard let first = state.acts.first, first.at == 0 else { return nil }
            return state.acts.removeFirst().effect
        }
    }

    /// - Parameter sent: how many bytes; `nil` when everything is done.
    /// - Returns: whether the work must stop because something happens now.
    func isDue(sent: Int64?) -> Bool {
        state.withLock { state in
            guard state.due == nil else { return true }
            guard let first = state.acts.first, isReached(first.at, sent: sent, of: state.total) else { return false }
            state.due = state.acts.removeFirst().effect
            return true
        }
    }

    func takeDue() -> TaskFault.Effect? {
        state.withLock { state in
            defer { state.due = nil }
            return state.due
        }
    }

    private func isReached(_ at: Double, sent: Int64?, of total: Int64) -> Bool {
        guard let sent else { return true }
        // What happens when all is done waits for the end, which comes after the last byte.
        return at < 1 && Double(sent) >= at * Double(total)
    }

    // MARK: Its files

    /// - Returns: `nil` if the file is sent like any other.
    func fate(of path: String, sent: Int64) -> FileFate? {
        state.withLock { state in
            for index in state.rules.indices {
                let rule = state.rules[index]
                guard rule.at == 0 || Double(sent) >= rule.at * Double(state.total) else { continue }
                guard rule.files.isEmpty || rule.files.contains(where: { $0.matches(path) }) else { continue }
                switch rule.effect {
                case .omit: return .omit
                case .skip(_, let code): return .skip(code: code)
                case .resend(_, let times):
                    if let times, rule.hits >= times { continue }
                    state.rules[index].hits += 1
                    return .resend
                case .fault(let fault):
                    let since = rule.since ?? .now
                    state.rules[index].since = since
                    if let times = fault.times, rule.hits >= times { continue }
                    if let duration = fault.duration, .now - since >= duration { continue }
                    state.rules[index].hits += 1
                    return .fault(code: fault.code)
                default: continue
                }
            }
            return nil
        }
    }
}

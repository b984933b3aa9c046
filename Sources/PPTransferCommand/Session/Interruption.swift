import Dispatch
import Synchronization
import SystemFiles

/// Signals that end our waiting: INT, TERM, HUP, XCPU, USR2. The Globus task goes on; the first signal decides the status.
final class Interruption: Sendable {
    static let signals: [Int32] = [SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR2]

    /// The signal that came first, and who is still to be told of it.
    private final class First: Sendable {
        private let state: Mutex<(number: Int32?, onSignal: @Sendable () -> Void)>

        init(_ onSignal: @escaping @Sendable () -> Void) { state = Mutex((nil, onSignal)) }

        var number: Int32? { state.withLock { $0.number } }

        func note(_ signal: Int32) {
            let onSignal = state.withLock { state in
                guard state.number == nil else { return nil as (@Sendable () -> Void)? }
                state.number = signal
                return state.onSignal
            }
            onSignal?()
        }

        /// From now on `onSignal` is called instead: at once, if the signal has come.
        func tell(_ onSignal: @escaping @Sendable () -> Void) {
            let hasCome = state.withLock { state in
                state.onSignal = onSignal
                return state.number != nil
            }
            if hasCome { onSignal() }
        }
    }

    private let first: First
    /// Kept, because a source that nobody keeps is silent.
    private let sources: Mutex<[any DispatchSourceSignal]>

    /// A queue of its own has a thread as soon as it needs one: the shared ones may all be at work, and the signal would wait for them.
    private static let queue = DispatchQueue(label: "pptransfer.signals")

    /// - Parameter onSignal: called once, on no particular thread.
    init(onSignal: @escaping @Sendable () -> Void) {
        first = First(onSignal)
        // Under nohup the terminal's end is not meant for us.
        let numbers = Self.signals.filter { $0 != SIGHUP || !Self.isIgnored($0) }
        let registered = DispatchSemaphore(value: 0)
        let sources: [any DispatchSourceSignal] = numbers.map { [first] number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: Self.queue)
            source.setEventHandler { @Sendable in first.note(number) }
            source.setRegistrationHandler { @Sendable in registered.signal() }
            source.resume()
            return source
        }
        // Libdispatch puts a handler of its own in place. Were a signal ignored before, one that comes now would be lost; so it ends the
        // process, which has done nothing yet.
        for _ in numbers { _ = registered.wait(timeout: .now() + .seconds(1)) }
        self.sources = Mutex(sources)
    }

    /// The signal that came, if one did.
    var number: Int32? { first.number }

    /// What is under way now, and ends on a signal: that one has come already counts, too.
    func whenSignalled(_ onSignal: @escaping @Sendable () -> Void) { first.tell(onSignal) }

    private static func isIgnored(_ number: Int32) -> Bool {
        let earlier = signal(number, SIG_IGN)
        guard unsafeBitCast(earlier, to: Int.self) != unsafeBitCast(SIG_IGN, to: Int.self) else { return true }
        signal(number, earlier)
        return false
    }

    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}

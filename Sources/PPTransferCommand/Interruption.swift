import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Signals that end our waiting: INT, TERM, HUP, XCPU, USR2. The Globus task goes on; the first signal decides the status.
final class Interruption: Sendable {
    static let signals: [Int32] = [SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR2]

    /// The signal that came first.
    private final class First: Sendable {
        let number = Mutex<Int32?>(nil)

        /// - Returns: whether `signal` is the first.
        func note(_ signal: Int32) -> Bool {
            number.withLock { number in
                guard number == nil else { return false }
                number = signal
                return true
            }
        }
    }

    private let first = First()
    /// Kept, because a source that nobody keeps is silent.
    private let sources: Mutex<[any DispatchSourceSignal]>

    /// - Parameter onSignal: called once, on no particular thread.
    init(onSignal: @escaping @Sendable () -> Void) {
        let sources: [any DispatchSourceSignal] = Self.signals.compactMap { [first] number in
            // Under nohup the terminal's end is not meant for us.
            if number == SIGHUP, Self.isIgnored(number) { return nil }
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { @Sendable in
                if first.note(number) { onSignal() }
            }
            source.resume()
            return source
        }
        self.sources = Mutex(sources)
    }

    /// The signal that came, if one did.
    var number: Int32? { first.number.withLock { $0 } }

    private static func isIgnored(_ number: Int32) -> Bool {
        let earlier = signal(number, SIG_IGN)
        guard unsafeBitCast(earlier, to: Int.self) != unsafeBitCast(SIG_IGN, to: Int.self) else { return true }
        signal(number, earlier)
        return false
    }

    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}

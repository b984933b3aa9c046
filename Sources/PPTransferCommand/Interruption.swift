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

    private let received = Mutex<Int32?>(nil)
    private let sources = Mutex<[any DispatchSourceSignal]>([])

    /// - Parameter onSignal: called once, on no particular thread.
    init(onSignal: @escaping @Sendable () -> Void) {
        for number in Self.signals {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { @Sendable [weak self] in
                let isFirst = self?.received.withLock { received in
                    defer { received = received ?? number }
                    return received == nil
                }
                if isFirst == true { onSignal() }
            }
            source.resume()
            sources.withLock { $0.append(source) }
        }
    }

    /// The signal that came, if one did.
    var number: Int32? { received.withLock { $0 } }

    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}

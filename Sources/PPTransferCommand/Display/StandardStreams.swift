import Globus
import PPTransfer
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The process's stdout and stderr, for one thread at a time: nothing tears a line, and what is drawn at the foot of a terminal stays
/// below what is written.
final class StandardStreams: Sendable {
    static let shared = StandardStreams()

    enum Stream { case output, errors }

    struct Size: Sendable, Hashable {
        var width: Int
        var height: Int
    }

    /// What stands at the foot of the terminal that stderr is: its lines for a terminal of this size.
    typealias Foot = @Sendable (Size) -> [String]

    private struct State {
        var output = Outlet(STDOUT_FILENO)
        var errors = Outlet(STDERR_FILENO)
        var foot: Foot?
        /// What is drawn, for what size.
        var drawn: (lines: [String], size: Size)?
    }

    private let state = Mutex(State())

    private init() {}

    /// Whoever starts us may have closed a standard stream; the next file or socket that is opened would then take its number, and our
    /// text would go there.
    static func occupy() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number, which is this one.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
        }
    }

    func write(_ text: String, to stream: Stream) {
        state.withLock { state in
            switch stream {
            case .errors: state.errors.write(Self.wiped(&state) + text + Self.redrawn(&state))
            // Where stdout is the same terminal, the foot makes room for it.
            case .output where state.drawn != nil && isatty(STDOUT_FILENO) == 1:
                state.errors.write(Self.wiped(&state))
                state.output.write(text)
                state.errors.write(Self.redrawn(&state))
            case .output: state.output.write(text)
            }
        }
    }

    /// A piece of a long document on stdout, with nothing drawn meanwhile.
    func write(_ bytes: [UInt8]) {
        state.withLock { state in
            state.errors.write(Self.wiped(&state))
            state.output.write(bytes[...])
        }
    }

    /// From now on `foot` is drawn; `nil` takes it away.
    func setFoot(_ foot: Foot?) {
        state.withLock { state in
            state.errors.write(Self.wiped(&state))
            state.foot = foot
            state.errors.write(Self.redrawn(&state))
        }
    }

    /// Draws the foot again if it, or the terminal's size, has changed.
    func refresh() {
        state.withLock { state in
            guard let foot = state.foot else { return }
            // Others have the terminal now, and what was drawn may have moved.
            guard Self.isInForeground else { return state.drawn = nil }
            let size = Self.size
            if let drawn = state.drawn, drawn.size == size, drawn.lines == foot(size) { return }
            state.errors.write(Self.wiped(&state) + Self.redrawn(&state))
        }
    }

    /// What takes the drawn lines away. A terminal that became narrower has broken them into more.
    private static func wiped(_ state: inout State) -> String {
        guard let drawn = state.drawn, !drawn.lines.isEmpty else { return "" }
        state.drawn = nil
        let width = max(1, size.width)
        let height = drawn.lines.reduce(0) { $0 + max(1, (TextWidth.visible($1) + width - 1) / width) }
        return "\r" + (height > 1 ? "\u{1B}[\(height - 1)A" : "") + "\u{1B}[J"
    }

    private static func redrawn(_ state: inout State) -> String {
        guard let foot = state.foot, isInForeground else { return "" }
        let size = size
        let lines = foot(size)
        state.drawn = (lines, size)
        return lines.joined(separator: "\n")
    }

    /// A shell's job in the background leaves the terminal to the others.
    private static var isInForeground: Bool {
        let group = tcgetpgrp(STDERR_FILENO)
        return group < 0 || group == getpgrp()
    }

    private static var size: Size {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return Size(width: 80, height: 24) }
        return Size(width: Int(size.ws_col), height: max(1, Int(size.ws_row)))
    }
}

/// One descriptor that text goes to. Text that nobody takes is lost, without an error.
private struct Outlet {
    /// How long a reader of a non-blocking stream may let us wait.
    private static let patience = Duration.seconds(5)

    private let descriptor: Int32
    /// Whether a reader has let us wait in vain: until it reads again, it does not hold us up again.
    private var isStuck = false

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    mutating func write(_ text: String) { write(Array(text.utf8)[...]) }

    mutating func write(_ bytes: ArraySlice<UInt8>) {
        var bytes = bytes
        let deadline = SystemTimekeeper().elapsed + (isStuck ? .zero : Self.patience)
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
                isStuck = false
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                // Whoever started us may have left the stream non-blocking, as terminals shared with an editor or ssh are.
                let rest = deadline - SystemTimekeeper().elapsed
                guard rest > .zero else { return isStuck = true }
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&request, 1, Int32(max(1, rest.components.seconds * 1000)))
            } else if errno != EINTR {
                return
            }
        }
    }
}

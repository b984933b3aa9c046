import Globus
import PPTransfer
import PositionedYAML
import Synchronization
import SystemFiles

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
        var output = Descriptor(STDOUT_FILENO, patience: .seconds(10))
        var errors = Descriptor(STDERR_FILENO, patience: .seconds(5))
        var foot: Foot?
        /// What is drawn, for what size.
        var drawn: (lines: [String], size: Size)?
    }

    private let state = Mutex(State())

    private init() {}

    /// Whoever starts us may have closed a standard stream; the next file or socket that is opened would then take its number, and our
    /// text would go there.
    ///
    /// What takes the place of an output cannot be written to, so that text for it is not taken for written.
    static func occupy() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number, which is this one.
            if open("/dev/null", O_RDONLY) < 0 { _ = open("/", O_RDONLY | O_DIRECTORY) }
        }
    }

    /// Whether stdout and stderr are the same terminal or file: what is written to both is then read twice.
    var areOne: Bool {
        var (output, errors) = (stat(), stat())
        guard fstat(STDOUT_FILENO, &output) == 0, fstat(STDERR_FILENO, &errors) == 0 else { return false }
        return output.st_dev == errors.st_dev && output.st_ino == errors.st_ino
    }

    /// - Parameter isResult: whether somebody waits for the text: that it cannot be written is then remembered.
    /// - Parameter withSecrets: for a secret that is meant for whoever reads it.
    func write(_ text: String, to stream: Stream, isResult: Bool = true, withSecrets: Bool = false) {
        // Whatever a service or a proxy sends back, no secret leaves in our text.
        let text = withSecrets ? text : Secrets.inUse.redacted(text)
        state.withLock { state in
            let before = state.output.fault
            defer { if !isResult { state.output.fault = before } }
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
            state.output.write(Secrets.inUse.redacted(bytes)[...])
        }
    }

    /// Why a result could not be written to stdout; `nil` if all of it was.
    func outputFault() -> String? {
        state.withLock { state in
            state.output.settle()
            return state.output.fault.map { $0 == EBADF ? "it is closed" : SystemReason.text($0) }
        }
    }

    /// Whoever reads the result has it elsewhere, too.
    func forgiveOutput() { state.withLock { $0.output.fault = nil } }

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

/// One descriptor that text goes to. Text that nobody takes is lost; that it was is remembered.
private struct Descriptor {
    private let number: Int32
    /// How long a reader of a non-blocking stream may take nothing.
    private let patience: Duration
    /// Whether a reader has let us wait in vain: until it reads again, it does not hold us up again.
    private var isStuck = false
    private var hasWritten = false
    /// `errno` of what was lost first.
    var fault: Int32?

    init(_ number: Int32, patience: Duration) { (self.number, self.patience) = (number, patience) }

    mutating func write(_ text: String) { write(Array(text.utf8)[...]) }

    mutating func write(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty else { return }
        hasWritten = true
        if SystemFile.write(Array(bytes), to: number, patience: isStuck ? .zero : patience) {
            isStuck = false
        } else {
            isStuck = errno == EAGAIN
            fault = fault ?? errno
        }
    }

    /// A network's file system may tell only when a file is closed that it has no room.
    mutating func settle() {
        guard hasWritten, fault == nil else { return }
        let copy = dup(number)
        if copy >= 0, close(copy) != 0, errno != EINTR { fault = errno }
    }
}

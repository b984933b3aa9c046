import Foundation
import Synchronization

/// A pseudo-terminal, as a program's stderr sees it, and what its reader sees of it.
final class Terminal: Sendable {
    struct Failure: Error {}

    /// What the program opens.
    let path: String
    private let descriptor: Int32
    private let bytes = Mutex<[UInt8]>([])

    /// What Swift's Glibc does not show.
    private typealias OpenTerminal =
        @convention(c) (
            UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<CChar>, UnsafePointer<termios>?,
            UnsafePointer<winsize>?
        ) -> Int32
    private static let openTerminal = unsafeBitCast(dlsym(nil, "openpty"), to: OpenTerminal?.self)

    init(width: UInt16 = 80, height: UInt16 = 24) throws {
        var (own, kept) = (Int32(-1), Int32(-1))
        var name = [CChar](repeating: 0, count: 128)
        guard Self.openTerminal?(&own, &kept, &name, nil, nil) == 0 else { throw Failure() }
        for end in [own, kept] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (descriptor, path) = (own, name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
        resize(width: width, height: height)
        // The reader keeps the program's end open as long as it reads: else the terminal would hang up before the program opens it.
        Thread.detachNewThread { [descriptor, kept, weak self] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            while let self {
                guard poll(&request, 1, 100) >= 0 else { break }
                guard request.revents & Int16(POLLIN) != 0 else { continue }
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else { break }
                self.bytes.withLock { $0 += buffer[..<count] }
            }
            close(kept)
            close(descriptor)
        }
    }

    func resize(width: UInt16, height: UInt16) {
        var size = winsize(ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    }

    /// All that was written, with what moves the cursor.
    var written: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

    /// What the lines hold, with no regard to the terminal's width: nothing may be broken.
    var screen: [String] { Screen(written).lines }
}

/// What a terminal of any width makes of the few sequences that the program writes.
struct Screen {
    private(set) var lines: [String] = [""]

    init(_ text: String) {
        var (row, column) = (0, 0)
        var cells: [[Character]] = [[]]
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "\r\n": (row, column) = (row + 1, 0)
            case "\n": row += 1
            case "\r": column = 0
            case "\u{1B}":
                guard rest.popFirst() == "[" else { continue }
                let number = rest.prefix { $0.isNumber || $0 == ";" }
                rest = rest.dropFirst(number.count)
                switch rest.popFirst() {
                case "A": row = max(0, row - (Int(number) ?? 1))
                case "J":
                    cells.removeSubrange((row + 1)...)
                    cells[row] = Array(cells[row].prefix(column))
                default: break
                }
            default:
                cells[row] += Array(repeating: " ", count: max(0, column - cells[row].count))
                if column < cells[row].count { cells[row][column] = character } else { cells[row].append(character) }
                column += 1
            }
            while cells.count <= row { cells.append([]) }
        }
        lines = cells.map { String($0) }
    }
}

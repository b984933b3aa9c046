/// Reads a file line by line; empty lines are passed over. However long the file is, only a piece of it is in memory.
package struct LineReader: ~Copyable {
    /// A path is much shorter, on any system.
    private static let longest = 1 << 20
    /// Ten million files take about 2 GB.
    private static let largest: Int64 = 1 << 32

    private let path: String
    private let descriptor: Int32
    /// Bytes of the file when it was opened.
    package let size: Int64
    private var buffer: [UInt8] = []
    /// Where the next line begins in `buffer`.
    private var begin = 0
    /// Whether the last byte of the file, as far as it is read, ends a line.
    package private(set) var isWhole = true

    /// - Returns: `nil` if there is no such file.
    package init?(_ path: String) throws(FileProblem) {
        do throws(RegularFile.Problem) {
            (self.path, descriptor) = (path, try RegularFile.open(path, atMost: Self.largest))
        } catch {
            if error == .system(ENOENT) { return nil }
            throw FileProblem(.read, path, reason: error.description)
        }
        var status = stat()
        size = fstat(descriptor, &status) == 0 ? Int64(status.st_size) : 0
    }

    deinit { close(descriptor) }

    /// - Returns: the line without its end; `nil` at the end of the file.
    package mutating func next() throws(FileProblem) -> ArraySlice<UInt8>? {
        while true {
            if let end = buffer[begin...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { begin = end + 1 }
                if end > begin { return buffer[begin..<end] }
            } else if buffer.count - begin > Self.longest {
                throw FileProblem(.read, path, reason: "a line is longer than \(Self.longest) bytes")
            } else if try !fill() {
                defer { begin = buffer.count }
                return begin < buffer.count ? buffer[begin...] : nil
            }
        }
    }

    /// - Returns: `false` at the end of the file.
    private mutating func fill() throws(FileProblem) -> Bool {
        buffer.removeFirst(begin)
        begin = 0
        guard let part = SystemFile.read(descriptor, atMost: 1 << 16) else { throw FileProblem(.read, path) }
        if let last = part.last { isWhole = last == UInt8(ascii: "\n") }
        buffer += part
        return !part.isEmpty
    }
}

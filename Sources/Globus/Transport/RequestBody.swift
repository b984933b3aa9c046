public import FoundationEssentials
import SystemFiles

/// What a request brings. Sent as often as the request is repeated, the same bytes each time.
public struct RequestBody: Sendable {
    private enum Content: Sendable {
        case bytes(Data)
        case file(BodyFile)
    }

    private let content: Content

    package static func bytes(_ data: Data) -> RequestBody { RequestBody(content: .bytes(data)) }

    /// Read as it is sent: however large it is, it takes no memory.
    package static func file(_ file: BodyFile) -> RequestBody { RequestBody(content: .file(file)) }

    /// `nil` if it lies in memory.
    package var file: BodyFile? {
        switch content {
        case .bytes: nil
        case .file(let file): file
        }
    }

    /// The size in bytes.
    public var count: Int {
        switch content {
        case .bytes(let data): data.count
        case .file(let file): file.count
        }
    }

    /// The whole of it; `nil` if the file cannot be read, or is no longer whole.
    public var data: Data? {
        switch content {
        case .bytes(let data): return data
        case .file(let file):
            var data = Data(count: file.count)
            var done = 0
            while done < file.count {
                let read = data.withUnsafeMutableBytes { file.read(from: done, into: .init(rebasing: $0[done...])) }
                guard read > 0 else { return nil }
                done += read
            }
            return data
        }
    }

    /// - Returns: how many bytes were put into `buffer`, 0 at the end; `nil` if they cannot be had.
    func read(from offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let wanted = min(buffer.count, count - offset)
        guard wanted > 0 else { return 0 }
        switch content {
        case .bytes(let data):
            let begin = data.startIndex + offset
            return data.copyBytes(to: buffer, from: begin..<begin + wanted)
        case .file(let file):
            let read = file.read(from: offset, into: .init(rebasing: buffer[..<wanted]))
            return read > 0 ? read : nil
        }
    }
}

/// A file that is a request's body. It stays open, so that it is the same file each time, whatever happens to its name.
package final class BodyFile: Sendable {
    /// Bytes, when it was opened.
    package let count: Int
    private let descriptor: Int32

    /// - Returns: `nil`, with `errno`, if it cannot be opened.
    package init?(path: String) {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        (self.descriptor, count) = (descriptor, Int(status.st_size))
    }

    deinit { close(descriptor) }

    /// Its first bytes, so many at most; none if it cannot be read.
    package func beginning(_ most: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: most) { buffer, filled in filled = max(0, read(from: 0, into: .init(buffer))) }
    }

    /// - Returns: what `pread` returns, interruptions aside.
    func read(from offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let read = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if read >= 0 || errno != EINTR { return read }
        }
    }
}

/// Reads small text files whole.
package enum FileBytes {
    /// Why a file could not be read.
    package struct Fault: Error {
        package var isMissing: Bool
        package var what: String
        package var remedy: String
    }

    /// Reads at most `limit` bytes and one more, by which the caller sees that there was more. Of pipes only those are read that whoever
    /// started us has opened for us (`/dev/fd/63`).
    package static func read(_ path: String, limit: Int) throws(Fault) -> [UInt8] {
        let descriptor: Int32
        do throws(RegularFile.Problem) {
            descriptor = try RegularFile.open(path, atMost: .max)
        } catch {
            if case .system(let code) = error { throw fault(code) }
            throw Fault(isMissing: false, what: error.description, remedy: "name a file; standard input is '-'")
        }
        defer { close(descriptor) }
        return try read(descriptor, limit: limit)
    }

    /// The same of a file that is open: `/dev/stdin` cannot be opened if it is a socket, or a pipe that another user made.
    package static func read(_ descriptor: Int32, limit: Int) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            guard let part = SystemFile.read(descriptor, atMost: min(64 << 10, limit + 1 - bytes.count)) else { throw fault(errno) }
            if part.isEmpty { break }
            bytes += part
        }
        return bytes
    }

    /// Without the mark that editors of other systems write before the first line (the byte order mark of UTF-8).
    package static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
    }

    private static func fault(_ code: Int32) -> Fault {
        switch code {
        case ENOENT, ENOTDIR: Fault(isMissing: true, what: "there is no such file", remedy: "check the path and the directory you are in")
        case EACCES, EPERM: Fault(isMissing: false, what: "you may not read this file", remedy: "ask its owner, or correct its permissions")
        case EISDIR: Fault(isMissing: false, what: "this is a directory", remedy: "name a file in it")
        default:
            Fault(
                isMissing: false, what: String(cString: strerror(code)), remedy: "try again, or copy it elsewhere")
        }
    }
}

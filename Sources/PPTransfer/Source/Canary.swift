import SystemFiles

/// An empty file of a unique name, made in a source directory for a moment: whoever sees it at the destination looks at the source itself.
///
/// Scans pass over canaries: they are neither sent nor counted. One that a killed run has left is removed by a later one.
struct Canary: Sendable {
    /// A canary that has been there for longer belongs to nobody; seconds.
    private static let lifetime: Int64 = 3600

    let name: String
    private let directory: Int32

    /// Makes one, which stays until it is removed.
    ///
    /// - Parameters:
    ///   - folder: from `root`, empty or ending in a slash. No link below the root is followed.
    ///   - root: the source directory.
    /// - Throws: why there can be none.
    init(in folder: FileName, of root: String) throws(Reason) {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        let name = CanaryName.prefix + String(repeating: "0", count: CanaryName.digits - digits.utf8.count) + digits
        let directory = try Self.open(folder, below: root)
        let file = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            let reason = Reason(errno)
            close(directory)
            throw reason
        }
        var status = stat()
        let isKnown = fstat(file, &status) == 0
        close(file)
        (self.name, self.directory) = (name, directory)
        if isKnown { Self.sweep(directory, before: Int64(status.st_mtim.tv_sec) - Self.lifetime) }
    }

    /// To be called once, whatever happens.
    func remove() {
        unlinkat(directory, name, 0)
        close(directory)
    }

    struct Reason: Error {
        var text: String
        /// Whoever may not write there may not delete there either.
        var isDenied: Bool

        init(_ code: Int32) {
            text = SystemReason.words(code)
            isDenied = [EACCES, EPERM, EROFS].contains(code)
        }
    }

    private static func open(_ folder: FileName, below root: String) throws(Reason) -> Int32 {
        var directory = SystemCall.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Reason(errno) }
        for part in folder.text.utf8.split(separator: UInt8(ascii: "/")) {
            let next = openat(directory, String(Substring(part)), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let code = errno
            close(directory)
            guard next >= 0 else { throw Reason(code) }
            directory = next
        }
        return directory
    }

    /// Removes what killed runs have left, by the file server's own clock.
    private static func sweep(_ directory: Int32, before time: Int64) {
        let copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else {
            if copy >= 0 { close(copy) }
            return
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    guard name[0] == CChar(UInt8(ascii: ".")), CanaryName.isName(ofPath: String(cString: name).utf8) else { return }
                    var status = stat()
                    guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG,
                        status.st_size == 0, Int64(status.st_mtim.tv_sec) < time
                    else { return }
                    unlinkat(directory, name, 0)
                }
            }
        }
    }
}

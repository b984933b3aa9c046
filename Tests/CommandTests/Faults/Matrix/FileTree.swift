import Foundation

/// The regular files below a directory.
enum FileTree {
    /// - Returns: contents by the bytes of the path below `directory`: two spellings of one text are one `String`, but two files. Of a
    ///   directory that is not there, nothing; of a file, itself.
    static func read(_ directory: String, followingLinks: Bool) -> [[UInt8]: Data] {
        let manager = FileManager.default
        var tree: [[UInt8]: Data] = [:]
        for path in (try? manager.subpathsOfDirectory(atPath: directory)) ?? [] {
            var status = stat()
            let full = directory + "/" + path
            guard (followingLinks ? stat(full, &status) : lstat(full, &status)) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            tree[Array(path.utf8)] = manager.contents(atPath: full)
        }
        return tree
    }
}

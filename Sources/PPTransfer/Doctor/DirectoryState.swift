#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What stands where a directory should.
enum DirectoryState: Equatable {
    case directory, somethingElse, nothing
    case unreachable(reason: String)

    init(_ path: String) {
        var status = stat()
        if stat(path, &status) == 0 {
            self = status.st_mode & S_IFMT == S_IFDIR ? .directory : .somethingElse
        } else {
            self = errno == ENOENT ? .nothing : .unreachable(reason: DurableFile.reason())
        }
    }
}

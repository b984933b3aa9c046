/// What stands where a directory should.
package enum DirectoryState: Equatable {
    case directory, somethingElse, nothing
    case unreachable(reason: String)

    package init(_ path: String) {
        var status = stat()
        if stat(path, &status) == 0 {
            self = status.st_mode & S_IFMT == S_IFDIR ? .directory : .somethingElse
        } else {
            self = errno == ENOENT ? .nothing : .unreachable(reason: SystemReason.words())
        }
    }
}

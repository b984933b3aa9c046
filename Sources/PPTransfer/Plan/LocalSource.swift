#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension LocalSource {
    /// `nil` if nothing is there, or nothing that we may see. Links are followed.
    init?(ifAnythingIsAt path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(path: path, isFile: status.st_mode & S_IFMT == S_IFREG)
    }
}

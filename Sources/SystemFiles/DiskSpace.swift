/// The room on the disk of a path.
package enum DiskSpace {
    /// Bytes that this user may still write there; `nil` if the system does not tell.
    ///
    /// - Parameter path: of something that exists.
    package static func free(at path: String) -> Int64? {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return nil }
        return Int64(clamping: UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize)).partialValue)
    }
}

/// A path without symbolic links, `.` and `..`: where two names lead to one place, it is the same.
///
/// - Returns: `nil` if there is nothing, or it cannot be reached.
package func resolvedPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// What does not keep a login from being used, but should be known.
package enum LoginWarning: Hashable, Sendable, CustomStringConvertible {
    /// Others than its owner may read the file, by these permissions.
    case exposed(path: String, mode: UInt32)
    /// Globus has put another refresh token in the place of the one that is written there, which may be good no more.
    case notKept(path: String, reason: String)

    package var description: String {
        switch self {
        case .exposed(let path, let mode):
            "\(path) holds your login, and others may read it (mode \(String(mode, radix: 8))): chmod 600 \(path)"
        case .notKept(let path, let reason):
            "Globus has replaced the refresh token that \(path) holds, and the new one is not written there (\(reason)); log in again soon"
        }
    }
}

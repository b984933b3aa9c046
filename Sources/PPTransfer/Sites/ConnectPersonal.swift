package import Globus
import SystemFiles

/// The Globus Connect Personal of the machine we run on.
package enum ConnectPersonal {
    /// Where its set-up leaves the UUID of its collection, below the home directory.
    package static let file = directory + "/client-id.txt"
    /// The directory of its settings, below the home directory.
    static let directory = ".globusonline/lta"

    /// - Returns: `nil` if it is not set up for this user.
    package static func collection(home: String) -> CollectionID? {
        guard let bytes = try? FileBytes.read("\(home)/\(file)", limit: 4096) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return words.first.flatMap { CollectionID($0) }
    }
}

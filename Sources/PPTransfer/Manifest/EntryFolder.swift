import SystemFiles

extension Manifest.Entry {
    /// The directory that holds it: empty, or ending in a slash.
    var folder: String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(decoding: path.utf8[...$0], as: UTF8.self) } ?? ""
    }
}

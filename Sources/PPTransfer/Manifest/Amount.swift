/// So many files, of so many bytes.
package struct Amount: Sendable, Hashable {
    package var files: Int64
    package var bytes: Int64

    package init(files: Int64, bytes: Int64) { (self.files, self.bytes) = (files, bytes) }

    init(_ manifest: Manifest) { self.init(files: Int64(manifest.entries.count), bytes: manifest.bytes) }
}

/// So many files, of so many bytes.
public struct Amount: Sendable, Hashable {
    public var files: Int64
    public var bytes: Int64

    public init(files: Int64, bytes: Int64) { (self.files, self.bytes) = (files, bytes) }

    init(_ manifest: Manifest) { self.init(files: Int64(manifest.entries.count), bytes: manifest.bytes) }
}

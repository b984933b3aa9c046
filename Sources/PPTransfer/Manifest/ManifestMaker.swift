#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Makes the manifest of a directory at the time when its files are made: their sizes, times and digests.
public struct ManifestMaker: Sendable {
    public var selection: TaskDescription.Selection
    public var links: TaskDescription.LinkPolicy
    /// `nil`: no digests.
    public var algorithm: Digest.Algorithm?
    /// Threads that read; `nil` for one for each core.
    public var width: Int?
    /// Only this part of the files, of so many, both counted from 1.
    public var shard: (part: Int, of: Int)?

    public init(_ selection: TaskDescription.Selection, links: TaskDescription.LinkPolicy, algorithm: Digest.Algorithm?) {
        (self.selection, self.links, self.algorithm) = (selection, links, algorithm)
    }

    public struct Result: Sendable {
        public var manifest: Manifest
        public var problems: [SourceProblem]
        /// Files whose digest was known, because they have not changed since.
        public var reused: Int
    }

    /// - Parameters:
    ///   - directory: what is read.
    ///   - known: an earlier manifest of the same directory, and when it was written, in seconds since 1970: files of the same size and
    ///     time are not read again, unless they were written so shortly before that another write would not show.
    public func make(
        _ directory: String, known: (manifest: Manifest, written: Int64)? = nil, observe: @Sendable (DigestPass.Progress) -> Void = { _ in }
    ) -> Result {
        let scan = SourceScanner(selection, links: links).scan(directory)
        guard scan.problems.isEmpty else { return Result(manifest: scan.manifest, problems: scan.problems, reused: 0) }
        var entries = scan.manifest.entries
        if let shard { entries = entries.filter { Self.part(of: $0.path, among: shard.of) == shard.part } }
        guard let algorithm else { return Result(manifest: Manifest(entries), problems: [], reused: 0) }
        let settled = known?.manifest.entries.filter { $0.modified < (known?.written ?? 0) - 1 } ?? []
        let digests = Dictionary(settled.map { ($0.listed, $0.digest) }) { first, _ in first }
        for index in entries.indices {
            if let digest = digests[entries[index]] ?? nil, digest.algorithm == algorithm { entries[index].digest = digest }
        }
        let unknown = entries.filter { $0.digest == nil }
        let (digested, problems) = DigestPass(algorithm, width: width).digest(
            unknown, in: directory, followingLinks: links == .follow, observe: observe)
        return Result(
            manifest: Manifest(entries.filter { $0.digest != nil } + digested), problems: problems, reused: entries.count - unknown.count)
    }

    /// 1 to `count`; the same path is always in the same part, whatever else there is.
    static func part(of path: String, among count: Int) -> Int {
        let hash = path.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
        // The low bits of this hash (FNV-1a) are the better mixed ones after folding.
        return Int((hash ^ hash >> 32) % UInt64(count)) + 1
    }
}

extension Manifest {
    /// The lines that `sha256sum -c` or `md5sum -c` read; files without a digest are left out.
    public var checksums: String {
        entries.compactMap { entry in entry.digest.map { ChecksumLine.text($0, entry.path) + "\n" } }.joined()
    }

    /// With sizes and times, as `init(file:)` reads it.
    public var written: String { String(decoding: ManifestFile.bytes(of: self), as: UTF8.self) }

    /// - Returns: `nil` if there is none, or it is not whole.
    public init?(file: String) throws(JournalProblem) {
        guard let manifest = try ManifestFile.read(file) else { return nil }
        self = manifest
    }

    /// What `write(to:)` wrote before, and when.
    public static func known(at path: String) throws(JournalProblem) -> (manifest: Manifest, written: Int64)? {
        var status = stat()
        guard stat(path + ManifestFile.ending, &status) == 0, let manifest = try ManifestFile.read(path + ManifestFile.ending) else {
            return nil
        }
        return (manifest, Int64(status.st_mtim.tv_sec))
    }

    /// Writes the checksums to `path`, and sizes and times beside it.
    public func write(to path: String) throws(JournalProblem) {
        try ManifestFile.write(self, to: path + ManifestFile.ending)
        try DurableFile.write(Array(checksums.utf8), to: path)
    }

    /// Where `write(to:)` puts sizes and times.
    public static func sidecar(of path: String) -> String { path + ManifestFile.ending }
}

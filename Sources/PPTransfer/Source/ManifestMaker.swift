import SystemFiles

/// Makes the manifest of a directory at the time when its files are made: their sizes, times and digests.
package struct ManifestMaker: Sendable {
    package var selection: TaskDescription.Selection
    package var links: TaskDescription.LinkPolicy
    /// `nil`: no digests.
    package var algorithm: Digest.Algorithm?
    /// Threads that read; `nil` for one for each core.
    package var width: Int?
    /// Threads that look at the directory.
    package var scanWidth = SourceScanner.defaultWidth
    /// Only this part of the files, of so many, both counted from 1.
    package var shard: (part: Int, of: Int)?

    package init(_ selection: TaskDescription.Selection, links: TaskDescription.LinkPolicy, algorithm: Digest.Algorithm?) {
        (self.selection, self.links, self.algorithm) = (selection, links, algorithm)
    }

    package struct Result: Sendable {
        package var manifest: Manifest
        package var problems: [SourceProblem]
        /// Files whose digest was known, because they have not changed since.
        package var reused: Int
    }

    /// - Parameters:
    ///   - directory: what is read.
    ///   - known: an earlier manifest. If it is of the same directory, the files that it has are not read again where they are the very
    ///     ones and nothing of them was changed, unless that was so shortly before it was begun that another write would not show.
    ///   - observe: gets what is to be read in all, once; and returns what is to be told of the progress.
    package func make(
        _ directory: String, known: Manifest? = nil,
        observe: (DigestPass.Progress) -> @Sendable (DigestPass.Progress) -> Void = { _ in { _ in } }
    ) -> Result {
        let scan = SourceScanner(selection, links: links, width: scanWidth).scan(directory)
        guard scan.problems.isEmpty else { return Result(manifest: scan.manifest, problems: scan.problems, reused: 0) }
        var entries = scan.manifest.entries
        func made(of entries: Manifest.Entries) -> Manifest {
            var manifest = Manifest(entries)
            manifest.origin = scan.manifest.origin
            return manifest
        }
        if let shard { entries = entries.filtered { entries.withPath($0) { Self.part(of: $0, among: shard.of) } == shard.part } }
        guard let algorithm else { return Result(manifest: made(of: entries), problems: [], reused: 0) }
        if let known, let origin = known.origin, scan.manifest.origin?.isSameDirectory(as: origin) == true {
            entries.takeDigests(from: known.entries, algorithm, begun: origin.begun)
        }
        let unknown = entries.indices.lazy.filter { [entries] in entries.digest($0) == nil }
        let (files, bytes) = (unknown.count { _ in true }, unknown.reduce(0 as Int64) { $0.clampedSum(entries.size($1)) })
        let (digested, problems) = DigestPass(algorithm, width: width).digest(
            entries, in: directory, followingLinks: links == .follow, observe: observe(.init(files: files, bytes: bytes)))
        return Result(manifest: made(of: digested), problems: problems, reused: entries.count - files)
    }

    /// 1 to `count`; the same path is always in the same part, whatever else there is.
    static func part(of path: some Sequence<UInt8>, among count: Int) -> Int {
        let hash = path.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
        // The low bits of this hash (FNV-1a) are the better mixed ones after folding.
        return Int((hash ^ hash >> 32) % UInt64(count)) + 1
    }
}

extension Manifest {
    /// The lines that `sha256sum -c` or `md5sum -c` read; files without a digest are left out.
    ///
    /// - Parameter write: gets them piece by piece.
    package func encodeChecksums<Failure>(to write: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        var bytes: [UInt8] = []
        for index in entries.indices {
            guard let digest = entries.digest(index) else { continue }
            bytes += "\(ChecksumLine.text(digest, entries[index].path))\n".utf8
            if bytes.count >= 1 << 16 {
                try write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try write(bytes)
    }

    /// With sizes and times, as `init(file:)` reads it.
    ///
    /// - Parameter write: gets it piece by piece.
    package func encode<Failure>(to write: ([UInt8]) throws(Failure) -> Void) throws(Failure) { try ManifestFile.encode(self, to: write) }

    /// - Returns: `nil` if there is none, or it is not whole.
    package init?(file: String) throws(SourceProblem) {
        guard let manifest = try Self.read(file) else { return nil }
        self = manifest
    }

    private static func read(_ path: String) throws(SourceProblem) -> Manifest? {
        do throws(FileProblem) { return try ManifestFile.read(path) } catch { throw .unreadable(path, reason: error.reason) }
    }

    /// What `write(to:)` wrote before; `nil` if it is not there, not whole, or older than the list that it belongs to.
    package static func known(at path: String) throws(SourceProblem) -> Manifest? {
        isOlder(sidecar(of: path), than: path) ? nil : try read(sidecar(of: path))
    }

    /// Whether an ordinary file is at `path` in a directory, and no `write(to:)` has made it.
    package static func isOtherFile(_ path: String, in directory: String) -> Bool {
        var status = stat()
        guard Mounts.lies(path, in: directory), stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        return stat(sidecar(of: path), &status) != 0
    }

    /// Whether both are there, and the first was written before the second.
    static func isOlder(_ one: String, than other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(one, &first) == 0, stat(other, &second) == 0 else { return false }
        return (first.st_mtim.tv_sec, first.st_mtim.tv_nsec) < (second.st_mtim.tv_sec, second.st_mtim.tv_nsec)
    }

    /// Writes the checksums to `path`, then sizes and times beside it: what is beside an older list never speaks for a newer one. Into a
    /// pipe or a device the checksums alone are written.
    package func write(to path: String) throws(OutputProblem) {
        try OutputFile.write(to: path) { file throws(OutputProblem) in
            try encodeChecksums { piece throws(OutputProblem) in try file.append(piece) }
        }
        guard !OutputFile.isStream(path) else { return }
        try OutputFile.write(to: Self.sidecar(of: path)) { file throws(OutputProblem) in
            try encode { piece throws(OutputProblem) in try file.append(piece) }
        }
    }

    /// Where `write(to:)` puts sizes and times.
    package static func sidecar(of path: String) -> String { path + ManifestFile.ending }
}

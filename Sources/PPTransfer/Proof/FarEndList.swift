import Crypto
import SystemFiles

/// What is to be read back at the destination, and the three kinds of files that say so there.
struct FarEndList {
    /// With the digests that are known.
    let manifest: Manifest
    /// When: `2026-11-20T23:17:08Z`.
    let asked: String
    /// As the machine at that end calls it; `~` and `~/…` are from home.
    let directory: String
    /// Of the files that are written: characters that need no quoting.
    let name: String
    /// The group and the mode that the files are to have; `nil` if nobody says.
    var rights: ExpectedRights?
    /// Whether the job gives them these without being told.
    var fixesRights = false
    /// Options of the batch system there, a line each.
    let batch: [String]

    struct File {
        var name: String
        var bytes: [UInt8]
    }

    var scriptName: String { name + ".sh" }
    var reportName: String { name + ".report" }

    /// Checksums for people and their tools, the list for the job, and the job.
    var files: [File] {
        let list = list
        return checksums + [
            File(name: name + ".list", bytes: list),
            File(name: scriptName, bytes: Array(FarEndScript(self, listDigest: Self.sha256(list)).text.utf8)),
        ]
    }

    /// One file for each algorithm, since `sha256sum -c` and `md5sum -c` each read their own.
    private var checksums: [File] {
        Digest.Algorithm.allCases.compactMap { algorithm in
            let entries = manifest.entries.filter { $0.digest?.algorithm == algorithm }
            guard !entries.isEmpty else { return nil }
            let lines = entries.compactMap { entry in
                // A name of one dash would be read as the standard input.
                entry.digest.map { ChecksumLine.text($0, entry.path.begins(with: "-") ? "./" + entry.path : entry.path) + "\n" }
            }
            return File(name: "\(name).\(algorithm.rawValue)", bytes: Array(lines.joined().utf8))
        }
    }

    /// Number, size, digest and path of each file, each with a NUL after it: no name can break that.
    private var list: [UInt8] {
        var bytes: [UInt8] = []
        for (index, entry) in manifest.entries.enumerated() {
            for field in ["\(index + 1)", "\(entry.size)", entry.digest?.description ?? "-", entry.path] {
                bytes += field.utf8
                bytes.append(0)
            }
        }
        return bytes
    }

    static func sha256(_ bytes: some Sequence<UInt8>) -> Digest {
        var function = SHA256()
        function.update(data: Array(bytes))
        return Digest(.sha256, bytes: function.finalize())
    }
}

extension Manifest {
    /// SHA-256 of the manifest's own file, as the journal has it: which manifest a receipt or a report speaks of.
    var fingerprint: Digest {
        var function = SHA256()
        ManifestFile.encode(self) { function.update(data: $0) }
        return Digest(.sha256, bytes: function.finalize())
    }
}

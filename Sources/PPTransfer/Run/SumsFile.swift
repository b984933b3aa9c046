import Globus
import PositionedYAML
import SystemFiles

/// `SHA256SUMS`, or `MD5SUMS`, beside the files of a download, as `sha256sum -c` reads it.
///
/// Its first line, a comment, names the transfer: what does not begin so belongs to somebody else, and is not replaced.
struct SumsFile {
    let destination: LocalDestination
    /// The transfer's.
    let title: String

    init?(_ plan: TransferPlan) {
        guard let destination = plan.localDestination else { return nil }
        (self.destination, title) = (destination, plan.title)
    }

    private var head: String { "# pptransfer: \(Outlet.line(title))" }

    /// Whether a file of the destination is one that this transfer has left there.
    func isOurs(_ name: String) -> Bool {
        let names = Digest.Algorithm.allCases.map(Self.usual)
        guard names.contains(where: { name.begins(with: $0) }), var lines = try? LineReader(destination.path(of: name)),
            let first = try? lines.next()
        else { return false }
        return first.elementsEqual(head.utf8)
    }

    /// Writes one file for each algorithm that the digests are of.
    ///
    /// - Parameter manifest: each file with its digest.
    /// - Returns: the files' paths, and of which names another one was taken because they are in use.
    func write(_ manifest: Manifest) throws(OutputProblem) -> (paths: [String], taken: [String]) {
        var (paths, taken): ([String], [String]) = ([], [])
        for algorithm in Digest.Algorithm.allCases {
            let files = manifest.entries.lazy.filter { $0.digest?.algorithm == algorithm }
            guard !files.isEmpty else { continue }
            let usual = Self.usual(algorithm)
            let name = name(usual, besides: manifest)
            if name != usual { taken.append(usual) }
            let path = destination.path(of: name)
            try OutputFile.write(to: path) { sink throws(OutputProblem) in
                var bytes = Array((head + "\n").utf8)
                for file in files {
                    guard let digest = file.digest else { continue }
                    bytes += (ChecksumLine.text(digest, file.path) + "\n").utf8
                    guard bytes.count > 1 << 20 else { continue }
                    try sink.append(bytes)
                    bytes = []
                }
                try sink.append(bytes)
            }
            paths.append(path)
        }
        return (paths, taken)
    }

    private static func usual(_ algorithm: Digest.Algorithm) -> String { algorithm.rawValue.uppercased() + "SUMS" }

    /// The usual name, or the first like it that is neither a file of the transfer nor anybody else's.
    private func name(_ usual: String, besides manifest: Manifest) -> String {
        var name = usual
        var number = 1
        while manifest.entries.entry(at: name) != nil || DirectoryState(destination.path(of: name)) != .nothing && !isOurs(name) {
            name = usual + ".pptransfer" + (number > 1 ? "-\(number)" : "")
            number += 1
        }
        return name
    }
}

extension SumsFile {
    /// Leaves the checksums of these files, and says where. Files without a digest are read.
    ///
    /// - Returns: what keeps it from that.
    func write(_ proven: Manifest, by reader: ArrivalReader) async throws(JournalProblem) -> LocalDiskProblem? {
        let algorithm = proven.entries.first { $0.digest != nil }?.digest?.algorithm ?? .sha256
        let manifest: Manifest?
        do throws(LocalDiskProblem) { manifest = try await reader.digested(proven, by: algorithm) } catch { return error }
        guard let manifest else { return nil }
        do throws(OutputProblem) {
            let written = try write(manifest)
            for name in written.taken { reader.log.warning("\(name) is in use at the destination, and is not replaced") }
            for path in written.paths { reader.log.info("the checksums of the files are in \(path)") }
            return nil
        } catch {
            throw .output(error)
        }
    }
}

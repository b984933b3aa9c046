import Globus
import PositionedYAML
import SystemFiles

/// The proven files' paths at the destination, a line each, as `nlds putlist` and JDMA's lists want them.
///
/// Each line is one file, and no file has two: those that read the list archive what it says. There is no list without a file in it.
enum ProvenFileList {
    /// - Parameter source: where the source is on this machine; a list there would be sent, or replace what is to be sent.
    static func write(
        _ proven: Manifest, at destination: ResolvedEnd, to path: String, outside source: String?
    ) throws(JournalProblem) {
        // A link may have come since the description was read.
        if let source, Mounts.lies(path, in: source) { throw .unlisted(path: path, reason: "it is in the source \(shown(source))") }
        var bytes: [UInt8] = []
        var last: String?
        for entry in proven.entries {
            let file = destination.path.appending(entry.path).description
            guard !entry.path.utf8.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else {
                throw .unlisted(path: path, reason: "the name \(shown(entry.path)) holds a line end")
            }
            // Directories, and what a manifest names twice.
            if entry.path.utf8.last == UInt8(ascii: "/") || last.map({ $0.isSameBytes(as: file) }) ?? false { continue }
            bytes += file.utf8
            bytes.append(UInt8(ascii: "\n"))
            last = file
        }
        guard !bytes.isEmpty else { return try remove(path, because: "no file is verified") }
        do throws(OutputProblem) {
            try OutputFile.makeDirectory(of: path)
            try OutputFile.write(bytes, to: path)
        } catch {
            throw .unlisted(path: path, reason: error.reason)
        }
    }

    /// The largest file that JASMIN's Elastic Tape takes: 500 GB.
    static let largest: Int64 = 500_000_000_000

    /// The files that are too large for it, by their paths.
    static func tooLarge(_ proven: Manifest) -> FileTally { FileTally(proven.entries) { proven.entries.size($0) > largest } }

    /// Removes the list of an earlier run, whose files may not be read, or are not proven. What is no file stays.
    static func remove(_ path: String, because cause: String) throws(JournalProblem) {
        guard !OutputFile.isStream(path), unlink(path) != 0, errno != ENOENT, errno != ENOTDIR else { return }
        let reason = SystemReason.words()
        throw .unlisted(path: path, reason: "\(cause), and the list of an earlier run cannot be removed: \(reason)")
    }
}

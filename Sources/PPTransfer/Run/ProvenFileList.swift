import Globus
import PositionedYAML

/// The proven files' paths at the destination, a line each, as `nlds putlist` and JDMA's lists want them.
enum ProvenFileList {
    static func write(_ proven: Manifest, at destination: ResolvedEnd, to path: String) throws(JournalProblem) {
        var bytes: [UInt8] = []
        for entry in proven.entries {
            guard !entry.path.utf8.contains(UInt8(ascii: "\n")) else {
                throw .unlisted(path: path, reason: "the name \(shown(entry.path)) holds a line end")
            }
            bytes += destination.path.appending(entry.path).description.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        do throws(OutputProblem) {
            try OutputFile.makeDirectory(of: path)
            try OutputFile.write(bytes, to: path)
        } catch {
            throw .unlisted(path: path, reason: error.reason)
        }
    }
}

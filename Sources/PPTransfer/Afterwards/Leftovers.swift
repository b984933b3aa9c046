import PositionedYAML
import SystemFiles

/// What a directory of this machine holds, whatever a description selects: what is lost if somebody deletes the directory as a whole.
struct Leftovers {
    /// Without links at its end.
    let root: String
    let scan: SourceScan

    /// Lists the directory. No link is followed.
    init(in directory: String) async {
        root = Self.real(directory) ?? directory
        scan = await SourceScanner(TaskDescription.Selection(), links: .fail).scan(inBackground: root)
    }

    /// A path without links; `nil` if nothing is there.
    static func real(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    var entries: Manifest.Entries { scan.manifest.entries }

    /// Returns a line for each file that none of the lists has, and for each thing that is no file.
    ///
    /// - Parameter selector: of the transfer that sends files of this directory, for the reason.
    func lines(besides lists: [Manifest], _ selector: FileSelector) -> [String] {
        var cursors = lists.map { EntryCursor($0.entries) }
        let files = entries.indices.compactMap { index -> String? in
            guard !cursors.indices.contains(where: { cursors[$0].place(of: index, in: entries) != nil }) else { return nil }
            let path = entries[index].path
            return "\(path): \(Self.reason(selector.selects(path)))"
        }
        return files + scan.problems.map(\.description)
    }

    static func reason(_ isSelected: Bool) -> String {
        isSelected ? "it is not in the proof of archive: no run has sent and verified it" : "it is not selected by the description"
    }
}

/// The directories of a manifest: which of its files lie right in each.
struct FolderIndex {
    private static let slash = UInt8(ascii: "/")

    /// Indices of files. Files of a directory that has directories itself are in several runs.
    private var runs: [[UInt8]: [Range<Int>]] = [:]
    private var above: Set<[UInt8]> = []

    /// - Parameter entries: in order.
    init(_ entries: Manifest.Entries) {
        var (folder, begin): ([UInt8], Int) = ([], 0)
        for index in entries.indices {
            entries.withPath(index) { path in
                let own = path[..<((path.lastIndex(of: Self.slash) ?? -1) + 1)]
                guard !own.elementsEqual(folder) else { return }
                add(begin..<index, in: folder)
                (folder, begin) = (Array(own), index)
            }
        }
        add(begin..<entries.count, in: folder)
        for folder in runs.keys {
            var parent = Self.parent(of: folder)
            while !parent.isEmpty, above.insert(parent).inserted { parent = Self.parent(of: parent) }
        }
    }

    private mutating func add(_ run: Range<Int>, in folder: [UInt8]) {
        if !run.isEmpty { runs[folder, default: []].append(run) }
    }

    /// Those that hold a file. Each is empty for the top, else it ends in a slash.
    var folders: some Collection<[UInt8]> { runs.keys }

    /// Those, and every directory above them, the top included.
    var tree: Set<[UInt8]> { above.union(runs.keys).union([[]]) }

    /// The indices of the files right in a directory, in ascending order.
    func files(in folder: [UInt8]) -> some Sequence<Int> { (runs[folder] ?? []).joined() }

    /// Whether a directory holds a file, or one of those below it does.
    func has(_ folder: [UInt8]) -> Bool { runs[folder] != nil || above.contains(folder) }

    static func parent(of folder: [UInt8]) -> [UInt8] { Array(folder[..<((folder.dropLast().lastIndex(of: slash) ?? -1) + 1)]) }
    static func depth(of folder: [UInt8]) -> Int { folder.count { $0 == slash } }
}

import PositionedYAML

/// Which files go: `include` (empty means all) less `exclude`, or the files of a list; each of `required` must match one of them. What NFS
/// leaves of deleted files never goes.
package struct FileSelector: Sendable {
    private let include: [Glob]
    private let exclude: [Glob]
    /// Bare names, which may be those of directories.
    private let excludedNames: [Glob]
    private let required: [(text: String, glob: Glob)]
    private let settled: Duration?
    /// In place of patterns.
    let listed: ListedFiles?

    package init(_ selection: TaskDescription.Selection) {
        include = selection.include.map { Glob($0.value) }
        exclude = selection.exclude.flatMap { pattern in
            // A bare name may be that of a directory, which then stays behind with all that is in it.
            [Glob(pattern.value)] + (pattern.isBareName ? [Glob("**/\(pattern.value)/**")] : [])
        }
        excludedNames = selection.exclude.filter(\.isBareName).map { Glob($0.value) }
        required = selection.required.map { ($0.value, Glob($0.value)) }
        (settled, listed) = (selection.settled, selection.listed)
    }

    /// - Parameter path: from the source directory, without a leading slash.
    package func selects(_ path: String) -> Bool { selects(path.utf8) }

    /// - Parameter path: as the system has it, whether or not it is UTF-8.
    func selects(_ path: some BidirectionalCollection<UInt8>) -> Bool {
        guard !CanaryName.isName(ofPath: path), !NFSName.isName(ofPath: path) else { return false }
        if let listed { return listed.has(path) }
        return (include.isEmpty || include.contains { $0.matches(path) }) && !exclude.contains { $0.matches(path) }
    }

    /// Whether a directory stays behind with all that is in it.
    func leavesOut(directory path: some BidirectionalCollection<UInt8>) -> Bool {
        if let listed { return !listed.hasFiles(below: path) }
        return excludedNames.contains { $0.matches(path) }
    }

    /// Whether what is at a path may matter: of a list, only its files and the directories that hold them do.
    func concerns(_ path: some Collection<UInt8>) -> Bool { listed.map { $0.has(path) || $0.hasFiles(below: path) } ?? true }

    /// Whether a link may not be passed over in silence where links are refused: it would be sent as a file, or leads to a directory of
    /// which something would be.
    func minds(link path: some BidirectionalCollection<UInt8>, leadingToDirectory: () -> Bool) -> Bool {
        guard listed == nil, !NFSName.isName(ofPath: path) else { return listed != nil && concerns(path) }
        guard !exclude.contains(where: { $0.matches(path) }) else { return false }
        if include.isEmpty || include.contains(where: { $0.matches(path) }) { return true }
        return include.contains { $0.mayMatch(below: path) } && leadingToDirectory()
    }

    /// How many files each pattern of `include` takes, in their order.
    package func counts(in manifest: Manifest) -> [(pattern: String, files: Int)] {
        include.map { glob in
            (glob.description, manifest.entries.indices.count { index in manifest.entries.withPath(index) { glob.matches($0) } })
        }
    }

    /// The patterns of `include` that take no file.
    func idle(in manifest: Manifest) -> [String] {
        include.filter { glob in !manifest.entries.containsPath { glob.matches($0) } }.map(\.description)
    }

    /// The files of the list that are not there; the required patterns that no selected file matches, and whether one does that has not
    /// settled.
    package func unmet(by scan: SourceScan) -> [SourceProblem] {
        let absent = listed.map { listed in
            scan.absent(of: listed.paths).map { SourceProblem.notThere($0, list: listed.file, isExpected: false) }
        }
        return (absent ?? []) + unmetPatterns(by: scan)
    }

    private func unmetPatterns(by scan: SourceScan) -> [SourceProblem] {
        required.filter { pattern in !scan.manifest.entries.containsPath { pattern.glob.matches($0) } }.map { text, glob in
            guard let settled, let file = scan.unsettled.entries.first(where: { glob.matches($0.path) }) else {
                return .requiredUnmet(pattern: text)
            }
            return .requiredUnsettled(file.path, pattern: text, settled: settled)
        }
    }
}

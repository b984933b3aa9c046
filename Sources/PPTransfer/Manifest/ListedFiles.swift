package import SystemFiles

/// The files that a list names, each by its path below the source: a path a line, or each ended by a NUL, as `find -print0` writes them.
///
/// Blank lines, a `./` at the beginning, doubled slashes, a byte order mark and the CR of CR LF mean nothing, and a path that comes twice
/// counts once. Every other byte belongs to the path: there are no comments and no quotes.
package struct ListedFiles: Hashable, Sendable {
    /// What a line says that cannot be a path below the source.
    package struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        package var file: String
        /// From 1; `nil` if it is the list as a whole.
        package var line: Int?
        package var what: String

        package var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(what)" }
    }

    /// The file that holds the list.
    @Bytewise package private(set) var file: String
    private(set) var paths: Set<FileName> = []
    /// The directories that hold them, and those above these, without a slash at the end.
    private var folders: Set<FileName> = []

    /// A million paths take about 100 MB of text.
    private static let largest = 256 << 20

    /// - Parameter paths: below the source, without `.` and `..`.
    init(file: String, paths: some Sequence<FileName>) {
        self.file = file
        for path in paths { add(path) }
    }

    /// What is wrong with a list: it cannot be read, or lines are wrong.
    package enum Fault: Error, Hashable, Sendable {
        case file(NamedFileFault)
        case lines([Problem])
    }

    /// Reads the list.
    ///
    /// - Throws: every line that is wrong.
    init(file: String) throws(Fault) {
        self.file = file
        if let kind = RegularFile.oddity(of: file) { throw .file(.notOrdinary(kind)) }
        let bytes: [UInt8]
        do throws(FileBytes.Fault) {
            bytes = try FileBytes.read(file, limit: Self.largest)
        } catch {
            throw .file(error.isMissing ? .missing : .unreadable(error.what))
        }
        guard bytes.count <= Self.largest else { throw .file(.unreadable("it is larger than \(Self.largest >> 20) MB")) }
        let isEndedByNUL = bytes.contains(0)
        let text = FileBytes.withoutMark(bytes)
        var problems: [Problem] = []
        for (index, line) in text.split(separator: isEndedByNUL ? 0 : UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let line = !isEndedByNUL && line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard !line.isEmpty else { continue }
            do throws(Problem) {
                add(try path(line, index + 1))
            } catch {
                problems.append(error)
            }
        }
        if !problems.isEmpty { throw .lines(problems) }
    }

    private func path(_ line: ArraySlice<UInt8>, _ number: Int) throws(Problem) -> FileName {
        let text = String(decoding: line, as: UTF8.self)
        func problem(_ what: String) -> Problem { Problem(file: file, line: number, what: "'\(text)' \(what)") }
        guard String(validating: line, as: UTF8.self) != nil else { throw problem("is not UTF-8, which Globus cannot represent") }
        guard !text.begins(with: "/") else { throw problem("is absolute: a list has paths below the source directory") }
        let parts = text.parts(at: "/").filter { !$0.isSameBytes(as: ".") }
        guard !parts.contains(where: { $0.isSameBytes(as: "..") }) else { throw problem("contains '..', which may lead out of the source") }
        guard !text.ends(with: "/"), !text.ends(with: "/."), !parts.isEmpty else {
            throw problem("is a directory: a list has the paths of files")
        }
        let path = parts.joined(separator: "/")
        guard !NFSName.isName(ofPath: path.utf8) else { throw problem("is a leftover of NFS, which is never sent") }
        return FileName(path)
    }

    private mutating func add(_ path: FileName) {
        guard paths.insert(path).inserted else { return }
        var folder = path.parent
        while let next = folder, folders.insert(next).inserted { folder = next.parent }
    }

    package var count: Int { paths.count }

    func has(_ path: some Sequence<UInt8>) -> Bool { paths.contains(FileName(path)) }

    /// Whether a directory holds a file of the list, or one of those below it does.
    func hasFiles(below folder: some Sequence<UInt8>) -> Bool { folders.contains(FileName(folder)) }
}

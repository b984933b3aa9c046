import PositionedYAML
package import SystemFiles

/// The directories that Globus Connect Personal of this machine may read and write: its file `config-paths`, a line
/// `PATH,SHARING,READ_WRITE` for each, the last two 0 or 1.
package struct ConnectPersonalPaths: Sendable, Equatable {
    package enum Access: Int, Sendable { case none, readOnly, readWrite }

    package struct Line: Sendable, Equatable {
        /// Absolute.
        @Bytewise package var path: String
        package var isWritable: Bool

        /// `/scratch (read only)`
        var text: String { path + (isWritable ? "" : " (read only)") }
    }

    package let lines: [Line]
    /// The lines that say nothing that is understood, as they are written, with their numbers.
    let others: [(number: Int, text: String)]

    package static func == (one: Self, other: Self) -> Bool { one.lines == other.lines }

    /// The most bytes of the file that are read.
    private static let limit = 1 << 20

    /// - Parameters:
    ///   - file: where the lines are.
    ///   - home: what `~` stands for in a line.
    /// - Returns: `nil` if there is no such file, or nothing in it.
    package init?(file: String, home: String) {
        guard let bytes = try? FileBytes.read(file, limit: Self.limit) else { return nil }
        var (lines, others): ([Line], [(Int, String)]) = ([], [])
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: line.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
            if let line = Line(text, home: home) {
                lines.append(line)
            } else if let first = text.utf8.first(where: { $0 > 0x20 }), first != UInt8(ascii: "#") {
                others.append((index + 1, text))
            }
        }
        (self.lines, self.others) = (lines, others)
        if lines.isEmpty, others.isEmpty { return nil }
    }

    /// A warning for each line that is not understood.
    ///
    /// - Parameter file: how the file is called.
    func problems(in file: String) -> [Problem] {
        others.prefix(Self.mostProblems).map { number, text in
            Problem(
                .warning, at: SourcePosition(file: file, line: number, column: 1), key: "",
                "\(shown(text)) is not of the form PATH,SHARING,WRITE; the line is ignored here",
                remedy: "write it as in '/data,0,1' (0: no sharing; 1: may be written), with an absolute path or '~/'")
        }
    }

    private static let mostProblems = 5

    /// What may be done at a path: the line with the longest path that leads to it decides.
    package func access(to path: String) -> Access {
        guard let line = lines.filter({ $0.leads(to: path) }).max(by: { $0.path.utf8.count < $1.path.utf8.count }) else { return .none }
        return line.isWritable ? .readWrite : .readOnly
    }
}

extension ConnectPersonalPaths.Line {
    /// - Returns: `nil` for a line of another form.
    fileprivate init?(_ text: String, home: String) {
        var fields = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        // A path may hold commas.
        guard fields.count >= 3, let right = fields.popLast(), fields.popLast() != nil else { return nil }
        let isWritable = right.elementsEqual("1".utf8)
        guard isWritable || right.elementsEqual("0".utf8) else { return nil }
        var path = String(decoding: Array(fields.joined(separator: ",".utf8)), as: UTF8.self)
        if path == "~" || path.begins(with: "~/") { path = home.withoutEndingSlashes + String(Substring(path.utf8.dropFirst())) }
        guard path.begins(with: "/") else { return nil }
        self.init(path: path.withoutEndingSlashes, isWritable: isWritable)
    }

    fileprivate func leads(to path: String) -> Bool { path.isSameBytes(as: self.path) || path.begins(with: self.path.withEndingSlash) }
}

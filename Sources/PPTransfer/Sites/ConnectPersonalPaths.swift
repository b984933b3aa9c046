package import SystemFiles

/// The directories that Globus Connect Personal of this machine may read and write: its file `config-paths`, a line
/// `PATH,SHARING,READ_WRITE` for each, the last two 0 or 1.
package struct ConnectPersonalPaths: Sendable, Equatable {
    package static let file = ConnectPersonal.directory + "/config-paths"

    package enum Access: Int, Sendable { case none, readOnly, readWrite }

    package struct Line: Sendable, Equatable {
        /// Absolute.
        @Bytewise package var path: String
        package var isWritable: Bool

        /// `/scratch (read only)`
        var text: String { path + (isWritable ? "" : " (read only)") }
    }

    package let lines: [Line]

    /// The most bytes of the file that are read.
    private static let limit = 1 << 20

    /// - Parameter home: what `~` stands for in a line.
    /// - Returns: `nil` if nothing is known: there is no such file, or nothing in it that can be read.
    package init?(home: String) { self.init(file: "\(home)/\(Self.file)", home: home) }

    /// - Parameters:
    ///   - file: where the lines are.
    ///   - home: as above.
    package init?(file: String, home: String) {
        guard let bytes = try? FileBytes.read(file, limit: Self.limit) else { return nil }
        lines = bytes.split(separator: UInt8(ascii: "\n")).compactMap { Line(String(decoding: $0, as: UTF8.self), home: home) }
        if lines.isEmpty { return nil }
    }

    /// What may be done at a path: the line with the longest path that leads to it decides.
    package func access(to path: String) -> Access {
        guard let line = lines.filter({ $0.leads(to: path) }).max(by: { $0.path.utf8.count < $1.path.utf8.count }) else { return .none }
        return line.isWritable ? .readWrite : .readOnly
    }
}

extension ConnectPersonalPaths.Line {
    /// - Returns: `nil` for a line of another form.
    fileprivate init?(_ text: String, home: String) {
        var fields = text.utf8.filter { $0 != UInt8(ascii: "\r") }.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
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

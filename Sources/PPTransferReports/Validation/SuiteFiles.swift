import FoundationEssentials
import PPTransfer
import PositionedYAML
import SystemFiles

/// The files of a suite that have to do with pptransfer.
struct SuiteFiles {
    enum Kind: Equatable {
        case description
        /// `rose-app.conf`; its optional configurations are found beside it.
        case roseApp
        case namelist
        case workflow
    }

    struct File: Equatable {
        var kind: Kind
        var path: String
    }

    /// As `run` calls it.
    static let standardInput = "-"

    private(set) var files: [File] = []
    /// Every `rose-app.conf`, whatever it runs.
    private(set) var apps: [String] = []
    private(set) var problems: [Problem] = []
    private var seen: Set<String> = []

    /// - Parameter paths: files, taken for what their names say, or directories, in which only marked files are ours.
    init(_ paths: [String]) {
        for path in paths {
            if path == Self.standardInput {
                add(File(kind: .description, path: path))
                continue
            }
            var isDirectory = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                problems.append(
                    Problem(
                        at: SourcePosition(file: path), "there is no such file", remedy: "check the path and the directory you are in"))
                continue
            }
            if isDirectory {
                let before = files.count
                search(path, depth: 0)
                if files.count == before {
                    problems.append(
                        Problem(
                            .warning, at: SourcePosition(file: path), "no file below this directory belongs to pptransfer",
                            remedy: "begin descriptions with 'pptransfer: 1'"))
                }
            } else {
                let kind = Self.kind(of: Self.name(of: path)) ?? .description
                if kind == .roseApp { apps.append(path) }
                add(File(kind: kind, path: path))
            }
        }
    }

    private mutating func add(_ file: File) {
        if seen.insert(file.path).inserted { files.append(file) }
    }

    private mutating func search(_ directory: String, depth: Int) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
        // What an installed workflow has written, not what it is made of.
        let isRun = names.contains("log") && (names.contains("flow.cylc") || names.contains("suite.rc"))
        for name in names where !name.hasPrefix(".") {
            let path = (directory == "." ? "" : directory.withEndingSlash) + name
            if let kind = Self.kind(of: name) {
                if kind == .roseApp { apps.append(path) }
                if Self.isOurs(path, kind) { add(File(kind: kind, path: path)) }
            } else if !(isRun && ["log", "work", "share"].contains(name)), depth < 32, Self.isDirectory(path) {
                search(path, depth: depth + 1)
            }
        }
    }

    /// The directory of the suite to which a file belongs, itself or one above it.
    static func suite(of path: String) -> String? {
        var directory = Journal.absolute(path).directory
        while let place = directory {
            if ["flow.cylc", "suite.rc", "rose-suite.conf"].contains(where: { FileManager.default.fileExists(atPath: place + "/" + $0) }) {
                return place
            }
            directory = place.directory
        }
        return nil
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// The Rose app that installs a file: the one in whose directory `file` it lies.
    static func app(of path: String) -> String? {
        var directory = Journal.absolute(path).directory
        while let place = directory {
            if place.lastName == "file", let app = place.directory, FileManager.default.fileExists(atPath: app + "/rose-app.conf") {
                return app + "/rose-app.conf"
            }
            directory = place.directory
        }
        return nil
    }

    /// Whether a file is in the directory of a suite, or below it.
    static func liesInSuite(_ path: String) -> Bool { suite(of: path) != nil }

    private static func kind(of name: String) -> Kind? {
        if name == "rose-app.conf" { return .roseApp }
        if name == "pptransfer.nl" { return .namelist }
        guard let dot = name.lastIndex(of: ".") else { return nil }
        switch name[name.index(after: dot)...] {
        case "yaml", "yml": return .description
        case "cylc", "rc": return .workflow
        case "nl": return .namelist
        default: return nil
        }
    }

    private static func name(of path: String) -> String { path.withoutEndingSlashes.lastName }

    /// A link may lead anywhere, and round in a circle.
    private static func isDirectory(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType) == .typeDirectory
    }

    private static func isOurs(_ path: String, _ kind: Kind) -> Bool {
        switch kind {
        case .workflow: true
        case .namelist: name(of: path) == "pptransfer.nl"
        case .description: hasLine(path, ["pptransfer:", "\u{FEFF}pptransfer:"])
        case .roseApp: hasLine(path, ["[namelist:pptransfer]", "[!namelist:pptransfer]", "[!!namelist:pptransfer]"])
        }
    }

    private static func hasLine(_ path: String, _ beginnings: [String]) -> Bool {
        guard let bytes = try? FileBytes.read(path, limit: YAMLLimits.fileBytes) else { return false }
        return bytes.split(separator: UInt8(ascii: "\n")).contains { line in beginnings.contains { line.starts(with: $0.utf8) } }
    }
}

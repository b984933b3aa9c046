import FoundationEssentials
package import PositionedYAML
import SystemFiles

/// Finds and reads the files of the old tool.
package struct OldFiles: Sendable {
    package let configuration: RoseConfiguration
    /// In the order of reading.
    package let files: [String]
    /// Whether Rose has written what was read: its variables are filled in.
    let isOfRose: Bool
    /// Optional configurations that lie beside the app and were not applied, and that change a setting of the transfer.
    let unapplied: [Unapplied]
    /// The variables of the job, or of the person who converts.
    let environment: [String: String]

    struct Unapplied: Sendable {
        var key: String
        var settings: [String]
        var position: SourcePosition
    }

    static let limit = 1 << 20

    /// - Parameters:
    ///   - path: a `rose-app.conf`, the directory of such an app or of a suite that has one, or a namelist file.
    ///   - optional: keys of optional configurations, after those that the app and `ROSE_APP_OPT_CONF_KEYS` name; `(key)` may be absent.
    /// - Throws: what is wrong with the files, before their settings are looked at.
    package init(_ path: String, optional: [String] = [], environment: [String: String] = [:]) throws(Problems) {
        var path = path
        if !path.hasSuffix(".nl") {
            if Self.exists(path + "/rose-app.conf") {
                path += "/rose-app.conf"
            } else if let app = try Self.app(inSuite: path) {
                path = app
            }
        }
        let isNamelist = path.hasSuffix(".nl")
        var (configuration, problems) = try Self.read(path, isNamelist: isNamelist)
        var files = [path]
        if isNamelist, let key = optional.first {
            problems.append(
                Problem(at: SourcePosition(file: path), "a namelist file has no optional configurations", remedy: "leave out '-O \(key)'"))
        } else if !isNamelist {
            let own = configuration[RoseConfiguration.top, "opts"]?.value ?? ""
            let keys = [own, environment["ROSE_APP_OPT_CONF_KEYS"] ?? ""].flatMap { $0.split(separator: " ").map(String.init) } + optional
            let folder = path.lastPlace(of: "/").map { path[...$0] } ?? ""
            for key in keys {
                let mayBeAbsent = key.hasPrefix("(") && key.hasSuffix(")")
                let file = "\(folder)opt/rose-app-\(mayBeAbsent ? String(key.dropFirst().dropLast()) : key).conf"
                if mayBeAbsent, (try? FileBytes.read(file, limit: 0)) == nil { continue }
                do {
                    let (later, found) = try Self.read(file, isNamelist: false)
                    configuration.merge(later)
                    problems += found
                    files.append(file)
                } catch {
                    problems += error.all
                }
            }
        }
        guard problems.isEmpty else { throw Problems(problems) }
        (self.configuration, self.files, isOfRose, self.environment) = (configuration, files, isNamelist, environment)
        unapplied = isNamelist ? [] : Self.unapplied(beside: path, besides: files)
    }

    private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// - Returns: `nil` if this is no suite.
    /// - Throws: if none of its apps, or more than one, has the settings.
    private static func app(inSuite path: String) throws(Problems) -> String? {
        guard ["flow.cylc", "suite.rc", "rose-suite.conf", "app"].contains(where: { exists(path + "/" + $0) }) else { return nil }
        let folder = path.withEndingSlash + "app"
        let apps = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().map { "\(folder)/\($0)/rose-app.conf" }
        let ours = apps.filter { app in
            ((try? read(app, isNamelist: false))?.configuration.sections.keys.contains(OldSettings.transferGroup)) ?? false
        }
        if ours.count == 1 { return ours[0] }
        let what =
            ours.isEmpty
            ? "none of the suite's apps has [\(OldSettings.transferGroup)]"
            : "several apps of the suite have [\(OldSettings.transferGroup)]"
        throw Problems([
            Problem(
                at: SourcePosition(file: path), what,
                remedy: ours.isEmpty
                    ? "name the app or the namelist file" : "name one: " + ours.compactMap(\.directory).joined(separator: ", "))
        ])
    }

    private static func unapplied(beside path: String, besides files: [String]) -> [Unapplied] {
        optionalKeys(beside: path).compactMap { key in
            let file = "\(path.lastPlace(of: "/").map { path[...$0] } ?? "")opt/rose-app-\(key).conf"
            guard !files.contains(file), let configuration = (try? read(file, isNamelist: false))?.configuration else { return nil }
            let groups = [OldSettings.transferGroup, OldSettings.archiveGroup]
            let settings = groups.flatMap { configuration.settings(in: $0).map(\.name) }
            let opened = groups.filter { configuration.has($0) }
            guard let first = opened.first, let position = configuration.sections[first]?.position else { return nil }
            return Unapplied(key: key, settings: settings, position: position)
        }
    }

    /// The keys of the optional configurations that lie beside an app's, sorted.
    static func optionalKeys(beside path: String) -> [String] {
        let folder = (path.lastPlace(of: "/").map { path[...$0] } ?? "") + "opt"
        let (begin, end) = ("rose-app-", ".conf")
        return ((try? FileManager.default.contentsOfDirectory(atPath: String(folder))) ?? []).sorted().compactMap { name in
            name.hasPrefix(begin) && name.hasSuffix(end) ? String(name.dropFirst(begin.count).dropLast(end.count)) : nil
        }
    }

    private static func read(_ path: String, isNamelist: Bool) throws(Problems) -> (configuration: RoseConfiguration, problems: [Problem]) {
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path, limit: limit)
        } catch {
            throw Problems([Problem(at: SourcePosition(file: path), error.what, remedy: error.remedy)])
        }
        guard bytes.count <= limit else {
            throw Problems([
                Problem(
                    at: SourcePosition(file: path), "the file is larger than \(limit) bytes", remedy: "check that this is the file you mean"
                )
            ])
        }
        return isNamelist ? RoseConfiguration.read(namelists: bytes, file: path) : RoseConfiguration.read(bytes, file: path)
    }
}

extension Conversion {
    /// - Throws: every problem of the files and their settings.
    package init(_ files: OldFiles) throws(Problems) { try self.init(files.configuration, sources: files.files, of: files) }
}

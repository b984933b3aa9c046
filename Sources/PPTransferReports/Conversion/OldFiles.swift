import FoundationEssentials
package import PositionedYAML
import SystemFiles

/// Finds and reads the files of the old tool.
package struct OldFiles: Sendable {
    package let configuration: RoseConfiguration
    /// In the order of reading.
    package let files: [String]

    static let limit = 1 << 20

    /// - Parameters:
    ///   - path: a `rose-app.conf`, the directory of such an app, or a namelist file.
    ///   - optional: keys of optional configurations, after those that the app and `ROSE_APP_OPT_CONF_KEYS` name; `(key)` may be absent.
    /// - Throws: what is wrong with the files, before their settings are looked at.
    package init(_ path: String, optional: [String] = [], environment: [String: String] = [:]) throws(Problems) {
        var path = path
        if !path.hasSuffix(".nl"), (try? FileBytes.read(path + "/rose-app.conf", limit: 0)) != nil { path += "/rose-app.conf" }
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
        (self.configuration, self.files) = (configuration, files)
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
    package init(_ files: OldFiles) throws(Problems) { try self.init(files.configuration, sources: files.files) }
}

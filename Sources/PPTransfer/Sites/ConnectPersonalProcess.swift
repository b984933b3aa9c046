import SystemFiles

/// A process of Globus Connect Personal, by the words of its command.
struct ConnectPersonalProcess: Sendable, Equatable {
    var id: Int32
    /// Its `-dir`, absolute; `nil` if it was told none.
    var directory: String?
    /// It was told which paths it may use.
    var restrictsPaths: Bool

    /// What is run: the script, by one of its names, or the program that it becomes.
    private static let programs = ["globusconnectpersonal", "globusconnect", "gc.py"]
    /// The most bytes of a command, or of an environment, that are read.
    private static let limit = 1 << 20

    /// Those of this user, one for each directory, in the order of their numbers. Those of another home are another set-up's.
    ///
    /// - Parameters:
    ///   - processes: `/proc`.
    ///   - home: of the user.
    static func all(in processes: String, home: String?) -> [Self] {
        var found: [Self] = []
        for id in DurableFile.names(in: processes).compactMap({ Int32($0) }).sorted() {
            let place = "\(processes)/\(id)"
            var status = stat()
            guard stat(place, &status) == 0, status.st_uid == geteuid(), let process = Self(id, at: place),
                !found.contains(where: { $0.directory == process.directory })
            else { continue }
            if let home, let other = variable("HOME", at: place), !other.isSameBytes(as: home) { continue }
            found.append(process)
        }
        return found
    }

    /// - Returns: `nil` if it is another program's, or does not serve.
    private init?(_ id: Int32, at place: String) {
        let words = Self.words(of: place + "/cmdline")
        guard words.contains("-start"), words.prefix(4).contains(where: { Self.programs.contains($0.lastName) }) else { return nil }
        (self.id, restrictsPaths) = (id, words.contains("-restrict-paths"))
        guard let index = words.firstIndex(of: "-dir"), index + 1 < words.count else { return }
        let written = words[index + 1].withoutEndingSlashes
        directory = written.begins(with: "/") ? written : Self.link(place + "/cwd").map { $0.withEndingSlash + written } ?? written
    }

    private static func variable(_ name: String, at place: String) -> String? {
        words(of: place + "/environ").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    private static func words(of file: String) -> [String] {
        let bytes = (try? FileBytes.read(file, limit: limit)) ?? []
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count).map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self) : nil
    }
}

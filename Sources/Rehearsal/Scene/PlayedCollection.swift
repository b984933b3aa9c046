import FoundationEssentials
import Globus
import SystemFiles

/// A collection in use: its settings, and the way from its paths to local ones.
struct PlayedCollection: Sendable {
    enum Resolution: Hashable, Sendable {
        case place(Place)
        /// A directory that exists only because mounts lie below it.
        case virtual(children: [String])
    }

    private struct Mount: Sendable {
        let components: [String]
        let root: LocalPath
        let isWritable: Bool
    }

    let settings: StandInCollection
    private let storage: any Storage
    /// Longest path first.
    private let mounts: [Mount]
    private static let home = ["home", "rehearsal"]

    var id: CollectionID { settings.id }

    init(_ settings: StandInCollection, storage: any Storage) {
        (self.settings, self.storage) = (settings, storage)
        mounts = settings.mounts
            .map { mount in
                Mount(
                    components: mount.path.description.parts(at: "/").map(String.init),
                    root: mount.followsLinksOut && !mount.isWritable ? LocalPath(mount.directory) : LocalPath(mount.directory).asMount,
                    isWritable: mount.isWritable)
            }
            .sorted { $0.components.count > $1.components.count }
    }

    /// The components of a path as the wire gives it: `.` and empty ones dropped, `..` taken lexically and stopped at the root, `~` kept.
    /// - Returns: `nil` unless the path is absolute or begins with `~`, or if it holds a NUL.
    static func components(_ path: String) -> [String]? {
        guard path.begins(with: "/") || path == "~" || path.begins(with: "~/"), !path.utf8.contains(0) else { return nil }
        let raw = path.parts(at: "/").map(String.init)
        guard raw.contains(where: { $0 == "." || $0 == ".." }) else { return raw }
        var components: [String] = []
        for component in raw where component != "." {
            if component != ".." {
                components.append(component)
            } else if components == ["~"] {
                components = home.dropLast()
            } else {
                _ = components.popLast()
            }
        }
        return components
    }

    /// The path with its home written out, without a slash at its end.
    func absolute(_ path: String) -> String? {
        PlayedCollection.components(path).map {
            "/" + ($0.first == "~" ? PlayedCollection.home + $0.dropFirst() : $0).joined(separator: "/")
        }
    }

    /// - Returns: `nil` if the path is malformed or lies outside of every mount.
    func resolve(_ path: String) -> Resolution? {
        guard var components = PlayedCollection.components(path) else { return nil }
        if components.first == "~", !mounts.contains(where: { $0.components == ["~"] }) {
            components = PlayedCollection.home + components.dropFirst()
            makeHome()
        }
        if let mount = mounts.first(where: { Self.components(components, startWith: $0.components) }) {
            let rest = components.dropFirst(mount.components.count).map { WireName.bytes($0) }.joined(separator: [UInt8(ascii: "/")])
            return .place(Place(local: mount.root.appending(Array(rest)), root: mount.root, isWritable: mount.isWritable))
        }
        let children = Set(
            mounts.filter { Self.components($0.components, startWith: components) }.compactMap {
                $0.components.dropFirst(components.count).first.map { FileName($0) }
            })
        return children.isEmpty ? nil : .virtual(children: children.subtracting([FileName("~")]).sorted().map(\.text))
    }

    private static func components(_ path: [String], startWith above: [String]) -> Bool {
        path.starts(with: above) { $0.isSameBytes(as: $1) }
    }

    func place(_ path: String) -> Place? {
        if case .place(let place) = resolve(path) { place } else { nil }
    }

    /// A home exists as soon as someone looks, as it does for a real account; only where the stand-in may write.
    private func makeHome() {
        guard let root = mounts.last, root.components.isEmpty, root.isWritable else { return }
        var directory = root.root
        for component in PlayedCollection.home {
            directory = directory.appending(component.utf8)
            try? storage.makeDirectory(directory)
        }
    }
}

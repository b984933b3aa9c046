import Foundation
import Globus
import Rehearsal
import Testing

/// All that a desk holds before the program runs; afterwards it says what must not have happened. It asks nothing of the program.
struct Scene: Sendable {
    private let desk: Desk
    /// By their paths: no link is followed.
    private let files: [String: Data]
    private let guarded: [String: [String: Data]]
    /// What the source shows, through links too, if it is there.
    private let source: [String: Data]

    init(_ desk: Desk, guarded: [String] = [], source: String = "data") throws {
        self.desk = desk
        files = try Self.files(in: desk)
        self.guarded = try Dictionary(uniqueKeysWithValues: guarded.map { ($0, try desk.tree($0)) })
        // With the dot a link to a directory is one.
        self.source = (try? desk.tree(source + "/.")) ?? [:]
    }

    /// The program's own directories hold no treasure.
    private static let own = ["home/", "suite/", "journals/", "tools/"]

    private static func files(in desk: Desk) throws -> [String: Data] {
        let root = desk.path("")
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) where !own.contains(where: name.hasPrefix) {
            let kind = try? FileManager.default.attributesOfItem(atPath: root + name)[.type] as? FileAttributeType
            if kind == .typeRegular { files[name] = desk.contents(name) }
        }
        return files
    }

    /// - Parameters:
    ///   - claimsArchive: the program has said that the cycle is archived.
    ///   - replaces: what the same journal has sent before may make room for the source's newer version.
    func complaints(claimsArchive: Bool, replaces: Bool = false) throws -> [String] {
        let now = try Self.files(in: desk)
        let (before, after) = (Set(files.values), Set(now.values))
        func hasMadeRoom(_ name: String) -> Bool {
            let prefix = AttackWorld.archive + "/"
            return replaces && name.hasPrefix(prefix) && now[name] != nil && now[name] == source[String(name.dropFirst(prefix.count))]
        }
        var complaints = files.filter { !$0.value.isEmpty && !after.contains($0.value) && !hasMadeRoom($0.key) }.map { "lost: \($0.key)" }
        for (folder, tree) in guarded where try desk.tree(folder) != tree { complaints.append("touched: \(folder)") }
        complaints += now.keys.filter { $0.contains(".pptransfer-canary-") && files[$0] == nil }.map { "left behind: \($0)" }
        if claimsArchive {
            let archive = (try? desk.tree(AttackWorld.archive)) ?? [:]
            complaints += source.filter { archive[$0.key] != $0.value }.map { "a false 0: \($0.key)" }
            if archive.isEmpty { complaints.append("a false 0: nothing is archived") }
        }
        // What is new came from somewhere.
        complaints += now.filter { $0.key.hasPrefix("jasmin/") && !before.contains($0.value) }.map { "of nowhere: \($0.key)" }
        return complaints.sorted()
    }

    static func complaints(of tasks: [StandInTask]) -> [String] {
        let live = tasks.filter { !$0.status.hasEnded }
        return tasks.filter(\.hadLiveTwin).map { "a second task: \($0.id)" } + (live.count > 1 ? ["\(live.count) tasks are at work"] : [])
    }
}

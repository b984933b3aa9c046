package import Globus
import PositionedYAML
import SystemFiles

/// What the destination's listing shows of groups and permissions, beside what the description asks for.
package struct ArrivedRights: Sendable, Hashable {
    package let expected: ExpectedRights
    /// Which have another group or other permissions than the description says.
    package internal(set) var different = Count()
    /// Which the group may not read, as far as the listing shows it; empty if no group is given.
    package internal(set) var unreadable = Count()
    /// How many files there are.
    package internal(set) var files = 0
    /// Why nothing was seen; `nil` if it was.
    package internal(set) var problem: GlobusError?

    init(_ expected: ExpectedRights) { self.expected = expected }

    /// Files and directories, and the first of them, a line each.
    package struct Count: Sendable, Hashable {
        package private(set) var files = 0
        package private(set) var directories = 0
        package private(set) var lines: [String] = []

        /// As many lines as are kept.
        static let most = 100

        package var isEmpty: Bool { files == 0 && directories == 0 }
        package var count: Int { files + directories }

        mutating func add(_ line: String, isDirectory: Bool) {
            if isDirectory { directories += 1 } else { files += 1 }
            lines.append(line)
            if lines.count >= 2 * Self.most { sort() }
        }

        mutating func sort() { lines = Array(lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.prefix(Self.most)) }

        /// `3 of 4 files and 1 directory`
        func sentence(of all: Int) -> String {
            let folders = directories == 1 ? "1 directory" : "\(directories) directories"
            let some = "\(files) of \(Quantity.count(all, "file"))"
            return files == 0 ? folders : directories == 0 ? some : "\(some) and \(folders)"
        }
    }

    /// Whether all is as the description says.
    package var isAsAsked: Bool { different.isEmpty && problem == nil }

    /// Whether the group may read everything, as far as can be seen. What cannot be seen is not readable.
    package var isReadable: Bool { unreadable.isEmpty && problem == nil }

    /// How a directory at the destination differs from what is asked for, as a run would find it; `nil` if it does not.
    package static func difference(of directory: DirectoryEntry, called name: String, from expected: ExpectedRights) -> String? {
        var rights = ArrivedRights(expected)
        rights.add(name, directory, isDirectory: true)
        return rights.different.lines.first
    }

    /// One sentence without a full stop.
    package func sentence(_ plan: TransferPlan) -> String {
        if let problem { return "groups and permissions at \(plan.destination.text) could not be listed: \(problem.sentence)" }
        let verb = different.count == 1 ? "does" : "do"
        return "at \(plan.destination.text), \(different.sentence(of: files)) \(verb) not have \(expected.text)"
    }

    /// Why the list of files is not written: one sentence without a full stop.
    func sentence(withoutList path: String) -> String {
        let group = "the group '\(expected.group ?? "")'"
        let reason =
            problem == nil
            ? "\(group) may not read \(unreadable.sentence(of: files))" : "it is not known whether \(group) may read every file"
        return "the list \(shown(path)) is not written: \(reason)"
    }
}

extension ArrivedRights {
    /// - Parameters:
    ///   - name: as lines call it.
    ///   - entry: `nil` if the listing does not show it.
    fileprivate mutating func add(_ name: String, _ entry: DirectoryEntry?, isDirectory: Bool) {
        let group = entry?.group.flatMap { $0.isEmpty ? nil : $0 }
        let mode = entry?.permissions.flatMap { UInt32($0, radix: 8) }
        let hasGroup = expected.group.map { $0.isSameBytes(as: group ?? "") } ?? true
        func holds(_ wanted: FileMode?) -> Bool {
            wanted.map { wanted in mode.map { wanted.holds($0, isDirectory: isDirectory) } ?? false } ?? true
        }
        lazy var line = Outlet.line("\(name): \(Self.state(entry, group, mode))")
        if !hasGroup || !holds(expected.mode) { different.add(line, isDirectory: isDirectory) }
        if expected.group != nil, !hasGroup || !holds(.readableByGroup) { unreadable.add(line, isDirectory: isDirectory) }
        if !isDirectory { files += 1 }
    }

    /// `owner jdoe, group users, mode 0600`
    private static func state(_ entry: DirectoryEntry?, _ group: String?, _ mode: UInt32?) -> String {
        guard let entry else { return "not listed" }
        guard group != nil || mode != nil else { return "the collection shows neither group nor permissions" }
        let owner = entry.user.flatMap { $0.isEmpty ? nil : $0 }
        return "owner \(owner ?? "unknown"), group \(group ?? "unknown"), mode \(entry.permissions ?? "unknown")"
    }
}

/// Compares groups and permissions of files at the destination, and of the directories that lead to them, with what is asked for.
///
/// Costs one listing for each of these directories, and a look at the destination directory itself.
struct RightsLook {
    let service: any TransferService
    let time: any Timekeeper

    /// A destination that cannot be listed is a finding, too.
    func finding(of manifest: Manifest, _ expected: ExpectedRights, at destination: ResolvedEnd) async -> ArrivedRights {
        var finding = ArrivedRights(expected)
        do throws(GlobusError) {
            finding.add(
                destination.path.description, try await service.stat(destination.path, on: destination.collection), isDirectory: true)
            let index = FolderIndex(manifest.entries)
            let folders = index.tree.map { String(decoding: $0, as: UTF8.self) }.sorted()
            let listing = CollectionListing(of: destination.collection, through: service, time: time)
            try await listing.forEachListing(of: folders, below: destination.path) { listed in
                finding.add(listed, manifest.entries, index)
            }
        } catch {
            finding.problem = error
        }
        finding.different.sort()
        finding.unreadable.sort()
        return finding
    }
}

extension ArrivedRights {
    fileprivate mutating func add(_ listed: CollectionListing.Listed, _ entries: Manifest.Entries, _ index: FolderIndex) {
        let folder = Array(listed.prefix.utf8)
        var names = Set(index.files(in: folder).map { number in entries.withPath(number) { FileName($0[folder.count...]) } })
        // A directory that a manifest names.
        names.remove(FileName(""))
        for file in listed.files ?? [] {
            if file.isDirectory {
                guard index.has(folder + file.name.utf8 + [UInt8(ascii: "/")]) else { continue }
                add(listed.prefix + file.name + "/", file, isDirectory: true)
            } else if names.remove(FileName(file.name)) != nil {
                add(listed.prefix + file.name, file, isDirectory: false)
            }
        }
        for name in names { add(listed.prefix + name.text, nil, isDirectory: false) }
    }
}

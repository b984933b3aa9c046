import FoundationEssentials
import Globus
import SystemFiles

/// C's `struct group`, which the method `group` hides.
private typealias GroupRecord = group
private func groupRecord() -> GroupRecord { group() }

/// Turns what the file system says into entries of a listing.
struct Listing {
    let storage: any Storage
    private var users: [UInt32: String] = [:]
    private var groups: [UInt32: String] = [:]

    /// - Parameter groupName: what the group of this account is called; `nil` for its name here.
    init(storage: any Storage, groupName: String? = nil) {
        self.storage = storage
        groups[getegid()] = groupName
    }

    /// - Returns: `nil` for an entry that has gone since the directory was read.
    mutating func entry(_ name: String, at path: LocalPath) throws(StorageError) -> DirectoryEntry? {
        let own: FileStatus
        do { own = try storage.status(path, followingLinks: false) } catch  where error.number == ENOENT { return nil }
        guard own.kind == .link else { return document(name, own, type: Listing.type(own.kind)) }
        let target = try? storage.status(path, followingLinks: true)
        var entry = document(name, target ?? own, type: target.map { Listing.type($0.kind) } ?? "invalid_symlink")
        entry.linkTarget = WirePath.text((try? storage.target(ofLink: path)) ?? [])
        entry.linkSize = own.size
        entry.linkUser = user(own.user)
        entry.linkGroup = group(own.group)
        entry.linkLastModified = WireTime.listing(own.modified)
        return entry
    }

    private mutating func document(_ name: String, _ status: FileStatus, type: String) -> DirectoryEntry {
        let octal = String(status.mode, radix: 8)
        return DirectoryEntry(
            name: name, type: type, size: status.size, lastModified: WireTime.listing(status.modified),
            permissions: String(repeating: "0", count: max(0, 4 - octal.count)) + octal, user: user(status.user), group: group(status.group)
        )
    }

    private static func type(_ kind: FileStatus.Kind) -> String {
        switch kind {
        case .file: "file"
        case .directory: "dir"
        case .link: "invalid_symlink"
        case .characterDevice: "chr"
        case .blockDevice: "blk"
        case .pipe: "pipe"
        case .other: "other"
        }
    }

    private mutating func user(_ id: UInt32) -> String {
        if let name = users[id] { return name }
        var (record, buffer, found) = (passwd(), [CChar](repeating: 0, count: 4096), UnsafeMutablePointer<passwd>?.none)
        let name =
            getpwuid_r(id, &record, &buffer, buffer.count, &found) == 0 && found != nil ? String(cString: record.pw_name) : String(id)
        users[id] = name
        return name
    }

    private mutating func group(_ id: UInt32) -> String {
        if let name = groups[id] { return name }
        var (record, buffer, found) = (groupRecord(), [CChar](repeating: 0, count: 4096), UnsafeMutablePointer<GroupRecord>?.none)
        let name =
            getgrgid_r(id, &record, &buffer, buffer.count, &found) == 0 && found != nil ? String(cString: record.gr_name) : String(id)
        groups[id] = name
        return name
    }
}

/// The `filter` of `ls`: clauses joined by `/`, all of which must hold.
struct ListingFilter: Sendable {
    private typealias Test = @Sendable (DirectoryEntry) -> Bool
    private let tests: [Test]

    init(_ texts: [String]) throws(Refusal) {
        var tests: [Test] = []
        for clause in texts.flatMap({ $0.split(separator: "/") }) {
            guard let colon = clause.firstIndex(of: ":") else { throw .badRequest("Invalid filter '\(clause)': no ':'") }
            tests.append(try ListingFilter.test(clause[..<colon], String(clause[clause.index(after: colon)...])))
        }
        self.tests = tests
    }

    func matches(_ entry: DirectoryEntry) -> Bool { tests.allSatisfy { $0(entry) } }

    private static func test(_ key: Substring, _ value: String) throws(Refusal) -> Test {
        let values = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        switch key {
        case "name", "type", "user", "group", "permissions":
            let tests = TextTests(values)
            let field: @Sendable (DirectoryEntry) -> String? =
                switch key {
                case "name": { $0.name }
                case "type": { $0.type }
                case "user": { $0.user }
                case "group": { $0.group }
                default: { $0.permissions }
                }
            return { entry in tests.match(field(entry) ?? "") }
        case "size":
            let digits = value.drop { "<>=!".contains($0) }
            guard let number = Int64(digits) else { throw .badRequest("Invalid size '\(value)' in filter") }
            let sign = value.dropLast(digits.count)
            switch sign {
            case "", "=": return { $0.size == number }
            case "!=", "!": return { $0.size != number }
            case "<": return { $0.size.map { $0 < number } ?? false }
            case "<=": return { $0.size.map { $0 <= number } ?? false }
            case ">": return { $0.size.map { $0 > number } ?? false }
            case ">=": return { $0.size.map { $0 >= number } ?? false }
            default: throw .badRequest("Invalid size '\(value)' in filter")
            }
        case "last_modified":
            guard values.count <= 2, values.allSatisfy({ $0.isEmpty || WireTime.parse($0) != nil }) else {
                throw .badRequest("Invalid last_modified '\(value)' in filter")
            }
            let (from, to) = (WireTime.parse(values[0]), values.count > 1 ? WireTime.parse(values[1]) : nil)
            return { entry in
                guard let time = entry.lastModified.flatMap(WireTime.parse) else { return false }
                return from.map { $0 <= time } ?? true && to.map { time <= $0 } ?? true
            }
        default: throw .badRequest("Unknown filter key '\(key)'")
        }
    }
}

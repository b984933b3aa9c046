import FoundationEssentials
import Globus
import SystemFiles

/// What a task was asked to do. Never changes.
struct TaskSpec: Sendable {
    enum Kind: Sendable {
        case transfer(TransferDocument, source: PlayedCollection, destination: PlayedCollection)
        case delete(DeleteDocument, PlayedCollection)
    }

    /// A source and a destination path, normalised. No two live tasks between the same collections hold the same pair.
    struct Pair: Hashable, Sendable {
        @Bytewise var source: String
        @Bytewise var destination: String
    }

    let id: TaskID
    let owner: Identity
    let requested: Date
    let kind: Kind
    let filter: FilterRules
    let localUsers: LocalUsers

    /// The accounts chosen on mapped collections. The stand-in has one, whatever is chosen.
    struct LocalUsers: Sendable {
        var source: String?
        var destination: String?
        /// What all items lie below, on either side; `nil` if the submission did not ask that it be told.
        var basePaths: Pair?
    }

    /// The path of the only item, or the directory that all of them lie below.
    static func basePaths(of items: [TransferItem]) -> Pair? {
        guard let first = items.first else { return nil }
        guard items.count > 1 else { return Pair(source: first.sourcePath, destination: first.destinationPath) }
        return Pair(source: common(items, \.sourcePath), destination: common(items, \.destinationPath))
    }

    private static func common(_ items: [TransferItem], _ path: (TransferItem) -> String) -> String {
        let slash = UInt8(ascii: "/")
        var base = Array(path(items[0]).utf8)[...]
        for item in items {
            let other = path(item).utf8
            while !other.starts(with: base) { base = base[..<(base.dropLast().lastIndex(of: slash).map { $0 + 1 } ?? base.startIndex)] }
        }
        // A path that another begins with is no directory for that.
        let end = base.lastIndex(of: slash).map { $0 + 1 } ?? base.endIndex
        return String(decoding: base[..<end], as: UTF8.self)
    }

    var isTransfer: Bool { if case .transfer = kind { true } else { false } }

    var collections: [PlayedCollection] {
        switch kind {
        case .transfer(_, let source, let destination): [source, destination]
        case .delete(_, let collection): [collection]
        }
    }

    var itemCount: Int {
        switch kind {
        case .transfer(let document, _, _): document.items.count
        case .delete(let document, _): document.items.count
        }
    }

    /// Empty for a deletion: only transfers exclude each other.
    var pairs: Set<Pair> {
        guard case .transfer(let document, _, _) = kind else { return [] }
        return Set(
            document.items.map { Pair(source: TaskSpec.normalised($0.sourcePath), destination: TaskSpec.normalised($0.destinationPath)) })
    }

    func isBetweenTheSameCollections(as other: TaskSpec) -> Bool {
        guard case .transfer(let mine, _, _) = kind, case .transfer(let theirs, _, _) = other.kind else { return false }
        return mine.sourceEndpoint == theirs.sourceEndpoint && mine.destinationEndpoint == theirs.destinationEndpoint
    }

    /// Whether an empty part, `.` or `..` may be in it.
    private static func holdsOddPart(_ path: String) -> Bool {
        zip(path.utf8, path.utf8.dropFirst()).contains { $0 == UInt8(ascii: "/") && ($1 == UInt8(ascii: "/") || $1 == UInt8(ascii: ".")) }
    }

    private static func normalised(_ path: String) -> String {
        // Most paths are normal already, and then the text is shared instead of copied.
        if path.utf8.first == UInt8(ascii: "/"), path.utf8.last != UInt8(ascii: "/"), !holdsOddPart(path) {
            return path
        }
        return PlayedCollection.components(path).map { "/" + $0.joined(separator: "/") } ?? path
    }
}

/// The rules for names met in recursion: the first that matches decides, and no match includes.
struct FilterRules: Sendable {
    private let rules: [(rule: FilterRule, glob: Glob)]

    init(_ rules: [FilterRule]?) { self.rules = (rules ?? []).map { ($0, Glob($0.name)) } }

    func includes(_ name: String, isDirectory: Bool) -> Bool {
        let kind: FilterRule.Kind = isDirectory ? .dir : .file
        let first = rules.first { ($0.rule.type == nil || $0.rule.type == kind) && $0.glob.matches(name) }
        return first?.rule.method != .exclude
    }
}

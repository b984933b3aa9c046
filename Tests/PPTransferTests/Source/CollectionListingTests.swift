import Foundation
import Globus
import GlobusTesting
import Synchronization
import Testing

@testable import PPTransfer
@testable import PositionedYAML

/// Listings of services that say less, more, or always the same.
struct CollectionListingTests {
    private let collection: CollectionID
    private let selector = FileSelector(TaskDescription.Selection())

    init() throws { collection = try #require(CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0")) }

    private func scan(_ service: PagedService, bounds: CollectionListing.Bounds = .init(), links: TaskDescription.LinkPolicy = .follow)
        async throws(GlobusError) -> SourceScan?
    {
        var listing = CollectionListing(of: collection, through: service, time: SteppedTimekeeper())
        listing.bounds = bounds
        return try await listing.scan(below: service.root, selector: selector, links: links)
    }

    private func reason(_ service: PagedService, bounds: CollectionListing.Bounds = .init()) async -> String? {
        do throws(GlobusError) {
            _ = try await scan(service, bounds: bounds)
            return nil
        } catch {
            guard case .endless(_, let reason) = error.cause else { return nil }
            #expect(ExitStatus(error, during: .source) == .unverified)
            #expect(ExitStatus(unproven: error) == .unverified)
            return reason
        }
    }

    @Test func `a listing that does not say how many there are is read to its end`() async throws {
        let files = (0..<7).map { DirectoryEntry.file("f\($0)", 1) }
        let service = PagedService { _, offset in (Array(files.dropFirst(offset).prefix(2)), nil) }
        #expect(try await scan(service)?.manifest.entries.count == 7)
    }

    @Test func `a name that is no text is told, with its directory`() async throws {
        let service = PagedService { _, offset in
            offset == 0 ? ([.file("a.pp", 1), .file("caf\(LoneSurrogate.mark).pp", 1)], 2) : ([], 2)
        }
        let found = try #require(await scan(service))
        #expect(found.problems == [.unsendableName("caf\u{FFFD}.pp")])
        #expect(found.manifest.entries.count == 1)
        #expect(found.problems.first?.status == .description)
    }

    @Test func `an entry that cannot be read is not passed over`() async throws {
        let service = PagedService { _, offset in
            offset == 0
                ? ([.file("a.pp", 1), DirectoryEntry(unreadable: 7), DirectoryEntry(unreadable: ["name": "b.pp", "size": "x"])], 3)
                : ([], 3)
        }
        let found = try #require(await scan(service))
        #expect(
            found.problems.map(\.description) == [
                "? is a listing entry that cannot be read, not a file", "b.pp is a listing entry that cannot be read, not a file",
            ])
        #expect(found.manifest.entries.map(\.path) == ["a.pp"])
    }

    @Test func `a directory that shifts while it is read is read whole, each file once`() async throws {
        // A file was put before the others between the pages.
        let service = PagedService { _, offset in
            offset == 0 ? ([.file("b", 1), .file("c", 1)], 3) : offset == 2 ? ([.file("c", 1), .file("d", 1)], 4) : ([], 3)
        }
        #expect(try #require(await scan(service)).manifest.entries.map(\.path) == ["b", "c", "d"])
    }

    @Test func `a page that comes again and again ends the listing`() async {
        #expect(await reason(PagedService { _, _ in ([.file("a", 1)], 1_000_000_000) })?.hasPrefix("repeats entries") == true)
        #expect(await reason(PagedService { _, _ in ([.file("a", 1)], nil) })?.hasPrefix("repeats entries") == true)
    }

    @Test func `a total that nobody could list is no source to send`() async {
        #expect(
            await reason(PagedService { _, offset in (offset == 0 ? [.file("a", 1)] : [], Int.max) })?.contains(", and returned") == true)
        let bounds = CollectionListing.Bounds(entries: 50, directories: 10, depth: 5)
        let endless = PagedService { _, offset in ([.file("f\(offset)", 1)], nil) }
        #expect(await reason(endless, bounds: bounds) == "has more than 50 entries")
    }

    @Test func `directories without end are not followed`() async throws {
        let bounds = CollectionListing.Bounds(entries: 50, directories: 10, depth: 5)
        let wide = PagedService { path, _ in ((0..<4).map { .directory("d\($0)") }, 4) }
        #expect(await reason(wide, bounds: bounds)?.hasPrefix("has more than 10 directories") == true)
        let deep = PagedService { _, _ in ([.directory("d")], 1) }
        let problems = try #require(await scan(deep, bounds: bounds)).problems
        #expect(problems == [.tooDeep("d/d/d/d/d/d", limit: 5)])
    }

    @Test(arguments: ["..", ".", "/work/source", "/work", "../source/./"])
    func `a followed link to a directory above it is a loop`(target: String) async throws {
        let service = PagedService { _, _ in ([.link("loop", to: target, type: "dir")], 1) }
        #expect(try #require(await scan(service)).problems == [.linkLoop("loop", target: target)])
    }

    @Test func `a link to a directory beside it is followed`() async throws {
        let service = PagedService { path, _ in
            path.hasSuffix("/other") ? ([.file("x", 1)], 1) : ([.link("other", to: "../elsewhere", type: "dir")], 1)
        }
        #expect(try #require(await scan(service)).manifest.entries.map(\.path) == ["other/x"])
    }

    @Test func `a loop that no link's text tells is known by what its directories show, and named once`() async throws {
        // a/other leads to b, and b/back to a: neither text says so.
        let a: [DirectoryEntry] = [.file("x", 1), .link("other", to: "/srv/b", type: "dir")]
        let b: [DirectoryEntry] = [.file("y", 2), .link("back", to: "/srv/a", type: "dir")]
        let service = PagedService { path, _ in
            let name = (path as NSString).lastPathComponent
            let files: [DirectoryEntry] = name == "source" ? [.directory("a")] : ["a", "back"].contains(name) ? a : b
            return (files, files.count)
        }
        let found = try #require(await scan(service))
        #expect(found.problems == [.linkLoop("a/other/back", target: "/srv/a")])
        #expect(found.manifest.entries.map(\.path) == ["a/other/y", "a/x"])
        #expect(service.requests < 5)
        let excluding = FileSelector(.example(exclude: ["other"]))
        let listing = CollectionListing(of: collection, through: service, time: SteppedTimekeeper())
        let rest = try #require(await listing.scan(below: service.root, selector: excluding, links: .follow))
        #expect(rest.problems.isEmpty)
        #expect(rest.manifest.entries.map(\.path) == ["a/x"])
    }

    @Test func `links that lead on and on end at a depth, and in all at a number of directories`() async throws {
        // Each listing differs, as if it grew.
        let count = Mutex(0)
        func links(_ names: String...) -> PagedService {
            PagedService { _, _ in
                let size = count.withLock { count in
                    count += 1
                    return Int64(count)
                }
                return (names.map { .link($0, to: "elsewhere", type: "dir") } + [.file("f", size)], names.count + 1)
            }
        }
        let one = links("on")
        let problems = try #require(await scan(one)).problems
        #expect(problems == [.endlessLink("on", depth: 64)])
        #expect(one.requests == 65)
        let two = links("on", "off")
        let both = try #require(await scan(two)).problems
        #expect(Set(both) == [.endlessLink("on", depth: 64), .endlessLink("off", depth: 64)])
        #expect(both.allSatisfy { $0.status == .sourceMissing })
        #expect(two.requests < 600)
        let wide = PagedService { path, _ in
            let name = (path as NSString).lastPathComponent
            if name == "source" { return ([.link("on", to: "elsewhere", type: "dir")], 1) }
            return name == "on" ? ((0..<3000).map { .directory("d\($0)") }, 3000) : ([.file(name, 1)], 1)
        }
        let many = try #require(await scan(wide)).problems
        #expect(many.count == 1)
        #expect(many.allSatisfy { if case .endlessLinks(_, limit: 2000) = $0 { $0.status == .sourceMissing } else { false } })
        #expect(wide.requests < 2010)
    }

    @Test func `files of impossible sizes are added up without an end of the program`() async throws {
        let service = PagedService { _, _ in ([.file("a", .max), .file("b", .max), .file("c", -5)], 3) }
        let manifest = try #require(await scan(service)).manifest
        #expect(manifest.bytes > 1 << 62)
        #expect(!Quantity.bytes(manifest.bytes).isEmpty)
    }

    @Test func `what is missing from a listing that is not whole is not proven to be missing`() async throws {
        let service = PagedService { _, offset in (offset == 0 ? [.file("a", 1)] : [], 5) }
        let end = ResolvedEnd(collection: collection, name: "x", path: service.root, site: nil)
        let proof = Proof(service: service, time: SteppedTimekeeper())
        let found = Manifest([Manifest.Entry(path: "a", size: 1, modified: 0)])
        #expect(try await proof.finding(of: found, at: end).differences.isEmpty)
        let more = Manifest([Manifest.Entry(path: "a", size: 1, modified: 0), Manifest.Entry(path: "b", size: 1, modified: 0)])
        await #expect(throws: GlobusError.self) { try await proof.finding(of: more, at: end) }
    }
}

/// Lists what a function says, page by page; knows nothing else.
private final class PagedService: TransferService {
    let root = CollectionPath.root.appending("work/source")
    private let page: @Sendable (String, Int) -> ([DirectoryEntry], Int?)
    private let count = Mutex(0)

    var requests: Int { count.withLock { $0 } }

    init(_ page: @escaping @Sendable (_ path: String, _ offset: Int) -> (files: [DirectoryEntry], total: Int?)) { self.page = page }

    func list(_ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int) async throws(GlobusError) -> FileList {
        count.withLock { $0 += 1 }
        let (files, total) = page(path.description, offset)
        var list = FileList(endpoint: collection, path: path.asDirectory, absolutePath: nil, total: 0, files: files)
        list.total = total
        return list
    }

    func newSubmissionID() async throws(GlobusError) -> SubmissionID { throw .cancelled }
    func submit(_ body: RequestBody) async throws(GlobusError) -> TransferResult { throw .cancelled }
    func task(_ id: TaskID) async throws(GlobusError) -> TransferTask { throw .cancelled }
    func tasks(matching filter: String) async throws(GlobusError) -> [TransferTask] { throw .cancelled }
    func events(of task: TaskID, limit: Int, errorsOnly: Bool) async throws(GlobusError) -> [TaskEvent] { throw .cancelled }
    func pauseInfo(of task: TaskID) async throws(GlobusError) -> PauseInfo { throw .cancelled }
    func successfulTransfers(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SentFile> {
        throw .cancelled
    }
    func skippedErrors(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SkippedFile> { throw .cancelled }
    func cancel(_ task: TaskID) async throws(GlobusError) -> ResultDocument { throw .cancelled }
    func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo { throw .cancelled }
    func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry { throw .cancelled }
}

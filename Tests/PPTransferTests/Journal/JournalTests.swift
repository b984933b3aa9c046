import Foundation
import Globus
import TestSupport
import Testing

@testable import PPTransfer

struct JournalTests {
    private let place: TemporaryDirectory
    private let time = SteppedTimekeeper()

    init() throws { place = try TemporaryDirectory() }

    private var journal: Journal { Journal(directory: place.path + "/journal") }

    private func submitted(_ plan: TransferPlan) async throws -> CycleJournal {
        let cycle = try await CycleJournal(journal, plan, time: time)
        try cycle.intend("s-1", document: Data("{}".utf8), expecting: Manifest([.init(path: "a", size: 1, modified: 2)]))
        try cycle.accepted("t-1", requestID: "r-1")
        return cycle
    }

    @Test(
        arguments: [
            ([:], nil, "/home/me/.local/state/pptransfer"), (["XDG_STATE_HOME": "/state"], nil, "/state/pptransfer"),
            (["CYLC_WORKFLOW_SHARE_DIR": "/w/share", "XDG_STATE_HOME": "/state"], nil, "/w/share/pptransfer"),
            (["CYLC_SUITE_SHARE_DIR": "/s/share"], nil, "/s/share/pptransfer"),
            (["PPTRANSFER_JOURNAL": "/j/", "CYLC_WORKFLOW_SHARE_DIR": "/w/share"], nil, "/j"), (["PPTRANSFER_JOURNAL": "/j"], "/k", "/k"),
        ] as [([String: String], String?, String)])
    func `the journal is where the surroundings say`(environment: [String: String], given: String?, directory: String) {
        let surroundings = environment.merging(["HOME": "/home/me"]) { first, _ in first }
        #expect(Journal(environment: surroundings, given: given).directory == directory)
        #expect(Journal(environment: surroundings, given: given, isRehearsal: true).directory == directory + "/rehearsal")
    }

    @Test func `transfers of different workflows, cycles and names never share a file`() {
        let texts: [(String, String?, String?)] = [
            ("u", "1", nil), ("u", "1", "a"), ("u", nil, "a"), ("u", nil, nil), ("u", "1@a", nil), ("u/run1", "1", nil),
            ("u_run1", "1", nil),
            ("u", "1.a", nil), ("..", "1", nil), (".", "1", nil), ("u", "1988-09-01T00:00:00Z", nil), ("u", "19880230T0000Z", "é"),
            ("u", "1", "A"),
        ]
        let stems = texts.map { journal.stem($0.0, cycle: $0.1, name: $0.2) }
        #expect(Set(stems).count == stems.count)
        for stem in stems {
            let parts = stem.dropFirst(journal.directory.count).split(separator: "/")
            #expect(parts.count == 2 && !parts.contains("..") && !parts.contains("."))
        }
    }

    @Test func `a record is read back as it was written`() async throws {
        let plan = try TransferPlan.example()
        let written = try await submitted(plan).record
        let read = try #require(try journal.record(workflow: "u-ab123", cycle: "19880901T0000Z", name: "atmos"))
        #expect(read.record == written && !read.isPrevious)
        #expect(journal.records(of: "u-ab123").records == [written])
        #expect(journal.records().records == [written])
        #expect(try journal.record(workflow: "u-ab123", cycle: "3", name: nil) == nil)
    }

    @Test func `cut at any byte, a record is replaced by the one before`() async throws {
        let plan = try TransferPlan.example()
        try await submitted(plan).release()
        let path = journal.stem("u-ab123", cycle: "19880901T0000Z", name: "atmos") + ".json"
        let whole = try #require(FileManager.default.contents(atPath: path))
        let previous = try #require(try Journal.read(path + ".previous")).record
        for count in 0..<whole.count - 1 {
            try whole.prefix(count).write(to: URL(fileURLWithPath: path))
            let read = try #require(try Journal.read(path))
            #expect(read.isPrevious && read.record == previous, "\(count)")
        }
        try Data().write(to: URL(fileURLWithPath: path + ".previous"))
        #expect(throws: JournalProblem.unreadable(path: path, reason: "it is damaged, and so is what stood there before")) {
            try Journal.read(path)
        }
    }

    @Test func `the record of a later version is refused by name`() async throws {
        let plan = try TransferPlan.example()
        try await submitted(plan).release()
        let path = journal.stem("u-ab123", cycle: "19880901T0000Z", name: "atmos") + ".json"
        try Data(#"{"pptransfer_journal": 7, "news": true}"#.utf8).write(to: URL(fileURLWithPath: path))
        let problem = await #expect(throws: JournalProblem.self) { try await CycleJournal(journal, plan, time: time) }
        #expect(problem == .newer(path: path, version: 7))
        #expect(problem?.status == .journal)
    }

    @Test func `a journal that cannot be written is known before anything is sent`() async throws {
        try place.file("journal")
        let problem = await #expect(throws: JournalProblem.self) { try await CycleJournal(journal, .example(), time: time) }
        #expect(problem?.status == .journal)
        guard case .unwritable = problem else { return #expect(Bool(false), "\(String(describing: problem))") }
    }

    @Test func `a journal within the source is refused, also through a link`() async throws {
        let source = place.path + "/data"
        try place.file("data/a.pp")
        try place.link("way", to: "data")
        for directory in [source, source + "/deep/er", place.path + "/way/journal"] {
            let plan = try TransferPlan.example(local: source)
            let problem = await #expect(throws: JournalProblem.self) {
                try await CycleJournal(Journal(directory: directory), plan, time: time)
            }
            #expect(problem == .inSource(path: directory))
        }
        _ = try await CycleJournal(Journal(directory: source + "-journal"), .example(local: source), time: time)
    }

    @Test func `what is intended is sent from the journal's file, then and in a later run`() async throws {
        let plan = try TransferPlan.example()
        let cycle = try await CycleJournal(journal, plan, time: time)
        let body = try cycle.intend("s-1", expecting: Manifest([])) { file throws(JournalProblem) in
            for piece in ["{", "\"a\": 1", "}"] { try file.append(Array(piece.utf8)) }
        }
        guard case .file(let file) = body else { return #expect(Bool(false), "it is in memory") }
        #expect(file.count == 8 && body.data == Data("{\"a\": 1}".utf8))
        cycle.release()
        let later = try await CycleJournal(journal, plan, time: time)
        #expect(try later.intendedDocument()?.data == body.data)
    }

    @Test func `a document that cannot be written is not intended`() async throws {
        let cycle = try await CycleJournal(journal, try TransferPlan.example(), time: time)
        #expect(throws: JournalProblem.unwritable(path: "x", reason: "full")) {
            _ = try cycle.intend("s-1", expecting: Manifest([])) { file throws(JournalProblem) in
                try file.append([0])
                throw .unwritable(path: "x", reason: "full")
            }
        }
        #expect(cycle.record.submission == nil)
        #expect(try cycle.intendedDocument() == nil)
    }

    @Test func `a manifest is read back whole, or not at all`() throws {
        let names = ["a.pp", "with blank", "new\nline", "back\\slash", "back\\nslash", "\\", "é", "e\u{301}", " lead", "trail ", "end 3"]
        let manifest = Manifest(names.enumerated().map { .init(path: $1, size: Int64($0) * 1_000_000_007 * 1_000_000, modified: -5) })
        let path = place.path + "/manifest"
        try ManifestFile.write(manifest, to: path)
        #expect(try ManifestFile.read(path) == manifest)
        let whole = try #require(FileManager.default.contents(atPath: path))
        for count in 0..<whole.count {
            try whole.prefix(count).write(to: URL(fileURLWithPath: path))
            #expect(try ManifestFile.read(path) == nil, "\(count)")
        }
        #expect(try ManifestFile.read(place.path + "/none") == nil)
    }

    @Test func `no bytes in a record can do harm`() throws {
        let path = place.path + "/record.json"
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...80)).map { _ in UInt8.random(in: 0...255) }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            do throws(JournalProblem) { #expect(try Journal.read(path) == nil) } catch { #expect(error.status == .journal) }
        }
    }
}

private func == (left: (record: JournalRecord, isPrevious: Bool)?, right: (record: JournalRecord, isPrevious: Bool)?) -> Bool {
    left?.record == right?.record && left?.isPrevious == right?.isPrevious
}

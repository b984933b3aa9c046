import Foundation
import Globus
import GlobusTesting
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
        try cycle.intend(.example(1), document: Data("{}".utf8), expecting: Manifest([.init(path: "a", size: 1, modified: 2)]))
        try cycle.accepted(.example(1), requestID: "r-1")
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
            #expect(parts.count == 2)
            #expect(!parts.contains(".."))
            #expect(!parts.contains("."))
        }
    }

    @Test func `what a journal of rehearsals knows of logins is no record of the journal above it`() async throws {
        for name in ["identities", "logins"] { _ = try place.file("journal/rehearsal/\(name).json", 2) }
        _ = try await submitted(.example())
        let found = journal.storedRecords(of: nil)
        #expect(found.problems.isEmpty)
        #expect(found.records.count == 1)
        #expect(journal.workflows() == ["u-ab123"])
    }

    @Test func `a record is read back as it was written`() async throws {
        let plan = try TransferPlan.example()
        let written = try await submitted(plan).record
        let read = try #require(try journal.record(workflow: "u-ab123", cycle: "19880901T0000Z", name: "atmos"))
        #expect(read.record == written)
        #expect(!read.isPrevious)
        #expect(journal.storedRecords(of: "u-ab123").records == [written])
        #expect(journal.storedRecords().records == [written])
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
            #expect(read.isPrevious, "\(count)")
            #expect(read.record == previous, "\(count)")
        }
        try Data().write(to: URL(fileURLWithPath: path + ".previous"))
        #expect(throws: JournalProblem.unreadable(path: path, reason: "it is damaged, and so is the record before it")) {
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
        guard case .unwritable = problem else {
            Issue.record("\(String(describing: problem))")
            return
        }
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
        let body = try cycle.intend(.example(1), expecting: Manifest([])) { file throws(JournalProblem) in
            for piece in ["{", "\"a\": 1", "}"] { try file.write(Array(piece.utf8)) }
        }
        guard let file = body.file else {
            Issue.record("the document is not in a file: \(body)")
            return
        }
        #expect(file.count == 8)
        #expect(body.data == Data("{\"a\": 1}".utf8))
        cycle.release()
        let later = try await CycleJournal(journal, plan, time: time)
        #expect(try later.intendedDocument()?.data == body.data)
    }

    @Test func `a document that cannot be written is not intended`() async throws {
        let cycle = try await CycleJournal(journal, try TransferPlan.example(), time: time)
        #expect(throws: JournalProblem.unwritable(path: "x", reason: "full")) {
            _ = try cycle.intend(.example(1), expecting: Manifest([])) { file throws(JournalProblem) in
                try file.write([0])
                throw .unwritable(path: "x", reason: "full")
            }
        }
        #expect(cycle.record.submission == nil)
        #expect(try cycle.intendedDocument() == nil)
    }

    // MARK: one holder at a time

    private var stem: String { journal.stem("u-ab123", cycle: "19880901T0000Z", name: "atmos") }

    /// Everything that lies in the record's directory, the lock aside.
    private func contents() throws -> [String: Data] {
        let directory = journal.workflowDirectory("u-ab123")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { !$0.contains(".lock") }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: directory + "/" + $0) ?? Data()) })
    }

    /// Each way in which a record's files are changed.
    private static let changes: [(String, @Sendable (CycleJournal) throws -> Void)] = [
        ("intend", { try $0.intend(.example(2), document: Data("{}".utf8), expecting: manifest) }),
        ("accepted", { try $0.accepted(.example(9), requestID: nil) }),
        ("adopt", { try $0.adopt(.example(9), expecting: manifest, by: nil, pathsUnknown: false) }),
        ("owner", { try $0.isOwned(by: TaskOwner(id: "alice")) }),
        ("proven", { try $0.proven(Archive(files: 1, bytes: 1, figures: TaskFigures(.succeeded()), level: .size), manifest, Doubts()) }),
        ("listed", { try $0.listed(SentFiles.Part(files: manifest, marker: 1)) }),
        ("ask", { _ = try $0.ask(for: manifest) }),
        ("disproven", { try $0.disproven([.size("a", expected: 1, found: 2)]) }),
        (
            "ended",
            { try $0.ended(.init(status: "ok", exitStatus: 0, message: "", time: "2026-11-20T23:17:08Z"), taskHasFailed: true) }
        ),
    ]
    private static let manifest = Manifest([.init(path: "a", size: 1, modified: 2)])

    @Test(arguments: changes.map(\.0), ["taken", "gone", "written by another"])
    func `a holder whose lock is no longer its own writes nothing`(name: String, loss: String) async throws {
        let change = try #require(Self.changes.first { $0.0 == name }).1
        let stale = try await submitted(try .example())
        try stale.proven(Archive(files: 1, bytes: 1, figures: TaskFigures(.succeeded()), level: .size), Self.manifest, Doubts())
        let lock = stem + ".lock"
        let held = try Data(contentsOf: URL(fileURLWithPath: lock))
        // What happens while it is suspended: another takes it for dead, and works.
        #expect(unlink(lock) == 0)
        let successor = try await CycleJournal(journal, try .example(), time: time)
        try successor.intend(.example(7), document: Data("{}".utf8), expecting: Self.manifest)
        switch loss {
        case "taken": break
        case "gone": successor.release()
        default:
            // A file system that still shows the old lock.
            successor.release()
            try held.write(to: URL(fileURLWithPath: lock))
        }
        let before = try contents()
        let problem = #expect(throws: JournalProblem.self) { try change(stale) }
        #expect(problem?.status == .busy)
        #expect(try contents() == before)
    }

    @Test func `each hold of a record has a generation of its own`() async throws {
        for number in 1...3 {
            let cycle = try await CycleJournal(journal, try .example(), time: time)
            #expect(cycle.record.generation == number)
            cycle.release()
        }
    }

    @Test func `a journal's directories are for their owner alone`() async throws {
        try await CycleJournal(journal, try .example(), time: time).release()
        for directory in [journal.directory, journal.workflowDirectory("u-ab123")] {
            let mode = try FileManager.default.attributesOfItem(atPath: directory)[.posixPermissions] as? Int
            #expect(mode == 0o700)
        }
    }

    @Test func `what lies where a file is to be written beside is not written to`() async throws {
        let cycle = try await submitted(try .example())
        let holder = try #require(CycleLock.look(stem + ".lock").holder)
        try place.file("victim", 10)
        let victim = try #require(FileManager.default.contents(atPath: place.path + "/victim"))
        try FileManager.default.createSymbolicLink(
            atPath: "\(stem).json.\(holder.shortToken).part", withDestinationPath: place.path + "/victim")
        let problem = #expect(throws: JournalProblem.self) { try cycle.accepted(.example(2), requestID: nil) }
        #expect(problem?.status == .journal)
        #expect(FileManager.default.contents(atPath: place.path + "/victim") == victim)
    }

    @Test func `what a killed process left half written is swept away, and nothing else`() async throws {
        try await submitted(try .example()).release()
        var dead = LockHolder.current()
        dead.process = 0x3FFF_FFFF
        try JSONEncoder().encode(dead).write(to: URL(fileURLWithPath: stem + ".lock"))
        let own = ["\(stem).json.0123456789ab.part", "\(stem).submission.4711.part"]
        let others = ["\(stem)2.json.0123456789ab.part", "\(stem).json.other.part", "\(stem).x.json.0123456789ab.part"]
        for path in own + others { try Data().write(to: URL(fileURLWithPath: path)) }
        try await CycleJournal(journal, try .example(), time: time).release()
        #expect(own.allSatisfy { !FileManager.default.fileExists(atPath: $0) })
        #expect(others.allSatisfy { FileManager.default.fileExists(atPath: $0) })
    }

    @Test func `a submission's document under another id counts as lost`() async throws {
        let cycle = try await CycleJournal(journal, try .example(), time: time)
        for (id, isThere) in [(SubmissionID.example(1), true), (.example(2), false)] {
            let document = TransferDocument(
                from: try TransferPlan.example().source.collection, to: try TransferPlan.example().destination.collection, items: [])
            var written = document
            written.submissionID = id
            try cycle.intend(.example(1), document: written.encoded(), expecting: Self.manifest)
            #expect(try cycle.intendedDocument().map { _ in true } ?? false == isThere)
        }
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

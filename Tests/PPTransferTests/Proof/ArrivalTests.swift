import Foundation
import Globus
import TestSupport
import Testing

@testable import PPTransfer
@testable import PositionedYAML

/// A download whose bytes are read where they arrived, and compared with what Globus confirmed.
struct ArrivalTests {
    private let world: DownloadWorld

    init() throws { world = try DownloadWorld(["a.h5": "first", "scan/b.h5": "second", "scan/empty": ""]) }

    private func plan(_ sync: SyncLevel? = nil, cycle: Bool = false, manifest: String? = nil) throws -> TransferPlan {
        try world.plan(cycle: cycle) { description in
            description.verify.level = .digest
            if let sync { description.transfer.sync = sync }
            description.verify.manifest = manifest.map { Positioned($0, at: description.position) }
        }
    }

    private func overwrite(_ name: String, _ text: String) { try? DownloadWorld.write(text, to: world.here + "/" + name) }

    private func verify(sums: Bool = false) async throws -> FinishedTransfer {
        var verification = Verification(service: nil, journal: world.journal, log: DownloadWorld.log)
        verification.writesSums = sums
        let transfers = await verification.verify([try plan()])
        return try #require(transfers.first)
    }

    private func manifest(_ text: String, named name: String = "sums.txt") throws -> String {
        try DownloadWorld.write(text, to: world.place.path + "/" + name)
        return world.place.path + "/" + name
    }

    // MARK: what Globus confirmed

    @Test func `every file is read, and its SHA-256 recorded, though Globus confirmed its MD5`() async throws {
        let end = await world.run(try plan())
        #expect(end.status == .ok, "\(end.resultLine)")
        #expect(end.outcome.archive?.tally == Tally(byDigest: 3, bySize: 0, unproven: 0))
        #expect(end.resultLine.contains("each file was read on this machine and has the confirmed digest: 3 by digest"))
        let receipt = try #require(try world.record().receipt)
        #expect(receipt.level == "digest")
        #expect(receipt.readHere != nil)
        #expect(ReceiptEntry(try world.record())?.text.contains("3 of 3 files read where they arrived") == true)
        let proven = try #require(try JournalFile.manifest(world.journal.stem("beamtime", cycle: nil, name: nil) + ".proven"))
        #expect(proven.entries.map { $0.digest?.algorithmName } == ["sha256", "sha256", "sha256"])
        #expect(try await verify().resultLine.contains("each was read on this machine, and is as verified at"))
    }

    @Test func `a file that was altered after its arrival is found, and sent again by the next run`() async throws {
        world.whenArrived { [self] in overwrite("scan/b.h5", "SECOND") }
        let end = await world.run(try plan(.mtime))
        #expect(end.status == .mismatch)
        #expect(end.outcome.details.count == 1)
        #expect(end.outcome.details[0].hasPrefix("other content: scan/b.h5 has md5:"))
        #expect(await world.run(try plan(.mtime)).status == .ok)
        #expect(try String(contentsOfFile: world.here + "/scan/b.h5", encoding: .utf8) == "second")
    }

    @Test func `a file that decays later is found by verify, and is no longer archived`() async throws {
        #expect(await world.run(try plan()).status == .ok)
        overwrite("a.h5", "fIrst")
        let end = try await verify()
        #expect(end.status == .mismatch)
        #expect(end.outcome.details.first?.hasPrefix("other content: a.h5 has sha256:") == true)
        // What was proven stays on record, and what a later look found beside it.
        #expect(try world.record().receipt?.files == 3)
        #expect(try world.record().standing != .archived)
        #expect(await world.run(try plan(.mtime)).status == .ok)
        #expect(try await verify().status == .ok)
    }

    @Test func `files that vanish, shrink or become something else are named`() async throws {
        #expect(await world.run(try plan()).status == .ok)
        try FileManager.default.removeItem(atPath: world.here + "/a.h5")
        overwrite("scan/b.h5", "sec")
        try FileManager.default.removeItem(atPath: world.here + "/scan/empty")
        try FileManager.default.createDirectory(atPath: world.here + "/scan/empty", withIntermediateDirectories: true)
        #expect(
            try await verify().outcome.details == [
                "missing: a.h5", "short: scan/b.h5 has 3 bytes instead of 6", "not a file: scan/empty",
            ])
    }

    // MARK: what Globus did not send

    @Test func `files of an earlier run are proven by its record, as long as they have their bytes`() async throws {
        #expect(await world.run(try plan(.mtime)).status == .ok)
        try DownloadWorld.write("third", to: world.place.path + "/facility/run/c.h5")
        let end = await world.run(try plan(.mtime))
        #expect(end.status == .ok, "\(end.resultLine)")
        #expect(end.outcome.archive?.tally.byDigest == 4)
        #expect(end.document?.filesTransferred == 1)
        overwrite("a.h5", "fIrst")
        try DownloadWorld.write("fourth", to: world.place.path + "/facility/run/d.h5")
        let other = await world.run(try plan(.mtime))
        #expect(other.status == .mismatch)
        #expect(other.outcome.details.first?.hasPrefix("other content: a.h5") == true)
    }

    @Test func `what was read long after it was written is not read again, except by verify`() async throws {
        // The clock is an hour ahead of the file system's, as if the files had been there for an hour.
        #expect(await world.run(try plan(.mtime), later: .seconds(3600)).status == .ok)
        overwrite("a.h5", "fIrst")
        try DownloadWorld.write("third", to: world.place.path + "/facility/run/c.h5")
        let end = await world.run(try plan(.mtime), later: .seconds(3600))
        #expect(end.status == .ok, "\(end.resultLine)")
        #expect(end.outcome.archive?.tally.byDigest == 4)
        #expect(try await verify().status == .mismatch)
    }

    @Test func `files that were there before anything is known of them have their size only, and are named`() async throws {
        overwrite("a.h5", "fIrst")
        let end = await world.run(try plan(.mtime))
        #expect(end.status == .unverified)
        #expect(end.outcome.details == ["by size only: a.h5"])
        #expect(end.remedy(in: .library)?.oneLine.contains("write 'transfer: {sync: checksum}' and run again") == true)
        #expect(end.outcome.archive?.tally == Tally(byDigest: 2, bySize: 1, unproven: 0))
        // Nothing is sent a second time for it.
        #expect(await world.run(try plan(.mtime)).status == .unverified)
        #expect(await world.globus.tasks.count == 2)
        let compared = await world.run(try plan(.checksum))
        #expect(compared.status == .ok, "\(compared.resultLine)")
        #expect(try String(contentsOfFile: world.here + "/a.h5", encoding: .utf8) == "first")
    }

    @Test func `what Globus compared by checksum is proven by that`() async throws {
        overwrite("a.h5", "first")
        let end = await world.run(try plan(.checksum))
        #expect(end.status == .ok, "\(end.resultLine)")
        #expect(end.outcome.archive?.tally.byDigest == 3)
        #expect(end.document?.filesTransferred == 2)
    }

    @Test func `of a cycle only what is new is sent`() async throws {
        #expect(await world.run(try plan(cycle: true)).status == .ok)
        if case .already = await world.run(try plan(cycle: true)).outcome {} else { Issue.record("it was sent again") }
        try DownloadWorld.write("third", to: world.place.path + "/facility/run/c.h5")
        let end = await world.run(try plan(cycle: true))
        #expect(end.status == .ok, "\(end.resultLine)")
        #expect(end.document?.filesTransferred == 1)
        #expect(end.outcome.archive?.tally.byDigest == 4)
    }

    @Test func `a path at which nothing arrived proves nothing`() async throws {
        var plan = try plan()
        plan.localDestination?.path = world.place.path + "/elsewhere"
        let end = await world.run(plan)
        #expect(end.status == .unverified)
        #expect(end.headline.contains("nothing of what the collection lists is at"))
    }

    // MARK: what the producer left

    private static let md5 = [
        "a.h5": "8b04d5e3775d298e78455efc5ca404d5", "scan/b.h5": "a9f0e61a137d86aa9db53465e0801612",
        "scan/empty": "d41d8cd98f00b204e9800998ecf8427e",
    ]

    @Test func `a listing of the APS is the reference for what arrives`() async throws {
        let lines = Self.md5.map { path, sum in
            "id=5f experimentName=Smith-2026 fileSize=\(["a.h5": 5, "scan/b.h5": 6][path] ?? 0) md5Sum=\(sum) experimentFilePath=\(path) locked=False"
        }
        let end = await world.run(try plan(manifest: manifest(lines.joined(separator: "\n"))))
        #expect(end.status == .ok, "\(end.resultLine)")
        #expect(end.outcome.archive?.tally.byDigest == 3)
    }

    @Test func `what arrives otherwise than its producer says is found, though Globus is content`() async throws {
        let other = String(repeating: "0", count: 64)
        let end = await world.run(try plan(manifest: manifest("\(other)  a.h5\n")))
        #expect(end.status == .mismatch)
        #expect(end.outcome.details.first?.hasSuffix("instead of sha256:\(other)") == true)
    }

    @Test func `what the producer lists must be there, and of its size`() async throws {
        let sums = try manifest(
            "experimentFilePath=a.h5 md5Sum=\(Self.md5["a.h5"] ?? "") fileSize=4\nfileSize=1 experimentFilePath=gone.h5\n")
        let end = await world.run(try plan(manifest: sums))
        #expect(end.status == .sourceMissing)
        #expect(end.outcome.details.contains("gone.h5 does not exist"))
        #expect(end.outcome.details.contains { $0.hasPrefix("a.h5 was written to") })
        #expect(await world.globus.tasks.isEmpty)
    }

    // MARK: checksums beside the files

    private func sums(_ name: String = "SHA256SUMS") -> [String] {
        let text = (try? String(contentsOfFile: world.here + "/" + name, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    private func check(_ name: String) async throws -> Int32 {
        let child = try Child(["/bin/sh", "-c", "cd \"$0\" && sha256sum --strict --quiet -c \"$1\"", world.here, name])
        return await child.ended()
    }

    @Test func `the checksums are left beside the files as coreutils read them, and are no other file's`() async throws {
        try DownloadWorld.write("odd", to: world.place.path + "/facility/run/scan/new\nline\\")
        let end = await world.run(try plan()) { $0.writesSums = true }
        #expect(end.status == .ok, "\(end.resultLine)")
        #expect(sums().count == 5)
        #expect(sums().first == "# pptransfer: beamtime")
        #expect(try await check("SHA256SUMS") == 0)
        overwrite("a.h5", "fIrst")
        #expect(try await check("SHA256SUMS") != 0)
        overwrite("a.h5", "first")
        try DownloadWorld.write("third", to: world.place.path + "/facility/run/c.h5")
        let again = await world.run(try plan(.mtime)) { $0.writesSums = true }
        #expect(again.status == .ok)
        #expect(sums().count == 6)
        #expect(again.outcome.archive?.extra == [])
        #expect(sums("SHA256SUMS.pptransfer").isEmpty)
    }

    @Test func `a SHA256SUMS that was delivered, or is somebody else's, stays`() async throws {
        try DownloadWorld.write("theirs", to: world.place.path + "/facility/run/SHA256SUMS")
        overwrite("SHA256SUMS.pptransfer", "mine")
        #expect(await world.run(try plan()) { $0.writesSums = true }.status == .ok)
        #expect(sums() == ["theirs"])
        #expect(sums("SHA256SUMS.pptransfer") == ["mine"])
        #expect(sums("SHA256SUMS.pptransfer-2").count == 5)
    }

    @Test func `verify leaves them, too, reading what was proven by its size`() async throws {
        var plan = try plan()
        plan.description.verify.level = .size
        #expect(await world.run(plan).status == .ok)
        #expect(try await verify(sums: true).resultLine.contains("0 by digest, 3 by size"))
        #expect(sums().count == 4)
        #expect(try await check("SHA256SUMS") == 0)
    }
}

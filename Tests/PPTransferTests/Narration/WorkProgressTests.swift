import Globus
import Testing

@testable import PPTransfer
@testable import PositionedYAML

struct WorkProgressTests {
    private func task(_ fields: [String: JSONValue]) -> TransferTask {
        let moving: [String: JSONValue] = [
            "status": "ACTIVE", "nice_status": "OK", "files": 31, "files_transferred": 14, "bytes_transferred": 9_200_000_000,
            "effective_bytes_per_second": 512_000_000,
        ]
        return TransferTask(fields: moving.merging(fields) { $1 })
    }

    private let expected = Amount(files: 31, bytes: 20_400_000_000)

    @Test func `the time left comes from the service's own rate`() {
        let progress = WorkProgress(task([:]), expected: expected)
        #expect(progress.phase == .moving)
        #expect(progress.words == nil)
        #expect(progress.amounts == "14 of 31 files and 9.2 GB of 20.4 GB")
        #expect(progress.fraction.map { Int($0 * 1000) } == 450)
        #expect(progress.timeLeft.map(Quantity.timeLeft) == "22 s")
    }

    @Test func `files that need no sending have no bytes to count`() {
        let progress = WorkProgress(task(["files_skipped": 7]), expected: expected)
        #expect(progress.done.files == 14)
        #expect(progress.totalFiles == 24)
        #expect(progress.totalBytes == nil)
        #expect(progress.timeLeft == nil)
        #expect(progress.fraction == 14.0 / 24)
    }

    @Test func `what is known to be there does not count among what is to be sent`() {
        let there = Amount(files: 7, bytes: 1_200_000_000)
        let progress = WorkProgress(task(["files_skipped": 7]), expected: expected, there: there)
        #expect(progress.amounts == "14 of 24 files and 9.2 GB of 19.2 GB")
        // So it is before Globus has compared them.
        #expect(WorkProgress(task([:]), expected: expected, there: there).amounts == progress.amounts)
        // More was there than anybody knew, or less.
        #expect(WorkProgress(task(["files_skipped": 8]), expected: expected, there: there).amounts == "14 of 23 files and 9.2 GB")
        let sent = task(["files_transferred": 31, "bytes_transferred": 20_400_000_000])
        #expect(WorkProgress(sent, expected: expected, there: there).amounts == "31 of 31 files and 20.4 GB")
    }

    @Test func `a task with more files than we know of has no known number of bytes`() {
        let progress = WorkProgress(task(["files": 40]), expected: expected)
        #expect(progress.totalFiles == 40)
        #expect(progress.totalBytes == nil)
        // Globus still counts.
        #expect(WorkProgress(task(["files": 3]), expected: expected).totalFiles == 31)
        let unknown = WorkProgress(task([:]))
        #expect(unknown.totalFiles == 31)
        #expect(unknown.totalBytes == nil)
        #expect(WorkProgress(task(["files": 0])).fraction == nil)
    }

    @Test func `what is sent again does not make it more than all`() {
        let progress = WorkProgress(task(["bytes_transferred": 30_000_000_000]), expected: expected)
        #expect(progress.fraction == 1)
        #expect(progress.timeLeft == nil)
        #expect(progress.amounts == "14 of 31 files and 20.4 GB of 20.4 GB")
    }

    @Test(
        arguments: [
            (["nice_status": "Queued"], WorkProgress.Phase.queued, "queued by Globus"),
            (["is_paused": true], .paused, "paused: tape robot"),
            (
                ["status": "INACTIVE", "nice_status_short_description": "credentials expired"], .inactive,
                "needs a login (credentials expired)"
            ),
            (["nice_status": "CONNECT_FAILED"], .retrying, "retrying after CONNECT_FAILED"),
            (["nice_status": "PERMISSION_DENIED"], .retrying, "Globus reports PERMISSION_DENIED"),
            (["status": "HIBERNATING"], .unrecognised, "unknown state HIBERNATING"),
        ] as [([String: JSONValue], WorkProgress.Phase, String)])
    func `what stands in the way is told in words, and no time is promised`(
        fields: [String: JSONValue], phase: WorkProgress.Phase, words: String
    ) {
        let progress = WorkProgress(task(fields), expected: expected, messages: phase == .paused ? ["tape robot"] : [])
        #expect(progress.phase == phase)
        #expect(progress.words == words)
        #expect(progress.timeLeft == nil)
    }

    @Test(arguments: [(0.2, "1 s"), (59.5, "1m"), (200.0, "3m20s"), (3_900, "1h5m"), (3_959, "1h5m"), (183_700, "2d3h")])
    func `a time left is as exact as an estimate may be`(seconds: Double, text: String) {
        #expect(Quantity.timeLeft(.seconds(seconds)) == text)
    }
}

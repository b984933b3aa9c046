import Globus
import GlobusTesting
import PPTransfer
import Synchronization
import Testing

struct ReadingNarratorTests {
    @Test func `a long reading is told of every half minute, a short one not at all`() async {
        let time = SteppedTimekeeper()
        let lines = Told()
        let narrator = ReadingNarrator(of: .init(files: 4, bytes: 8_000_000_000), time) { lines.add($0) }
        for second in 1...65 as ClosedRange<Int64> {
            await time.sleep(for: .seconds(1))
            narrator.observe(.init(files: Int(second / 30), bytes: second * 100_000_000))
            narrator.observe(.init(files: Int(second / 30), bytes: second * 100_000_000))
        }
        #expect(
            lines.all == [
                "read 1 of 4 files, 3.0 GB of 8.0 GB, 100.0 MB/s", "read 2 of 4 files, 6.0 GB of 8.0 GB, 100.0 MB/s",
            ])
    }
}

private final class Told: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

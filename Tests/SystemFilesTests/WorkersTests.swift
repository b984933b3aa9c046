import Dispatch
import Testing

@testable import SystemFiles

struct WorkersTests {
    @Test func `work that storage holds up is left alone once the task is cancelled`() async {
        let gate = DispatchSemaphore(value: 0)
        let (begun, continuation) = AsyncStream<Void>.makeStream()
        let work = Task {
            await Workers.abandonable { _ in
                continuation.finish()
                gate.wait()
                return 1
            }
        }
        for await _ in begun {}
        work.cancel()
        #expect(await work.value == nil)
        gate.signal()
        #expect(await Workers.abandonable { _ in 2 } == 2)
    }

    @Test(.timeLimit(.minutes(1)))
    func `there may be more threads than cores`() {
        // Each waits for all the others: they end only if they run at once.
        let count = 8
        let arrived = (0..<count).map { _ in DispatchSemaphore(value: 0) }
        Workers.perform(count) { number in
            for other in arrived { other.signal() }
            for _ in 0..<count { arrived[number].wait() }
        }
    }

    @Test func `reading gives way to others, and the thread is then as it was`() throws {
        let before = try #require(IOPriority.current)
        IOPriority.lowered { #expect(IOPriority.current == IOPriority.lowest) }
        #expect(IOPriority.current == before)
    }
}

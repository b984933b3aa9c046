import Glibc
import TestSupport
import Testing

struct ChildTests {
    /// The threads that tests run on let no signal through.
    @Test func `a process beside the tests ends when it is told`() async throws {
        let child = try Child(["/bin/sleep", "3600"])
        child.terminate()
        #expect(await child.ended() == -SIGTERM)
    }
}

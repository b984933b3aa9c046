import PPTransfer
import Testing

struct ExplainTests {
    private let desk: Desk

    init() throws { desk = try Desk() }

    @Test func `a status is explained by number, by name, and as the table that the program leaves by`() async throws {
        let both = try await desk.run("explain", "33", "session")
        #expect(
            both.status == 0
                && both.outputLines == [
                    "conflict (33): another live task, not ours, holds the same paths; running again later may help",
                    "session (22): login session expired, or the task is INACTIVE; then run again: it takes up where this run left",
                ])
        #expect(try await desk.run("explain", "143").output.hasPrefix("signal (143): INT, TERM, XCPU, HUP"))
        #expect(try await desk.run("explain").output == PPTransfer.ExitStatus.table + "\n")
    }

    @Test func `what is no status is refused, after those that are`() async throws {
        let end = try await desk.run("explain", "ok", "13", "seven")
        #expect(end.status == 64 && end.output.hasPrefix("ok (0): ") && end.errors.contains("no status of pptransfer is called 13, seven"))
    }
}

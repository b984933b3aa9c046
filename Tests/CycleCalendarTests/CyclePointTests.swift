import CycleCalendar
import Testing

@Suite struct `Cycle points` {
    @Test(arguments: [
        "19880901T0000Z", "19880230T0000Z", "3", "-1", "1988-09-01T00:00:00Z", "+0019880901T0000+0100", "1988W354T08,0Z",
        "19880901T080000,0Z", "...",
    ])
    func `a cycle point goes through unchanged`(text: String) {
        #expect(CyclePoint(text)?.description == text)
    }

    @Test(arguments: ["", ".", "..", "a/b", "1988 09", "19880901\n", "été", String(repeating: "1", count: 129)])
    func `what could not be one component of a path is refused`(text: String) {
        #expect(CyclePoint(text) == nil)
    }
}

import PPTransfer
import Testing

struct ExitStatusTests {
    @Test func `numbers and names are unique, and fit a shell`() {
        #expect(Set(Status.all.map(\.number)).count == Status.all.count)
        #expect(Set(Status.all.map(\.name)).count == Status.all.count)
        #expect(Status.all.allSatisfy { 0...125 ~= $0.number })
        #expect(Status.all.map(\.number) == Status.all.map(\.number).sorted())
    }

    @Test func `a signal leaves as a shell would report it`() {
        #expect(Status.signal(15).number == 143)
        #expect(Status.signal(24).description == "signal (152)")
    }

    @Test func `the most serious of several decides`() {
        #expect(Status.mostSerious(of: []) == .ok)
        #expect(Status.mostSerious(of: [.ok, .running, .ok]) == .running)
        #expect(Status.mostSerious(of: [.running, .mismatch, .unavailable]) == .mismatch)
        #expect(Status.mostSerious(of: [.consent, .internal]) == .internal)
    }
}

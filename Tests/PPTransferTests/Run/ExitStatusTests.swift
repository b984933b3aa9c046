import PPTransfer
import Testing

struct ExitStatusTests {
    @Test func `numbers and names are unique, and fit a shell`() {
        #expect(Set(ExitStatus.all.map(\.number)).count == ExitStatus.all.count)
        #expect(Set(ExitStatus.all.map(\.name)).count == ExitStatus.all.count)
        #expect(ExitStatus.all.allSatisfy { 0...125 ~= $0.number })
        #expect(ExitStatus.all.map(\.number) == ExitStatus.all.map(\.number).sorted())
    }

    @Test func `a signal leaves as a shell would report it`() {
        #expect(ExitStatus.signal(15).number == 143)
        #expect(ExitStatus.signal(24).description == "signal (152)")
    }

    @Test func `the most serious of several decides`() {
        #expect(ExitStatus.mostSerious(of: []) == .ok)
        #expect(ExitStatus.mostSerious(of: [.ok, .running, .ok]) == .running)
        #expect(ExitStatus.mostSerious(of: [.running, .mismatch, .unavailable]) == .mismatch)
        #expect(ExitStatus.mostSerious(of: [.consent, .internal]) == .internal)
    }
}

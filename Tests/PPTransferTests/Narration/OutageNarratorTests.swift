import Globus
import Testing

@testable import PPTransfer

struct OutageNarratorTests {
    private func notice(_ outage: Duration, _ request: String = "GET /task") -> RetryNotice {
        RetryNotice(
            request: request, cause: .transport(.unresolved(host: "h")), delay: .seconds(60), outage: outage, budget: .seconds(7200))
    }

    @Test func `two hours without an answer are told of at once, then ever less often`() {
        let narrator = OutageNarrator()
        let told = (0...120).filter { narrator.isWorthTelling(notice(.seconds($0 * 60))) }
        #expect(told.prefix(3) == [0, 1, 3])
        #expect(told.count <= 18)
        #expect(zip(told, told.dropFirst()).allSatisfy { $1 - $0 <= 11 })
    }

    @Test func `who waits at a terminal is told every few seconds`() {
        let narrator = OutageNarrator(interval: .seconds(5))
        let told = (0...60).filter { narrator.isWorthTelling(notice(.seconds($0))) }
        #expect(told == [0, 1, 3, 7, 12, 17, 22, 27, 32, 37, 42, 47, 52, 57])
    }

    @Test func `each request and each outage begins anew`() {
        let narrator = OutageNarrator()
        #expect(narrator.isWorthTelling(notice(.zero)))
        #expect(narrator.isWorthTelling(notice(.zero, "GET /other")))
        #expect(!narrator.isWorthTelling(notice(.milliseconds(500))))
        #expect(narrator.isWorthTelling(notice(.seconds(600))))
        #expect(narrator.isWorthTelling(notice(.zero)))
    }
}

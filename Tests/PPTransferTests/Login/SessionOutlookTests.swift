import Globus
import GlobusTesting
import Logging
import Synchronization
import TestSupport
import Testing

@testable import PPTransfer

/// How much longer a login is good.
struct SessionOutlookTests {
    private let day = Duration.seconds(86_400)
    private let start = Timestamp(secondsSince1970: 1_800_000_000)
    private let identities = [
        LinkedIdentity(id: "1", username: "me@globusid.org"), LinkedIdentity(id: "2", username: "me@accounts.jasmin.ac.uk"),
        LinkedIdentity(id: "3", username: "other@accounts.jasmin.ac.uk"),
    ]

    private func standing(_ times: [String: Timestamp], after days: Int, domain: String = "accounts.jasmin.ac.uk")
        -> SessionOutlook.Standing
    {
        SessionOutlook(domain, lifetime: day * 30, identities: identities, times: times).standing(start + day * days, warnDays: 7)
    }

    @Test func `days are counted from the login, and a warning comes below seven`() {
        #expect(standing(["2": start], after: 0) == .good(days: 30))
        #expect(standing(["2": start], after: 23) == .good(days: 7))
        #expect(standing(["2": start], after: 24) == .ending(days: 6))
        #expect(standing(["2": start], after: 29) == .ending(days: 1))
        #expect(standing(["2": start], after: 30) == .lapsed)
    }

    @Test func `of several identities of a domain the freshest counts`() {
        #expect(standing(["2": start, "3": start + day * 10], after: 30) == .good(days: 10))
    }

    @Test func `an identity that is not in session, or not linked, is told apart`() {
        #expect(standing(["1": start], after: 1) == .lapsed)
        #expect(standing(["1": start], after: 1, domain: "safe.archer2.ac.uk") == .unlinked)
    }

    /// Counts what it is asked.
    private final class Identities: IdentityService {
        let asked = Mutex<[String]>([])
        let identities: [LinkedIdentity]
        let times: [String: Timestamp]

        init(_ identities: [LinkedIdentity], _ times: [String: Timestamp]) { (self.identities, self.times) = (identities, times) }

        func linkedIdentities() async throws(GlobusError) -> [LinkedIdentity] {
            asked.withLock { $0.append("identities") }
            return identities
        }
        func sessionTimes() async throws(GlobusError) -> [String: Timestamp] {
            asked.withLock { $0.append("times") }
            return times
        }
    }

    @Test func `a run warns for one request, once it knows who is linked`() async throws {
        let place = try TemporaryDirectory()
        let service = Identities(identities, ["2": start + (.zero - day * 25)])
        let lines = Lines()
        let login = ResolvedLogin(
            .commandLine(path: "p", namespace: "n"), tokens: FixedToken(AccessToken("t"), from: "test"), identities: service)
        var plan = try TransferPlan.example()
        plan.destination.site?.session = day * 30
        let warning = SessionWarning(
            login, Journal(directory: place.path + "/journal"), time: SteppedTimekeeper(from: start),
            log: lines.logger(), words: .library)
        for _ in 0..<3 { await warning.tell(of: [plan, plan], warnDays: 7) }
        #expect(service.asked.withLock { $0 } == ["identities", "times", "times"])
        let line = "the login for jasmin lapses in 5 days; log in again: globus session update accounts.jasmin.ac.uk"
        #expect(lines.all.count == 2, "\(lines.all)")
        #expect(lines.all.allSatisfy { $0.hasSuffix(line) }, "\(lines.all)")
        await warning.tell(of: [plan], warnDays: 3)
        #expect(lines.all.count == 2)
        let known = KnownLogins.Login(domain: "accounts.jasmin.ac.uk", lapses: start + day * 5, seen: start)
        #expect(KnownLogins.read(Journal(directory: place.path + "/journal")) == ["jasmin": known])
    }

    @Test func `a service account, and sites without a session's length, cost nothing`() async throws {
        let service = Identities(identities, [:])
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let place = try TemporaryDirectory()
        let journal = Journal(directory: place.path)
        var plan = try TransferPlan.example()
        let person = ResolvedLogin(.own(path: "p"), tokens: FixedToken(AccessToken("t"), from: "test"), identities: service)
        await SessionWarning(person, journal, time: SteppedTimekeeper(), log: log, words: .library).tell(of: [plan], warnDays: 7)
        plan.destination.site?.session = day * 30
        let account = ResolvedLogin(.serviceAccount(id: "i"), tokens: FixedToken(AccessToken("t"), from: "test"), identities: service)
        await SessionWarning(account, journal, time: SteppedTimekeeper(), log: log, words: .library).tell(of: [plan], warnDays: 7)
        #expect(service.asked.withLock { $0.isEmpty })
    }
}

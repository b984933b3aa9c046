package import Globus
package import GlobusCLILogin
package import PPTransfer
import PositionedYAML

/// A check for every cycle, after one that found everything in order: one request for each destination, and what is known of the logins.
package struct QuickCheck: Sendable {
    private let session: GlobusSession
    private let journal: Journal
    private let time: any Timekeeper
    private let warnDays: Int

    package init(_ session: GlobusSession, _ journal: Journal, warnDays: Int, time: any Timekeeper = SystemTimekeeper()) {
        (self.session, self.journal, self.warnDays, self.time) = (session, journal, warnDays, time)
    }

    /// - Returns: `nil` if anything is not known, not as it was, or soon over: then all must be looked at.
    package func check(_ plans: [TransferPlan], isRehearsal: Bool) async -> CheckReport? {
        var report = CheckReport(isRehearsal: isRehearsal)
        guard addLogins(of: plans, to: &report) else { return nil }
        let known = KnownChecks.read(journal, now: time.now)
        var asked: [KnownChecks.Place: Timestamp] = [:]
        for plan in plans {
            guard plan.localDestination == nil, let place = known.keys.filter({ $0.isOf(plan) }).max(by: Self.isAbove) else { return nil }
            asked[place] = known[place]
        }
        for (place, checked) in asked.sorted(by: { Self.isAbove($0.key, $1.key) }) {
            let plan = plans.first { place.isOf($0) }
            let transfer = session.transfer.acting(as: plan?.localUsers ?? [:])
            guard let found = try? await transfer.stat(place.directory, on: place.destination), found.isDirectory else { return nil }
            let name = plan?.destination.name ?? "\(place.destination)"
            report.add("\(name):\(place.directory)", .ok, "the directory is there; all else was in order at \(checked)")
        }
        return report
    }

    private static func isAbove(_ one: KnownChecks.Place, _ other: KnownChecks.Place) -> Bool {
        one.directory.description < other.directory.description
    }

    /// Without a request: when a login ends was learnt by an earlier check or run.
    private func addLogins(of plans: [TransferPlan], to report: inout CheckReport) -> Bool {
        if case .serviceAccount = session.login.kind { return true }
        guard session.login.identities != nil else { return true }
        let known = KnownLogins.read(journal)
        var seen: Set<String> = []
        for site in plans.flatMap({ [$0.source.site, $0.destination.site] }).compactMap(\.self) where seen.insert(site.alias).inserted {
            guard site.identity != nil, site.session != nil else { continue }
            guard let login = known[site.alias], login.domain == site.identity else { return false }
            let days = login.daysLeft(time.now)
            guard days >= warnDays, login.lapses > time.now else { return false }
            report.add(site.alias, .ok, "the login is valid for \(Quantity.count(days, "more day"))")
        }
        return true
    }
}

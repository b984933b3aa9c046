import FoundationEssentials
import Globus
import Logging
import PositionedYAML
import SystemFiles

/// Tells, in a run, that a login will soon have to be renewed: for one request at most.
///
/// Which identities are linked is kept beside the journal, since it changes seldom: a run that does not know it yet asks for it, and
/// later ones ask when the identities were last logged in with. `check` does both at once.
struct SessionWarning {
    private let login: ResolvedLogin
    private let journal: Journal?
    private let path: String?
    private let time: any Timekeeper
    private let log: Logger
    private let words: RemedyWording

    /// - Parameter time: Globus's, where this machine's clock is wrong: the service judges a login by its own.
    init(_ login: ResolvedLogin, _ journal: Journal?, time: any Timekeeper, log: Logger, words: RemedyWording) {
        (self.login, self.journal, self.time, self.log, self.words) = (login, journal, time, log, words)
        path = journal.map { $0.directory + "/identities.json" }
    }

    /// - Returns: what was told, in short, for those who do not read the log.
    @discardableResult
    func tell(of plans: [TransferPlan], warnDays: Int) async -> [String] {
        var sites: [String: Site] = [:]
        for site in plans.flatMap({ [$0.source.site, $0.destination.site] }) {
            if let site, site.session != nil, site.identity != nil { sites[site.alias] = site }
        }
        if case .serviceAccount = login.kind { return [] }
        guard !sites.isEmpty, let service = login.identities else { return [] }
        guard let identities = known() else {
            if let identities = try? await service.linkedIdentities() { keep(identities) }
            return []
        }
        guard let times = try? await service.sessionTimes() else { return [] }
        if times.keys.contains(where: { id in !identities.contains { $0.id == id } }) { forget() }
        var told: [String] = []
        var needs = LoginNeeds()
        var lapses: [String: KnownLogins.Login] = [:]
        for site in sites.values.sorted(by: { $0.alias < $1.alias }) {
            guard let domain = site.identity, let lifetime = site.session else { continue }
            let outlook = SessionOutlook(domain, lifetime: lifetime, identities: identities, times: times)
            if let end = outlook.lapses { lapses[site.alias] = KnownLogins.Login(domain: domain, lapses: end, seen: time.now) }
            guard case .ending(let days) = outlook.standing(time.now, warnDays: warnDays) else { continue }
            needs.add(session: domain, as: outlook.identity?.username)
            told.append("the login for \(site.alias) expires in \(Quantity.count(days, "day"))")
        }
        if !told.isEmpty { log.warning("\(told.joined(separator: ", ")); \(needs.remedy(for: login.kind, in: words))") }
        journal.map { KnownLogins.keep(lapses, in: $0) }
        return told
    }

    /// What an earlier run has learnt of the user's identities.
    static func knownIdentities(in journal: Journal) -> [LinkedIdentity] { known(at: journal.directory + "/identities.json") ?? [] }

    private func known() -> [LinkedIdentity]? { path.flatMap(Self.known) }

    private static func known(at path: String) -> [LinkedIdentity]? {
        guard let data = try? JournalFile.data(path) else { return nil }
        return try? JSONDecoder().decode([LinkedIdentity].self, from: data)
    }

    private func keep(_ identities: [LinkedIdentity]) {
        guard let path, let data = try? JSONEncoder().encode(identities) else { return }
        try? DurableFile.makeDirectory(path.directory ?? path)
        try? DurableFile.write(data, to: path)
    }

    private func forget() { if let path { try? FileManager.default.removeItem(atPath: path) } }
}

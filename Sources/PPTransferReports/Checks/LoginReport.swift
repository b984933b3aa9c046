package import Globus
package import GlobusCLILogin
package import PPTransfer

/// Which login is in use, whom Globus takes us for by it, and how long the sites will be content with that. Holds no token.
package struct LoginReport: Sendable {
    /// One of the login's identities.
    package struct Identity: Sendable, Equatable {
        package var identity: LinkedIdentity
        /// `nil` if it is not part of the login's session.
        package var lastLogin: Timestamp?
    }

    /// What a site wants of a login, and what it finds.
    package struct Standing: Sendable, Equatable {
        package enum State: String, Sendable, CaseIterable {
            case good
            /// No identity of the site's domain is linked.
            case notLinked = "not-linked"
            /// One is linked, but this login's session does not hold it.
            case notInSession = "not-in-session"
            case expired
        }

        package var alias: String
        package var domain: String
        package var state: State
        package var username: String?
        /// When the site will want a new login; `nil` if never or if that is not known.
        package var ends: Timestamp?
    }

    /// In the order of precedence; the first is the one in use.
    package var findings: [LoginFinding]
    /// The one that logged in first. Empty if the login does not reach Globus Auth.
    package var identities: [Identity] = []
    package var standings: [Standing] = []
    /// Why the login in use is of no use.
    package var problem: GlobusError?
    package var now: Timestamp

    /// Of a login that could not even be set up.
    package init(_ findings: [LoginFinding], problem: GlobusError, now: Timestamp) {
        (self.findings, self.problem, self.now) = (findings, problem, now)
    }

    /// Asks Globus, which may renew the login's tokens.
    ///
    /// - Parameter used: the collections that the journal has transfers of. A built-in site that is not among them, and of which nobody has
    ///   an identity, is no concern of this login.
    package init(_ findings: [LoginFinding], login: ResolvedLogin, sites: SiteCatalogue, used: Set<CollectionID>, now: Timestamp) async {
        (self.findings, self.now) = (findings, now)
        do throws(GlobusError) {
            // Shows whether the login is alive, also where nobody can tell whose it is.
            _ = try await login.tokens.token()
            guard let service = login.identities else { return }
            let linked = try await service.linkedIdentities()
            let times = try await service.sessionTimes()
            identities = linked.map { Identity(identity: $0, lastLogin: times[$0.id]) }
        } catch {
            problem = error
        }
        guard problem == nil, !identities.isEmpty else { return }
        // A service account has no session that could end.
        if case .serviceAccount = login.kind { return }
        standings = sites.sites.filter { !$0.isRetired && concerns($0, used) }.compactMap { standing(at: $0) }
    }

    private func concerns(_ site: Site, _ used: Set<CollectionID>) -> Bool {
        !SiteCatalogue.isBuiltIn(site) || used.contains(site.collection) || identities.contains { $0.identity.domain == site.identity }
    }

    private func standing(at site: Site) -> Standing? {
        guard let domain = site.identity else { return nil }
        let times = Dictionary(identities.compactMap { found in found.lastLogin.map { (found.identity.id, $0) } }) { first, _ in first }
        let outlook = SessionOutlook(domain, lifetime: site.session ?? .zero, identities: identities.map(\.identity), times: times)
        guard let identity = outlook.identity else { return Standing(alias: site.alias, domain: domain, state: .notLinked) }
        var standing = Standing(alias: site.alias, domain: domain, state: .good, username: identity.username)
        guard site.session != nil else { return standing }
        (standing.ends, standing.state) = (outlook.lapses, outlook.lapses.map { $0 > now ? .good : .expired } ?? .notInSession)
        return standing
    }

    /// Of the login alone: what single sites want, not everybody needs.
    package var status: ExitStatus { problem.map { ExitStatus($0, during: .submission) } ?? .ok }
}

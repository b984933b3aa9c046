package import Globus
package import GlobusCLILogin
package import PPTransfer
import PositionedYAML
import SystemFiles

/// Looks, before a model has run for a week, whether its output will find its way: network, login, collections, paths, room in the queue.
///
/// Leaves nothing behind.
package struct Preflight: Sendable {
    private let session: GlobusSession
    private let time: any Timekeeper
    private let warnDays: Int
    private let disk: LocalDisk

    /// How many tasks of one user Globus works on at once, and how many may wait besides.
    private static let (slots, places) = (3, 100)

    /// - Parameter warnDays: below so many days, what is left of a login is a warning.
    package init(_ session: GlobusSession, warnDays: Int, time: any Timekeeper = SystemTimekeeper(), disk: LocalDisk = .system) {
        (self.session, self.warnDays, self.time, self.disk) = (session, warnDays, time, disk)
    }

    /// What the looks add to.
    private struct Findings {
        var report: CheckReport
        var needs = LoginNeeds()
        /// What a later check need not ask for again.
        var places: [KnownChecks.Place] = []
        var logins: [String: KnownLogins.Login] = [:]
        /// What was found at the places that were looked at.
        var looks: [Look: Result<DirectoryEntry, GlobusError>] = [:]
    }

    /// A place whose entry was asked for.
    private struct Look: Hashable {
        var collection: CollectionID
        var path: CollectionPath
        var user: String?
    }

    /// Asks for the entry of a path, once.
    ///
    /// - Parameter users: the accounts that are chosen on the collections.
    private func stat(
        _ path: CollectionPath, at end: ResolvedEnd, as users: [CollectionID: String], _ findings: inout Findings
    ) async throws(GlobusError) -> DirectoryEntry {
        let look = Look(collection: end.collection, path: path, user: users[end.collection])
        if let known = findings.looks[look] { return try known.get() }
        let result: Result<DirectoryEntry, GlobusError>
        do throws(GlobusError) { result = .success(try await session.transfer.acting(as: users).stat(path, on: end.collection)) } catch {
            result = .failure(error)
        }
        findings.looks[look] = result
        return try result.get()
    }

    /// - Parameter journal: keeps what was found, for a quick check; `nil` keeps nothing.
    package func check(_ plans: [TransferPlan], isRehearsal: Bool, keptIn journal: Journal? = nil) async -> CheckReport {
        var findings = Findings(report: CheckReport(isRehearsal: isRehearsal))
        if await services(&findings.report), await login(&findings) {
            let person = await Person(session.login)
            if let text = person.description { findings.report.add("login", .ok, text) }
            if let error = person.error { findings.report.add("login", .unknown, "who it belongs to cannot be seen: \(error)") }
            var seen: [CollectionID: CollectionInfo?] = [:]
            let personals = plans.flatMap(\.personalAccess).map(\.personal)
            for (plan, end) in plans.flatMap({ [($0, $0.source), ($0, $0.destination)] }) where seen[end.collection] == nil {
                let personal = personals.first { $0.collection == end.collection }
                seen[end.collection] = .some(await collection(end, of: plan, personal, for: person, &findings))
            }
            for plan in plans {
                if let problem = plan.permissionProblem { local(problem, of: plan, &findings) }
                await room(for: plan, &findings)
                encryption(of: plan, [seen[plan.source.collection] ?? nil, seen[plan.destination.collection] ?? nil], &findings.report)
                if seen[plan.source.collection] != .some(nil) { await source(of: plan, &findings) }
                if seen[plan.destination.collection] != .some(nil) { await destination(of: plan, &findings) }
            }
            await sharedDestinations(plans, &findings.report)
        }
        findings.report.commands = findings.needs.commands(for: session.login.kind, in: .commands)
        if let journal, findings.report.status == .ok {
            KnownChecks.keep(findings.places, in: journal, now: time.now)
            KnownLogins.keep(findings.logins, in: journal)
        }
        return findings.report
    }

    // MARK: the machine and the login

    private func services(_ report: inout CheckReport) async -> Bool {
        var isReachable = true
        for (address, result) in await session.probe(time) {
            switch result {
            case .failure(let error):
                isReachable = false
                report.add(address, .failed, "\(error)", .unavailable)
            case .success(let probe):
                report.add(address, probe.clockIsWrong ? .warning : .ok, probe.sentence)
            }
        }
        return isReachable
    }

    private func login(_ findings: inout Findings) async -> Bool {
        do throws(GlobusError) {
            let tasks = try await session.transfer.tasks(matching: "status:ACTIVE,INACTIVE/type:TRANSFER,DELETE")
            findings.report.add("login", .ok, "\(session.login.kind.title): accepted")
            let live = tasks.count
            if live >= Self.slots + Self.places {
                findings.report.add("queue", .failed, "\(live) of your tasks are active or queued; Globus accepts no more", .limit)
            } else if live >= Self.slots {
                findings.report.add(
                    "queue", .warning,
                    "\(live) of your tasks are active or queued; Globus works on \(Self.slots) at once, so a new task would wait")
            } else {
                findings.report.add(
                    "queue", .ok, "\(Quantity.count(live, "task")) of yours active; Globus works on \(Self.slots) at once")
            }
            return true
        } catch {
            if case .refused(let refusal) = error.cause { findings.needs.add(refusal, domain: nil) }
            if case .notLoggedIn = error.cause { findings.needs.login = true }
            findings.report.add("login", .failed, "\(error)", ExitStatus(error, during: .submission), requestID: error.requestID)
            return false
        }
    }

    // MARK: a collection

    /// - Returns: `nil` if there is no use in looking further.
    private func collection(
        _ end: ResolvedEnd, of plan: TransferPlan, _ personal: ConnectPersonal?, for person: Person, _ findings: inout Findings
    ) async -> CollectionInfo? {
        let document: CollectionInfo
        do throws(GlobusError) {
            document = try await session.transfer.collection(end.collection)
        } catch {
            let status = ExitStatus(error, during: .submission)
            if let fault = personal?.fault(after: error) {
                findings.report.add(end.name, .failed, fault, .collection, requestID: error.requestID)
            } else {
                findings.report.add(end.name, .failed, "\(error)", status == .failed ? .collection : status, requestID: error.requestID)
            }
            return nil
        }
        if let fault = document.fault(of: personal) {
            findings.report.add(end.name, .failed, fault, .collection)
            return nil
        }
        findings.report.add(end.name, .ok, "'\(document.displayName ?? end.name)' is there (\(document.kindAndRules), \(end.collection))")
        if let personal, document.isConnected == true, !findings.report.isRehearsal {
            let place =
                personal.process.map { "runs on this machine (process \($0))" }
                ?? "does not run on this machine, but on another one, which must have the same files"
            findings.report.add(end.name, .ok, "Globus Connect Personal \(place)")
        }
        if let user = end.localUser, document.entityType != .mappedCollection {
            findings.report.add(
                end.name, .warning, "local_user is '\(user)', and only a mapped collection lets its users choose an account; leave it out")
        }
        if let messages = try? await session.transfer.pauses(on: end.collection).messages, !messages.isEmpty {
            findings.report.add(end.name, .warning, "paused by its administrators: \(messages.joined(separator: "; "))", .paused)
        }
        // What the collection itself says of the login outranks what is expected of it.
        var answer = Answer.accepted
        do throws(GlobusError) { _ = try await stat(end.path, at: end, as: plan.localUsers, &findings) } catch { answer = Answer(error) }
        self.session(at: end, document, of: person, answer, &findings)
        return document
    }

    /// What a collection says of a login that looks at its files.
    private enum Answer {
        case accepted, refused, lacksConsent, unknown

        init(_ error: GlobusError) {
            switch error.refusal?.kind {
            case .authentication, .session: self = .refused
            case .consent: self = .lacksConsent
            case .permission, .notFound, .notADirectory: self = .accepted
            default: self = .unknown
            }
        }
    }

    private func session(
        at end: ResolvedEnd, _ document: CollectionInfo, of person: Person, _ answer: Answer, _ findings: inout Findings
    ) {
        if case .serviceAccount = session.login.kind {
            return findings.report.add(end.name, .ok, "the login of a service account does not expire there")
        }
        let lifetime = document.authenticationTimeoutMinutes.map { Duration.clamped(seconds: $0.clampedProduct(60)) } ?? end.site?.session
        guard let domain = end.site?.identity else { return }
        guard let identities = person.identities else { return }
        guard let lifetime, let times = person.times else {
            guard !identities.contains(where: { $0.domain == domain }) else { return }
            return unlinked(domain, at: end, answer, &findings.report)
        }
        let outlook = SessionOutlook(domain, lifetime: lifetime, identities: identities, times: times)
        if let alias = end.site?.alias, let lapses = outlook.lapses {
            findings.logins[alias] = KnownLogins.Login(domain: domain, lapses: lapses, seen: time.now)
        }
        let who = outlook.identity?.username ?? domain
        // The service judges a login by its own clock.
        switch outlook.standing(session.transfer.now(time), warnDays: warnDays) {
        case .unlinked: unlinked(domain, at: end, answer, &findings.report)
        case .lapsed:
            findings.needs.add(session: domain, as: outlook.identity?.username)
            let since = outlook.lapses.map { "expired on \($0.day)" } ?? "is not part of this session"
            let expectation = "by what is known of the site, the login as \(who) \(since)"
            switch answer {
            case .accepted: findings.report.add(end.name, .warning, "\(expectation); the collection accepts it all the same")
            case .unknown: findings.report.add(end.name, .warning, expectation)
            case .refused, .lacksConsent: findings.report.add(end.name, .failed, "the login as \(who) \(since)", .session)
            }
        // Valid by what is known, and refused: the collection's own words follow with its path.
        case .ending where answer == .refused, .good where answer == .refused: break
        case .ending(let days):
            findings.needs.add(session: domain, as: outlook.identity?.username)
            findings.report.add(end.name, .warning, "the login as \(who) expires in \(Quantity.count(days, "day")); it can be renewed now")
        case .good(let days):
            findings.report.add(end.name, .ok, "the login as \(who) is valid for \(Quantity.count(days, "more day"))")
        }
    }

    private func unlinked(_ domain: String, at end: ResolvedEnd, _ answer: Answer, _ report: inout CheckReport) {
        let what = "you have no identity of \(domain)"
        switch answer {
        case .accepted: report.add(end.name, .note, "\(what), which its site entry expects; the collection accepts your login all the same")
        case .unknown: report.add(end.name, .unknown, "\(what), which its site entry expects")
        case .refused, .lacksConsent:
            report.add(end.name, .failed, "\(what); link one at https://app.globus.org/settings/account/identities", .session)
        }
    }

    // MARK: encryption

    /// Which collections encrypt everything that is sent, and where the description or a site entry says otherwise.
    ///
    /// - Parameter documents: of the source and of the destination; `nil` where there is none.
    private func encryption(of plan: TransferPlan, _ documents: [CollectionInfo?], _ report: inout CheckReport) {
        for (end, document) in zip([plan.source, plan.destination], documents) {
            guard let document else { continue }
            let isExpected = end.site?.forcesEncryption == true
            guard document.forcesEncryption else {
                guard isExpected else { continue }
                report.add(end.name, .warning, "its site entry has 'encrypt: required', but the collection does not require it")
                continue
            }
            if plan.description.transfer.encrypt == .never {
                report.add(end.name, .warning, "encrypts everything that is sent; 'encrypt: false' has no effect")
            } else {
                report.add(end.name, .ok, "encrypts everything that is sent")
            }
        }
    }

    // MARK: this machine's disk

    private func local(_ problem: LocalDiskProblem, of plan: TransferPlan, _ findings: inout Findings) {
        var place = plan.destination.text
        if case .notPermitted(_, isSource: true, _, _) = problem { place = plan.source.text }
        findings.report.add(place, .failed, "\(problem)", problem.status)
    }

    /// Whether what is at the source now fits on this machine's disk, if it goes there.
    private func room(for plan: TransferPlan, _ findings: inout Findings) async {
        guard let destination = plan.localDestination else { return }
        let room: LocalDisk.Room
        do throws(LocalDiskProblem) { room = try disk.room(at: destination.path) } catch { return local(error, of: plan, &findings) }
        guard let free = room.free else { return }
        let scan = try? await plan.scan(through: session.transfer, time: time).0
        guard let manifest = scan?.manifest, !manifest.entries.isEmpty else {
            return findings.report.add(plan.destination.text, .ok, "\(Quantity.bytes(free)) free in \(room.directory) on this machine")
        }
        if let problem = await Workers.detached({ [disk] in plan.diskProblem(receiving: manifest.entries, on: disk) }) {
            return local(problem, of: plan, &findings)
        }
        findings.report.add(
            plan.destination.text, .ok,
            "\(Quantity.bytes(free)) free in \(room.directory) on this machine, for \(Quantity.count(manifest.entries.count, "file")) of "
                + "\(Quantity.bytes(manifest.bytes)) at the source, less what is here already")
    }

    // MARK: the paths

    private func source(of plan: TransferPlan, _ findings: inout Findings) async {
        let end = plan.source
        do throws(GlobusError) {
            let found = try await stat(end.path, at: end, as: plan.localUsers, &findings)
            findings.report.add(end.text, .ok, found.isDirectory ? "the directory is there" : "the file is there")
        } catch {
            if case .refused(let refusal) = error.cause, refusal.kind == .notFound {
                // A cycle's directory comes with its output.
                return findings.report.add(end.text, .warning, "does not exist yet")
            }
            refused(error, at: end, &findings)
        }
    }

    private func destination(of plan: TransferPlan, _ findings: inout Findings) async {
        let end = plan.destination
        var path = end.path
        let transfer = session.transfer.acting(as: plan.localUsers)
        while true {
            do throws(GlobusError) {
                let found = try await stat(path, at: end, as: plan.localUsers, &findings)
                guard found.isDirectory else { return findings.report.add(end.text, .failed, "\(path) is a file", .path) }
                if await writability(of: path, found, for: plan, transfer, &findings) {
                    let place = KnownChecks.Place(source: plan.source.collection, destination: end.collection, directory: path)
                    findings.places.append(place)
                }
                return path == end.path ? await existingFiles(plan, &findings.report) : ()
            } catch {
                guard case .refused(let refusal) = error.cause, refusal.kind == .notFound || refusal.kind == .notADirectory,
                    path != path.parent
                else { return refused(error, at: end, &findings) }
                path = path.parent
            }
        }
    }

    /// A look at files that a run might refuse to replace. What its journal knows is not known here.
    private func existingFiles(_ plan: TransferPlan, _ report: inout CheckReport) async {
        guard let local = plan.localSource, plan.description.existingPolicy != .replace else { return }
        var plan = plan
        if let outcome = plan.requireList() {
            return report.add(local.path, .failed, outcome.whatHappened(plan), outcome.status)
        }
        let scan = await SourceScanner(plan.description.select, links: plan.links).scan(inBackground: local.path)
        let look = DestinationLook(plan: plan, service: session.transfer, time: time)
        guard let found = try? await look.sighting(of: scan.manifest.entries).finding().obstacles, let first = found.files.first else {
            return
        }
        let consequence =
            plan.description.existingPolicy == .fail
            ? "unless its journal shows that it sent them, 'pptransfer run' exits with status \(ExitStatus.exists.number)"
            : "'pptransfer run' replaces them"
        report.add(
            plan.destination.text, .warning,
            "\(Quantity.count(found.count, "file")) of the same names and other content may be there already (\(first)); \(consequence)")
    }

    private func sharedDestinations(_ plans: [TransferPlan], _ report: inout CheckReport) async {
        let shared = await SharedDestinations(plans) { [session, time] plan in
            (try? await plan.scan(through: session.transfer, time: time))?.0.manifest
        }
        for index in plans.indices {
            guard let files = shared.files(of: index, plans) else { continue }
            report.add(plans[index].destination.text, .failed, files.sentence(plans[index]), files.status)
        }
        for warning in shared.warnings(plans) { report.add("description", .warning, "\(warning.what) (\(warning.position))") }
    }

    /// Makes a directory of its own there and has it removed again.
    ///
    /// - Parameter found: what is known of `path`.
    /// - Returns: whether both was possible.
    private func writability(
        of path: CollectionPath, _ found: DirectoryEntry, for plan: TransferPlan, _ transfer: TransferClient, _ findings: inout Findings
    ) async -> Bool {
        let end = plan.destination
        let probe = path.appending(".pptransfer-check-\(UInt32.random(in: .min ... .max))")
        do throws(GlobusError) {
            try await transfer.makeDirectory(probe, on: end.collection)
        } catch {
            if case .refused(let refusal) = error.cause, [.permission, .collectionFault].contains(refusal.kind) {
                findings.report.add(end.text, .failed, "\(path) cannot be written: \(error)", .denied, requestID: refusal.requestID)
                return false
            }
            refused(error, at: end, &findings)
            return false
        }
        if let expected = plan.expectedRights {
            let made = try? await transfer.stat(probe, on: end.collection)
            let isRequired = plan.description.rights.onDifference?.value == .fail
            findings.report.add(rightsIn: path, found, made, expected, isRequired: isRequired, at: end)
        }
        do throws(GlobusError) {
            let task = try await transfer.removeDirectory(probe, on: end.collection, label: "pptransfer check")
            var waited = Duration.zero
            while try await !transfer.task(task).status.hasEnded, waited < .seconds(30) {
                await time.sleep(for: .seconds(1))
                waited += .seconds(1)
            }
            findings.report.add(end.text, .ok, path == end.path ? "the directory can be written" : "\(path) is there and can be written")
            return true
        } catch {
            findings.report.add(end.text, .warning, "\(path) can be written, but \(probe) could not be removed again: \(error)")
            return false
        }
    }

    private func refused(_ error: GlobusError, at end: ResolvedEnd, _ findings: inout Findings) {
        if case .refused(let refusal) = error.cause { findings.needs.add(refusal, domain: end.site?.identity) }
        findings.report.add(end.text, .failed, "\(error)", ExitStatus(error, during: .submission), requestID: error.requestID)
    }
}

extension ServiceProbe {
    /// Whether this machine's clock is further off than a slow answer explains.
    fileprivate var clockIsWrong: Bool {
        clockSkew.map { $0 > ServiceClock.tolerance || $0 < .zero - ServiceClock.tolerance } ?? false
    }

    /// The service tells its time in whole seconds, and an answer takes its time.
    private static let agreement = Duration.seconds(5)

    /// That it answers, and what is known of the clocks.
    fileprivate var sentence: String {
        guard let clockSkew else { return "answers" }
        let size = clockSkew > .zero ? clockSkew : .zero - clockSkew
        let off = "this machine's clock is \(Quantity.timeLeft(size)) \(clockSkew > .zero ? "ahead of" : "behind") its own"
        if clockIsWrong { return "answers, but \(off); logins and file times may be judged wrongly: correct it (usually with NTP)" }
        return size > Self.agreement ? "answers; \(off), which is near enough" : "answers, and its clock agrees with this machine's"
    }
}

/// Who is logged in.
private struct Person {
    var identities: [LinkedIdentity]?
    var times: [String: Timestamp]?
    var error: GlobusError?

    init(_ login: ResolvedLogin) async {
        guard let service = login.identities else { return }
        do throws(GlobusError) {
            identities = try await service.linkedIdentities()
            times = try await service.sessionTimes()
        } catch {
            self.error = error
        }
    }

    var description: String? {
        guard let identities, let first = identities.first else { return nil }
        return identities.count == 1
            ? first.username
            : "\(first.username), linked: "
                + identities.dropFirst().map(\.username).joined(separator: ", ")
    }
}

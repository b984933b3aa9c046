import CycleCalendar
import Globus
package import PositionedYAML
import SystemFiles

/// Turns descriptions into plans: aliases become collections, paths become what the collections accept, labels are made.
package struct Planner: Sendable {
    package var sites: SiteCatalogue
    package var environment: [String: String]
    /// `YYYY-MM-DD`
    package var today: String
    /// A rehearsal's source may lie anywhere on this machine.
    package var isRehearsal: Bool
    package var named: Preparation.NamedCollections
    /// Whether a transfer that only its file names is named after its ends, too.
    var namesByEnds = true
    /// Where the source is on this machine, at the caller's word.
    var localSource: String?
    /// Where the destination is on this machine, likewise.
    var localDestination: String?
    /// The name of this machine, by which sites say what it mounts.
    package var host = Mounts.hostName
    /// Where the system shows its processes.
    var processes = "/proc"

    package init(
        sites: SiteCatalogue, environment: [String: String], today: String, isRehearsal: Bool = false,
        named: Preparation.NamedCollections = .unknown
    ) {
        (self.sites, self.environment, self.today, self.isRehearsal) = (sites, environment, today, isRehearsal)
        self.named = named
    }

    /// - Returns: a plan for each description, and what looks wrong without being an error.
    /// - Throws: every problem of all of them.
    package func plans(for descriptions: [TaskDescription]) throws(Problems) -> (plans: [TransferPlan], warnings: [Problem]) {
        var problems: [Problem] = []
        var plans: [TransferPlan] = []
        let personals = personals(for: descriptions.flatMap { [$0.from.collection.value, $0.to.collection.value] })
        let mounts = mounts(personals)
        for description in descriptions {
            problems += description.warnings + description.filesThatAreNone
            var sites = sites
            sites.acknowledged.formUnion(description.acknowledgedEnds)
            let (source, sourceProblems) = resolve(description.from, "from", sites, personals, rootsOnlyWarn: isRehearsal)
            let (destination, destinationProblems) = resolve(description.to, "to", sites, personals, rootsOnlyWarn: false)
            problems += sourceProblems + destinationProblems
            guard let source, let destination else { continue }
            if let problem = SamePlace.problem(description, from: source, to: destination, mounts) { problems.append(problem) }
            problems += accountProblems(description, from: source, to: destination)
            let local = localSource.map { Mounts.given($0) } ?? mounts.source(description.from, source.site)
            let arrival = localDestination.map { LocalDestination(path: $0) } ?? mounts.destination(description.to, destination)
            if local == nil {
                problems += patternsThatNeedPaths(description.select)
                if description.verify.level == .digest, arrival == nil {
                    problems.append(unreadable(description))
                }
                if description.clean.source == .delete {
                    problems.append(unseen(description, key: "clean.source", "delete", instead: "source: keep"))
                }
            }
            if local == nil, description.select.unreadable == .skip {
                problems.append(
                    Problem(
                        .warning, at: description.from.path.position, key: "select.unreadable",
                        "the source is not on this machine, so that only Globus finds out what may not be read",
                        remedy: "run where the source is mounted, or leave this key out"))
            }
            if let problem = expiry(description) { problems.append(problem) }
            problems += encrypted(description, source, destination)
            if let policy = description.rights.onDifference, description.rights.group == nil, description.rights.mode == nil,
                destination.site.map({ $0.rights == ExpectedRights() }) ?? true
            {
                problems.append(
                    Problem(
                        .warning, at: policy.position, key: "to.on_difference", "neither a group nor a mode is given to compare",
                        remedy: "write 'group:' or 'mode:' beside it, or remove it"))
            }
            var plan = TransferPlan(
                description: description, source: source, destination: destination, localSource: local, localDestination: arrival,
                label: TransferLabel(
                    workflow: description.workflow.value, cycle: description.cycle?.value.description, name: description.name?.value))
            plan.personalAccess = mounts.access(from: (description.from, source), to: (description.to, destination))
            if description.isNamedByFile, namesByEnds {
                plan.formerWorkflow = plan.workflow
                plan.rename(RecordName.name(after: plan.workflow, from: source, to: destination))
            }
            plans.append(plan)
        }
        problems += indistinct(plans) + sharedLists(plans) + personalProblems(plans)
        let found = Problems(problems)
        guard found.errors.isEmpty else { throw found }
        return (plans, found.warnings)
    }

    /// A warning for each collection that is known to encrypt everything, whatever is asked.
    private func encrypted(_ description: TaskDescription, _ source: ResolvedEnd, _ destination: ResolvedEnd) -> [Problem] {
        guard description.transfer.encrypt == .never else { return [] }
        let ends = [(description.from, source), (description.to, destination)]
        return ends.filter { $0.1.site?.forcesEncryption == true }.map { end, found in
            Problem(
                .warning, at: end.collection.position, key: "transfer.encrypt",
                "'false' has no effect: \(found.name) encrypts everything that is sent", remedy: "write 'encrypt: auto', or remove it")
        }
    }

    /// A warning when the source soon no longer has the files.
    private func expiry(_ description: TaskDescription) -> Problem? {
        guard let expires = description.expires, let last = Timestamp(wire: expires.value + " 00:00:00+00:00"),
            let now = Timestamp(wire: today + " 00:00:00+00:00"), last - now < .seconds(7 * 86_400)
        else { return nil }
        return Problem(
            .warning, at: expires.position, key: "from.expires",
            last < now ? "the source kept the files until \(expires.value)" : "the source keeps the files until \(expires.value) only",
            remedy: "check that all of them have arrived")
    }

    /// The errors of an end whose description is not planned.
    func problems(of end: UnplannedEnd) -> [Problem] {
        let personals = personals(for: [end.collection.value])
        let problems =
            if let whole = end.end {
                resolve(whole, end.key, sites, personals, rootsOnlyWarn: end.key == "from" && isRehearsal).1
            } else {
                sites.resolve(end.collection, key: end.key, today: today, localConnectPersonal: { personals.collection }, named: named)
                    .problems
            }
        return problems.filter { $0.severity == .error }
    }

    private func resolve(
        _ end: TaskDescription.End, _ key: String, _ sites: SiteCatalogue, _ personals: ConnectPersonals, rootsOnlyWarn: Bool
    ) -> (ResolvedEnd?, [Problem]) {
        var (found, problems) = sites.resolve(
            end, key: key, today: today, localConnectPersonal: { personals.collection }, named: named, rootsOnlyWarn: rootsOnlyWarn)
        if end.collection.value == .globusConnectPersonal, let choice = personals.choice(at: end.collection.position, key: key) {
            problems.append(choice)
        }
        return (found, problems)
    }

    /// The user's Globus Connect Personals on this machine. Processes are only looked at where one of them may be meant.
    private func personals(for references: [CollectionReference]) -> ConnectPersonals {
        let personals = ConnectPersonals(environment, host: host)
        let mayBeMeant = references.contains { reference in
            switch reference {
            case .globusConnectPersonal, .search: true
            case .id(let id): sites.site(for: id) == nil || personals.personal(of: id) != nil
            case .alias(let alias):
                sites.site(named: alias).map { $0.searchedName != nil || personals.personal(of: $0.collection) != nil } ?? false
            }
        }
        return mayBeMeant ? ConnectPersonals(environment, processes: processes, host: host) : personals
    }

    /// Lines of a Globus Connect Personal's file of paths that nobody understands, of those that are in use.
    private func personalProblems(_ plans: [TransferPlan]) -> [Problem] {
        var seen: Set<String> = []
        return plans.flatMap(\.personalAccess).flatMap { access in
            seen.insert(access.personal.pathsFile).inserted ? access.permitted?.problems(in: access.personal.pathsFile) ?? [] : []
        }
    }

    /// Accounts that cannot be chosen as they are written.
    private func accountProblems(_ description: TaskDescription, from source: ResolvedEnd, to destination: ResolvedEnd) -> [Problem] {
        var problems: [Problem] = []
        for (end, key) in [(description.from, "from"), (description.to, "to")] {
            guard let user = end.localUser, end.collection.value == .globusConnectPersonal else { continue }
            problems.append(
                Problem(
                    at: user.position, key: "\(key).local_user", "a Globus Connect Personal has one account only, that of its owner",
                    remedy: "leave the key out"))
        }
        guard source.collection == destination.collection, source.localUser != destination.localUser else { return problems }
        problems.append(
            Problem(
                at: (description.to.localUser ?? description.from.localUser)?.position ?? description.position, key: "to.local_user",
                "both ends are on \(source.name), and are to be used under different accounts "
                    + "(\(source.localUser.map { "'\($0)'" } ?? "none is named"), \(destination.localUser.map { "'\($0)'" } ?? "none is named"))",
                remedy: "give both ends the same 'local_user'"))
        return problems
    }

    private func mounts(_ personals: ConnectPersonals) -> Mounts {
        var mounts = Mounts(host: host, home: environment["HOME"], isRehearsal: isRehearsal, personals: personals)
        mounts.simulatorFiles = environment["PPTRANSFER_REHEARSAL_FILES"].flatMap { $0.isEmpty ? nil : $0 }
        return mounts
    }

    private func unreadable(_ description: TaskDescription) -> Problem {
        Problem(
            at: description.from.path.position, key: "verify.level",
            "'digest' needs the source or the destination on this machine, and neither '\(description.from.path.value)' nor "
                + "'\(description.to.path.value)' is here",
            remedy: "run where one of them is, or write 'level: size'")
    }

    private func unseen(_ description: TaskDescription, key: String, _ value: String, instead other: String) -> Problem {
        Problem(
            at: description.from.path.position, key: key,
            "'\(value)' needs the source on this machine, and '\(description.from.path.value)' is not here",
            remedy: "run where the source is mounted, or write '\(other)'")
    }

    private func patternsThatNeedPaths(_ select: TaskDescription.Selection) -> [Problem] {
        let patterns = select.include.map { ("select.include", $0) } + select.exclude.map { ("select.exclude", $0) }
        return patterns.filter { $0.1.value.has("/") }.map { key, pattern in
            Problem(
                at: pattern.position, key: key, "'\(pattern.value)' contains a path, and the source is not mounted on this machine",
                remedy: "Globus matches bare names only: write the pattern without '/', or run where the source is mounted")
        }
    }

    /// Several transfers of one workflow and cycle are told apart by their names, in the journal and on the service.
    private func indistinct(_ plans: [TransferPlan]) -> [Problem] {
        var first: [TransferLabel: SourcePosition] = [:]
        return plans.compactMap { plan in
            guard let earlier = first.updateValue(plan.description.position, forKey: plan.label) else { return nil }
            first[plan.label] = earlier
            return Problem(
                at: plan.description.name?.position ?? plan.description.position, key: "name",
                "this transfer has the same workflow, cycle and name as the one at \(earlier)",
                remedy: "give each a name of its own (name: atmos)")
        }
    }

    private func sharedLists(_ plans: [TransferPlan]) -> [Problem] {
        plans.indices.compactMap { plans[$0].description.sharedList(with: plans[..<$0].map(\.description)) }
    }
}

import Globus

/// Turns descriptions into plans: aliases become collections, paths become what the collections accept, labels are made.
public struct Planner: Sendable {
    public var sites: SiteCatalogue
    public var environment: [String: String]
    /// `YYYY-MM-DD`
    public var today: String
    /// A rehearsal's source may lie anywhere on this machine.
    public var isRehearsal: Bool
    public var named: Preparation.NamedCollections

    public init(
        sites: SiteCatalogue, environment: [String: String], today: String, isRehearsal: Bool = false,
        named: Preparation.NamedCollections = .unknown
    ) {
        (self.sites, self.environment, self.today, self.isRehearsal) = (sites, environment, today, isRehearsal)
        self.named = named
    }

    /// - Returns: a plan for each description, and what looks wrong without being an error.
    /// - Throws: every problem of all of them.
    public func plans(for descriptions: [TaskDescription]) throws(Problems) -> (plans: [TransferPlan], warnings: [Problem]) {
        var problems: [Problem] = []
        var plans: [TransferPlan] = []
        for description in descriptions {
            problems += description.warnings
            let (source, sourceProblems) = resolve(description.from, "from", rootsOnlyWarn: isRehearsal)
            let (destination, destinationProblems) = resolve(description.to, "to", rootsOnlyWarn: false)
            problems += sourceProblems + destinationProblems
            guard let source, let destination else { continue }
            let local = localSource(description.from)
            if local == nil {
                problems += patternsThatNeedPaths(description.select)
                if description.verify.level == .digest { problems.append(unseen(description, "verify.level", "digest", "level: size")) }
                if description.clean.source == .delete { problems.append(unseen(description, "clean.source", "delete", "source: keep")) }
            }
            plans.append(
                TransferPlan(
                    description: description, source: source, destination: destination, localSource: local,
                    label: TransferLabel(
                        workflow: description.workflow.value, cycle: description.cycle?.value.description, name: description.name?.value)))
        }
        problems += indistinct(plans)
        let found = Problems(problems)
        guard found.errors.isEmpty else { throw found }
        return (plans, found.warnings)
    }

    private func resolve(_ end: TaskDescription.End, _ key: String, rootsOnlyWarn: Bool) -> (ResolvedEnd?, [Problem]) {
        sites.resolve(
            end, key: key, today: today, localConnectPersonal: { environment["HOME"].flatMap { ConnectPersonal.collection(home: $0) } },
            named: named, rootsOnlyWarn: rootsOnlyWarn)
    }

    /// The source as this machine sees it, if it does: something lies there under the path as it was written.
    ///
    /// A directory of the same name that is not the collection's would give a wrong list of files, never a wrong success: Globus does
    /// not find them, or the proof finds other sizes.
    private func localSource(_ end: TaskDescription.End) -> LocalSource? {
        var path = end.path.value
        if path == "~" || path.hasPrefix("~/") || path == "/~" || path.hasPrefix("/~/") {
            guard end.collection.value == .globusConnectPersonal, let home = environment["HOME"] else { return nil }
            path = home + path.drop { $0 == "/" }.dropFirst()
        }
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        return LocalSource(ifAnythingIsAt: path)
    }

    private func unseen(_ description: TaskDescription, _ key: String, _ value: String, _ other: String) -> Problem {
        Problem(
            at: description.from.path.position, key: key,
            "'\(value)' needs the source on this machine, and '\(description.from.path.value)' is not here",
            remedy: "run where the source is mounted, or write '\(other)'")
    }

    private func patternsThatNeedPaths(_ select: TaskDescription.Selection) -> [Problem] {
        let patterns = select.include.map { ("select.include", $0) } + select.exclude.map { ("select.exclude", $0) }
        return patterns.filter { $0.1.value.contains("/") }.map { key, pattern in
            Problem(
                at: pattern.position, key: key, "'\(pattern.value)' speaks of a path, and the source is not mounted on this machine",
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
}

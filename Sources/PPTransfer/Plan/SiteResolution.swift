package import Globus
package import PositionedYAML

/// One end of a transfer with nothing left to look up.
package struct ResolvedEnd: Sendable, Equatable {
    package var collection: CollectionID
    /// As messages call it: the alias, or the UUID of a collection that no site file knows.
    package var name: String
    package var path: CollectionPath
    package var site: Site?
    /// The account of the user there; `nil` leaves it to the collection.
    package var localUser: String?

    package init(collection: CollectionID, name: String, path: CollectionPath, site: Site?, localUser: String? = nil) {
        (self.collection, self.name, self.path, self.site, self.localUser) = (collection, name, path, site, localUser)
    }
}

extension SiteCatalogue {
    /// Looks up what `end` names.
    ///
    /// - Parameters:
    ///   - key: `from` or `to`, for the messages.
    ///   - today: `YYYY-MM-DD`.
    ///   - localConnectPersonal: the collection of this machine's Globus Connect Personal.
    ///   - named: the collections that are named by what people call them.
    ///   - rootsOnlyWarn: a path outside the collection's roots is a warning; for rehearsals, whose source lies anywhere.
    /// - Returns: the end, unless an error is among the problems.
    package func resolve(
        _ end: TaskDescription.End, key: String, today: String, localConnectPersonal: () -> Result<CollectionID, ConnectPersonals.Fault>,
        named: Preparation.NamedCollections = .unknown, rootsOnlyWarn: Bool = false
    ) -> (ResolvedEnd?, [Problem]) {
        let (found, collectionProblems) = resolve(
            end.collection, key: key, today: today, localConnectPersonal: localConnectPersonal, named: named)
        guard let found else { return (nil, collectionProblems) }
        var problems = collectionProblems
        guard let path = path(of: end, key: key, on: found.site, rootsOnlyWarn: rootsOnlyWarn, &problems),
            problems.allSatisfy({ $0.severity == .warning })
        else { return (nil, problems) }
        let user = end.localUser?.value ?? found.site?.localUser
        return (ResolvedEnd(collection: found.id, name: found.name, path: path, site: found.site, localUser: user), problems)
    }

    /// What a description's collection is.
    package struct FoundCollection {
        var id: CollectionID
        /// As messages call it.
        var name: String
        var site: Site?
    }

    /// Looks up what a description's `collection` names, whatever its path is.
    ///
    /// - Parameters: as above.
    package func resolve(
        _ reference: Positioned<CollectionReference>, key: String, today: String,
        localConnectPersonal: () -> Result<CollectionID, ConnectPersonals.Fault>, named: Preparation.NamedCollections
    ) -> (found: FoundCollection?, problems: [Problem]) {
        let position = reference.position
        let collection: (id: CollectionID, site: Site?)
        var name: String?
        var problems: [Problem] = []
        switch reference.value {
        case .alias(let alias):
            guard let site = site(named: alias) else {
                return (nil, isUnreadable ? [] : [unknown(alias, at: position, key: "\(key).collection")])
            }
            var found = site
            if let text = site.searchedName {
                found.collection = named.collection(called: text) ?? .null
                if found.collection == .null { problems.append(notLookedUp(text, at: position, key: key)) }
            }
            collection = (found.collection, found)
        case .id(let id):
            collection = (id, site(for: id))
            if collection.site == nil, let near = site(nearlyFor: id) {
                problems.append(
                    Problem(
                        .warning, kind: .collection, at: position, key: "\(key).collection",
                        "\(id) is no known collection, but differs in a digit or two from that of \(near.alias) (\(near.collection))",
                        remedy: "write '\(near.alias)', if you mean it"))
            }
        case .globusConnectPersonal:
            switch localConnectPersonal() {
            case .success(let id): collection = (id, site(for: id))
            case .failure(let fault):
                return (
                    nil, [Problem(kind: .collection, at: position, key: "\(key).collection", fault.what, remedy: fault.remedy)]
                )
            }
        case .search(let text):
            let id = named.collection(called: text)
            if id == nil { problems.append(notLookedUp(text, at: position, key: key)) }
            collection = (id ?? .null, id.flatMap { site(for: $0) })
            name = text
        }
        if let site = collection.site { problems += standing(of: site, at: position, key: key, today: today) }
        let shown = collection.site?.alias ?? name ?? collection.id.description
        return (FoundCollection(id: collection.id, name: shown, site: collection.site), problems)
    }

    private func path(
        of end: TaskDescription.End, key: String, on site: Site?, rootsOnlyWarn: Bool, _ problems: inout [Problem]
    ) -> CollectionPath? {
        let position = end.path.position
        do {
            guard let site else { return try CollectionPath(end.path.value) }
            let path = try site.collectionPath(for: end.path.value)
            if let advice = site.advice(for: path) {
                problems.append(
                    Problem(
                        rootsOnlyWarn ? .warning : .error, at: position, key: "\(key).path", "'\(path)' is no longer on \(site.alias)",
                        remedy: advice))
                return path
            }
            if !site.isKnown(path) {
                problems.append(
                    Problem(
                        .warning, at: position, key: "\(key).path", "'\(path)' is not below a path that \(site.alias) is known to have",
                        remedy: "check its spelling; known are \(site.shown.map(\.mount.description).joined(separator: ", "))"))
            }
            guard !site.contains(path) else { return path }
            problems.append(
                Problem(
                    rootsOnlyWarn ? .warning : .error, at: position, key: "\(key).path", "'\(path)' is outside the paths of \(site.alias)",
                    remedy: "give a path in one of \(site.roots.map(\.description).joined(separator: ", ")), or in your home there (/~/)"))
            return path
        } catch {
            problems.append(Problem(error, at: position, key: "\(key).path"))
            return nil
        }
    }

    /// Whether the site may still be used, and how much longer.
    private func standing(of site: Site, at position: SourcePosition, key: String, today: String) -> [Problem] {
        let key = "\(key).collection"
        let successor = site.successor.map { "use '\($0)'" }
        if let retired = site.retired {
            return [
                Problem(
                    kind: .collection, at: position, key: key,
                    "\(site.alias) (\(site.name)\(site.collection == .null ? "" : ", \(site.collection)")) is retired: \(retired)",
                    remedy: successor ?? "name another collection")
            ]
        }
        guard let until = site.until, today > until, !acknowledged.contains(site.alias) else { return [] }
        return [
            Problem(
                .warning, kind: .collection, at: position, key: key,
                "\(site.alias) (\(site.name)) ended on \(until)" + (site.message.map { ": \($0)" } ?? ""),
                remedy: successor ?? "name the collection of your new service, or check that this one still answers")
        ]
    }

    /// What there is to say of an alias that no site has.
    package func unknown(_ alias: String, at position: SourcePosition, key: String = "") -> Problem {
        let known = sites.filter { !$0.isRetired && !Self.isBuiltIn($0) || ["archer2", "jasmin"].contains($0.alias) }.map(\.alias)
            .joined(separator: ", ")
        let near = self.alias(near: alias).map { "did you mean '\($0)'? To" } ?? "known are \(known) and others; to"
        return Problem(
            kind: .collection, at: position, key: key, "no site is called '\(alias)'",
            remedy: "\(near) add a site, \(words[.addSite(alias: alias)])")
    }

    private func notLookedUp(_ name: String, at position: SourcePosition, key: String) -> Problem {
        Problem(
            .warning, at: position, key: "\(key).collection",
            "'\(name)' is searched for at run time; the null UUID is shown in its place",
            remedy: words[.lookUp].oneLine)
    }
}

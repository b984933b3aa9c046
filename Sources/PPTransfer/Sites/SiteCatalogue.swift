public import Globus

/// One end of a transfer with nothing left to look up.
public struct ResolvedEnd: Sendable, Equatable {
    public var collection: CollectionID
    /// As messages call it: the alias, or the UUID of a collection that no site file knows.
    public var name: String
    public var path: CollectionPath
    public var site: Site?

    public init(collection: CollectionID, name: String, path: CollectionPath, site: Site?) {
        (self.collection, self.name, self.path, self.site) = (collection, name, path, site)
    }
}

/// The sites we know: those built in, then those of the user's files, where a later file replaces an alias whole.
public struct SiteCatalogue: Sendable, Equatable {
    /// Sorted by alias.
    public let sites: [Site]

    /// - Parameter sites: in the order of reading; a later one replaces an earlier one of the same alias.
    public init(_ sites: [Site]) {
        var byAlias: [String: Site] = [:]
        for site in sites { byAlias[site.alias] = site }
        self.sites = byAlias.values.sorted { $0.alias < $1.alias }
    }

    /// Reads the built-in sites, then `pptransfer/sites.yaml` in `XDG_CONFIG_HOME` (or `~/.config`) if it is there, then the files that
    /// `PPTRANSFER_SITES` lists with `:` between them, all of which must be there.
    public static func load(environment: [String: String]) throws(Problems) -> SiteCatalogue {
        SiteCatalogue([])
    }

    public func site(named alias: String) -> Site? { sites.first { $0.alias == alias } }

    /// The site whose collection this is. Of several, one in service is preferred.
    public func site(for collection: CollectionID) -> Site? {
        let known = sites.filter { $0.collection == collection }
        return known.first { !$0.isRetired } ?? known.first
    }

    /// Looks up what `end` names.
    ///
    /// - Parameters:
    ///   - key: `from` or `to`, for the messages.
    ///   - today: `YYYY-MM-DD`.
    ///   - localConnectPersonal: the collection of this machine's Globus Connect Personal, if it has one.
    ///   - rootsOnlyWarn: a path outside the collection's roots is a warning; for rehearsals, whose source lies anywhere.
    /// - Returns: the end, unless an error is among the problems.
    public func resolve(
        _ end: TaskDescription.End, key: String, today: String, localConnectPersonal: () -> CollectionID?, rootsOnlyWarn: Bool = false
    ) -> (ResolvedEnd?, [Problem]) {
        (nil, [])
    }
}

import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import Rehearsal
import SystemFiles

/// Where the stand-in's collections have their files: each in a directory of its own, named like the alias.
struct StandInLayout {
    let root: String

    init(root: String) {
        self.root = Journal.absolute(root)
    }

    /// The collections that `plans` speak of. A source of this machine is shown where it lies, read only; everything else is below the root.
    func collections(for plans: [TransferPlan]) -> [StandInCollection] {
        var collections: [CollectionID: StandInCollection] = [:]
        for end in plans.flatMap({ [$0.source, $0.destination] }) where collections[end.collection] == nil {
            collections[end.collection] = collection(end.collection, name: end.name, title: end.site?.name ?? end.name)
        }
        for plan in plans {
            if let group = plan.expectedRights?.group, Self.isForeign(group) { collections[plan.destination.collection]?.groupName = group }
            guard let local = plan.localSource else { continue }
            let directory = local.isFile ? local.path.directory ?? "" : local.path
            let path = local.isFile ? plan.source.path.parent : plan.source.path
            collections[plan.source.collection]?.mounts.append(
                StandInCollection.Mount(directory.isEmpty ? "/" : directory, at: path, isWritable: false, followsLinksOut: true))
        }
        return Array(collections.values)
    }

    /// Every collection that the sites know and that is still in service, and this machine's Globus Connect Personal.
    func collections(of sites: SiteCatalogue, local: Set<String>, environment: [String: String]) -> [StandInCollection] {
        let home = environment["HOME"]
        let known = played(sites).map { site in
            guard local.contains(site.alias) else {
                var collection = collection(site.collection, name: site.alias, title: site.name)
                if let group = site.rights.group, Self.isForeign(group) { collection.groupName = group }
                return collection
            }
            var mounts = [StandInCollection.Mount("/", isWritable: false)]
            if let home, let path = try? CollectionPath("/~") {
                mounts.append(StandInCollection.Mount(home, at: path, isWritable: false, followsLinksOut: true))
            }
            return StandInCollection(id: site.collection, displayName: site.name, mounts: mounts)
        }
        guard let id = personalCollection(environment, besides: sites) else { return known }
        return known + [collection(id, name: id.description, title: "Globus Connect Personal of this machine")]
    }

    /// Whether this machine has no such group: then what arrives is shown as if it had it, as below a directory with the setgid bit.
    private static func isForeign(_ group: String) -> Bool { getgrnam(group) == nil }

    /// The sites in service, each collection once. One that is looked up by its name has a made-up id.
    func played(_ sites: SiteCatalogue) -> [Site] {
        var seen: Set<CollectionID> = []
        let own = sites.sites.filter { !$0.isRetired }.sorted { !SiteCatalogue.isBuiltIn($0) && SiteCatalogue.isBuiltIn($1) }
        return own.compactMap { site in
            var site = site
            // A collection of the user's of this name is what would be found.
            guard site.searchedName == nil || !own.contains(where: { $0.searchedName == nil && $0.name == site.searchedName }) else {
                return nil
            }
            if let name = site.searchedName { site.collection = Preparation.NamedCollections.played.collection(called: name) ?? .null }
            return site.collection != .null && seen.insert(site.collection).inserted ? site : nil
        }
    }

    /// `nil` also if a site has it.
    private func personalCollection(_ environment: [String: String], besides sites: SiteCatalogue) -> CollectionID? {
        let personals = ConnectPersonals(environment, processes: "/proc", host: Mounts.hostName)
        guard case .success(let id) = personals.collection, sites.site(for: id) == nil else { return nil }
        return id
    }

    /// Where the files of each collection are to be put, a line for each.
    func places(of sites: SiteCatalogue, local: Set<String>, environment: [String: String]) -> [String] {
        let shown = played(sites).filter {
            !local.contains($0.alias) && (!SiteCatalogue.isBuiltIn($0) || Self.wellKnown.contains($0.alias))
        }
        let aliases = shown.map(\.alias).sorted()
        let personal = personalCollection(environment, besides: sites).map { [$0.description] } ?? []
        return (aliases + personal).map { "put files of \($0) in \(root.withEndingSlash)\($0)" }
    }

    /// The built-in sites whose places are told; others have theirs likewise.
    private static let wellKnown: Set = ["archer2", "jasmin", "tutorial1", "tutorial2"]

    /// Somebody with an identity of every domain that a site in service wants.
    func person(of sites: SiteCatalogue) -> StandInPerson {
        var person = StandInPerson.example
        let name = person.primary.username.prefix { $0 != "@" }
        var domains: Set<String> = []
        person.linked = sites.sites.filter { !$0.isRetired }.compactMap { site in
            guard let domain = site.identity, domains.insert(domain).inserted else { return nil }
            return StandInIdentity("\(name)@\(domain)", provider: site.name)
        }
        return person
    }

    /// Lets each collection ask for what its site says: consent, an identity, and a login that is not too old.
    func guardCollections(of sites: SiteCatalogue, in configuration: inout StandInConfiguration) {
        for index in configuration.collections.indices {
            guard let site = sites.site(for: configuration.collections[index].id) else { continue }
            configuration.collections[index].requiresConsent = site.wantsConsent
            (configuration.collections[index].identityDomain, configuration.collections[index].sessionLifetime) = (
                site.identity, site.session
            )
        }
    }

    private func collection(_ id: CollectionID, name: String, title: String) -> StandInCollection {
        StandInCollection(id: id, displayName: title, root: "\(root)/\(name)")
    }

    /// Makes the directories, then listens.
    static func start(_ configuration: StandInConfiguration, _ console: Console) async throws -> StandIn {
        for mount in configuration.collections.flatMap(\.mounts) where mount.isWritable {
            do {
                try FileManager.default.createDirectory(atPath: mount.directory, withIntermediateDirectories: true)
            } catch {
                console.error("the directory \(mount.directory) cannot be made; give a directory that you can write to (--root DIR)")
                throw ExitCode(.usage)
            }
        }
        do {
            return try await StandIn.start(configuration)
        } catch {
            let port = configuration.port == 0 ? "no port of 127.0.0.1 is free" : "port \(configuration.port) of 127.0.0.1 is not available"
            console.error("the simulator cannot start, because \(port); leave --port out to let the system choose")
            throw ExitCode(.usage)
        }
    }
}

package import Globus
package import PositionedYAML
import SystemFiles

/// The sites we know: those built in, then those of the user's files, where a later file replaces an alias whole.
package struct SiteCatalogue: Sendable, Equatable {
    /// Sorted by alias.
    package let sites: [Site]
    /// The id of the native application that `pptransfer login` logs in with.
    package let loginApplication: String?
    /// The aliases of sites of which the user knows that their service has ended.
    package var acknowledged: Set<String> = []
    /// How it is worded what may be done about a site that is not here.
    package let words: RemedyWording
    /// Whether the files of sites have errors, so that nobody knows which aliases there are.
    package private(set) var isUnreadable = false

    /// - Parameter sites: in the order of reading; a later one replaces an earlier one of the same alias.
    package init(_ sites: [Site], loginApplication: String? = nil, words: RemedyWording = .library) {
        (self.loginApplication, self.words) = (loginApplication, words)
        var byAlias: [String: Site] = [:]
        for site in sites { byAlias[site.alias] = site }
        self.sites = byAlias.values.sorted { $0.alias < $1.alias }
    }

    /// The catalogue in place of one whose files have errors: of an alias, nothing is said.
    package static func unreadable(words: RemedyWording) -> SiteCatalogue {
        var catalogue = SiteCatalogue([], words: words)
        catalogue.isUnreadable = true
        return catalogue
    }

    package func site(named alias: String) -> Site? { sites.first { $0.alias == alias } }

    /// The site whose collection this is. Of several, one in service is preferred, and of these one of the user's.
    package func site(for collection: CollectionID) -> Site? {
        let known = collection == .null ? [] : sites.filter { $0.collection == collection }
        return known.first { !$0.isRetired && !Self.isBuiltIn($0) } ?? known.first { !$0.isRetired } ?? known.first
    }

    /// The site whose collection's UUID differs from this one in one digit, or by two that have changed places.
    package func site(nearlyFor collection: CollectionID) -> Site? {
        let digits = Array(collection.description.utf8)
        return sites.first { site in
            guard site.collection != .null else { return false }
            let known = Array(site.collection.description.utf8)
            let differing = digits.indices.filter { digits[$0] != known[$0] }
            return differing.count == 1
                || differing.count == 2 && digits[differing[0]] == known[differing[1]] && digits[differing[1]] == known[differing[0]]
        }
    }

    /// The alias that a misspelt one most likely means.
    package func alias(near text: String) -> String? { nearest(to: text, among: sites.map(\.alias)) }
}

extension SiteCatalogue {
    /// Reads the built-in sites, then `pptransfer/sites.yaml` in `XDG_CONFIG_HOME` (or `~/.config`) if it is there, then the files that
    /// `PPTRANSFER_SITES` lists with `:` between them, all of which must be there.
    package static func load(environment: [String: String], words: RemedyWording) throws(Problems) -> SiteCatalogue {
        try read(files(environment), after: SiteFileReader.read(PackageResources.sites_yaml, file: builtInName), words)
    }

    /// Whether a site comes with the program, rather than from a file of its user.
    package static func isBuiltIn(_ site: Site) -> Bool { site.position.file == builtInName }

    private static let builtInName = "sites.yaml (built in)"

    /// The sites that come with this library.
    package static var builtIn: SiteCatalogue {
        let contents = SiteFileReader.read(PackageResources.sites_yaml, file: builtInName)
        return SiteCatalogue(contents.sites, loginApplication: contents.application)
    }

    /// What is wrong in the text of a site file, successors aside.
    ///
    /// - Parameter file: the name that messages use.
    package static func problems(inSiteFile text: [UInt8], called file: String) -> [Problem] {
        SiteFileReader.read(text, file: file).problems
    }

    /// The sites of files, all of which must be there.
    package static func read(_ paths: [String]) throws(Problems) -> SiteCatalogue {
        try read(paths.map { ($0, false) }, after: SiteFileReader.Contents(), .library)
    }

    private static func read(
        _ files: [(path: String, isOptional: Bool)], after known: SiteFileReader.Contents, _ words: RemedyWording
    ) throws(Problems) -> SiteCatalogue {
        var contents = known
        for (path, isOptional) in files {
            do {
                contents.add(SiteFileReader.read(try FileBytes.read(path, limit: YAMLLimits.fileBytes), file: path))
            } catch  where isOptional && error.isMissing {
                continue
            } catch {
                contents.problems.append(
                    Problem(
                        at: SourcePosition(file: path), error.what,
                        remedy: isOptional ? error.remedy : error.remedy + "; \(words[.nameSiteFile])"))
            }
        }
        var catalogue = SiteCatalogue(contents.sites, loginApplication: contents.application, words: words)
        catalogue.acknowledged = contents.acknowledged
        let all = Problems(contents.problems + catalogue.strandedSuccessors)
        guard all.errors.isEmpty else { throw all.limited() }
        return catalogue
    }

    /// Where `load` looks after the built-in sites, in this order.
    package static func files(_ environment: [String: String]) -> [(path: String, isOptional: Bool)] {
        var files: [(path: String, isOptional: Bool)] = []
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.config" }
        // An XDG directory that is not absolute is to be ignored, says its specification.
        if let directory = environment["XDG_CONFIG_HOME"].flatMap({ $0.begins(with: "/") ? $0 : nil }) ?? home {
            files.append((directory + "/pptransfer/sites.yaml", true))
        }
        return files + (environment["PPTRANSFER_SITES"] ?? "").split(separator: ":").map { (String($0), false) }
    }

    /// Successors that are no alias, each at the site that names it.
    private var strandedSuccessors: [Problem] {
        sites.compactMap { site in
            guard let successor = site.successor, self.site(named: successor) == nil else { return nil }
            return Problem(
                at: site.position, key: "\(site.alias).successor", "no site is called '\(successor)'",
                remedy: alias(near: successor).map { "did you mean '\($0)'?" } ?? "add one, or leave the key out")
        }
    }
}

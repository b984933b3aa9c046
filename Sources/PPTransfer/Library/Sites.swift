import PositionedYAML
import SystemFiles

/// The sites that plans are checked with: names for collections, their roots and paths, what they ask of a login.
///
/// A collection that no site has is used by its UUID as it is, without rules and without warnings.
public struct Sites: Sendable, Equatable {
    package let catalogue: SiteCatalogue

    package init(_ catalogue: SiteCatalogue) { self.catalogue = catalogue }

    /// Takes sites. Of several with the same alias the last one counts.
    public init(_ sites: [Site]) { catalogue = SiteCatalogue(sites) }

    /// No site: every collection is named by its UUID.
    public static let none = Sites([])

    /// The sites that come with this library: ARCHER2, JASMIN and the Globus tutorial collections.
    public static let builtIn = Sites(SiteCatalogue.builtIn)

    /// Reads site files. A site of a later file replaces one of the same alias.
    ///
    /// - Parameter paths: files in YAML, in the form of `sites.yaml`.
    /// - Throws: `PPTransferError` with all errors of all files.
    public static func files(_ paths: [String]) throws(PPTransferError) -> Sites {
        do throws(Problems) { return Sites(try SiteCatalogue.read(paths)) } catch { throw PPTransferError(error) }
    }

    /// Returns these sites and others, which replace those of the same alias.
    public func adding(_ others: Sites) -> Sites {
        Sites(
            SiteCatalogue(
                catalogue.sites + others.catalogue.sites,
                loginApplication: others.catalogue.loginApplication ?? catalogue.loginApplication, words: catalogue.words))
    }

    /// The sites in the order of their aliases.
    public var all: [Site] { catalogue.sites }
}

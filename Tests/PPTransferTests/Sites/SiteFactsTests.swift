import Globus
import PositionedYAML
import TestSupport
import Testing

@testable import PPTransfer

/// What is known of sites beyond their collections: paths that exist, paths that are gone, ends of service.
struct SiteFactsTests {
    private let sites: SiteCatalogue

    init() throws { sites = SiteCatalogue.builtIn }

    private func problems(_ text: String, sites: SiteCatalogue? = nil) throws -> [String] {
        let reader = DescriptionReader(variables: Variables())
        let planner = Planner(sites: sites ?? self.sites, environment: [:], today: "2026-11-26")
        do throws(Problems) {
            return try planner.plans(for: try reader.read(Array(text.utf8), file: "t.yaml")).warnings.map { "\($0)" }
        } catch {
            return error.all.map { "\($0)" }
        }
    }

    private func description(from: String = "cosma", to: String = "jasmin", path: String, more: String = "") -> String {
        "pptransfer: 1\nfrom: {collection: \(from), path: /cosma/x}\nto: {collection: \(to), path: \(path)}\n\(more)"
    }

    @Test(arguments: ["/gws/nopw/j04/canari/a", "/work/scratch-pw4/me", "/badc/x", "~/a"])
    func `a path that JASMIN is known to have is not remarked upon`(path: String) throws {
        #expect(try problems(description(path: "\"\(path)\"")).isEmpty)
    }

    @Test func `a path that no one knows is warned of, and one that is gone is refused with what to do`() throws {
        let misspelt = try problems(description(path: "/gsw/nopw/j04/canari"))
        #expect(misspelt.count == 1 && misspelt[0].contains("warning: to.path: '/gsw/nopw/j04/canari' is not below a path"), "\(misspelt)")
        for path in ["/group_workspaces/jasmin2/canari", "/work/scratch-pw2/me"] {
            let gone = try problems(description(path: path))
            #expect(gone.count == 1 && gone[0].contains("error: to.path: '\(path)' is no longer on jasmin; "), "\(gone)")
        }
    }

    @Test(arguments: ["a2f53b7f-1b4e-4dce-9b7c-349ae760fee1", "a2f53b7f-1b4e-4dce-9b7c-349ae760efe0"])
    func `a UUID that is nearly a known one is named`(id: String) throws {
        let found = try problems(description(to: id, path: "/gws/a"))
        #expect(found.count == 1 && found[0].contains("from that of jasmin (a2f53b7f-1b4e-4dce-9b7c-349ae760fee0)"), "\(found)")
    }

    @Test func `who knows that a site has ended is not told again`() throws {
        let ended = try problems(description(from: "archer2", path: "/gws/a").replacing("/cosma/x", with: "/work/x"))
        #expect(ended.count == 1 && ended[0].contains("archer2 (Archer2 file systems) ended on 2026-11-21"), "\(ended)")
        let text = description(from: "archer2", path: "/gws/a", more: "site: {acknowledge_end: archer2}\n").replacing(
            "/cosma/x", with: "/work/x")
        #expect(try problems(text).isEmpty)
        // The record keeps it.
        let read = try DescriptionReader(variables: Variables()).read(Array(text.utf8), file: "t.yaml")
        #expect(read[0].yaml.contains("acknowledge_end: [\"archer2\"]"))
        var acknowledging = sites
        acknowledging.acknowledged = ["archer2"]
        #expect(try problems(text.replacing("site: {acknowledge_end: archer2}\n", with: ""), sites: acknowledging).isEmpty)
    }

    @Test(arguments: ["cirrus", "aps-data", "jasmin-stfc"])
    func `what is retired is refused by its name, with what to do`(alias: String) throws {
        let found = try problems(description(from: alias, path: "/gws/a"))
        #expect(found.count == 1 && found[0].contains("error: from.collection: \(alias) ("), "\(found)")
    }

    @Test func `every fact names its source, and no two sites in service have one collection`() throws {
        let checked = sites.sites.filter { !$0.alias.hasPrefix("tutorial") }
        #expect(checked.filter { $0.source == nil || $0.checked == nil }.map(\.alias).isEmpty)
        let collections = sites.sites.filter { $0.collection != .null }.map(\.collection)
        #expect(Set(collections).count == collections.count)
    }

    @Test func `mistakes in the new keys are told with their places`() throws {
        let text = "a:\n  collection: 0f5c1d2e-7a4b-4c3d-9e8f-1a2b3c4d5e6f\n  shown: [gws]\n  moved: {old: x}\n  session: never\n"
        let problems = SiteCatalogue.problems(inSiteFile: Array(text.utf8), called: "s.yaml").map { "\($0)" }
        #expect(problems.count == 3, "\(problems)")
        #expect(SiteCatalogue.problems(inSiteFile: Array("a: {session: unknown}".utf8), called: "s.yaml").count == 1)
    }
}

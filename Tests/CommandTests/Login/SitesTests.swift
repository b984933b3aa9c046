import Foundation
import Globus
import TestSupport
import Testing

/// `sites add`: from a UUID or a name to an alias that descriptions can use.
struct SitesTests {
    @Test func `a collection gets an alias, once, and other entries stay`() async throws {
        let desk = try Desk()
        let file = "home/.config/pptransfer/sites.yaml"
        let before = try #require(desk.contents(file))
        try await LocalService.with(desk) { service in
            let add = ["sites", "add", "vol", "--collection", "JASMIN Default Collection"]
            let end = try await desk.start(add, service.environment).completed()
            #expect(end.status == 0, "\(end.everything)")
            let after = try #require(desk.contents(file))
            #expect(after.starts(with: before))
            let text = String(decoding: after, as: UTF8.self)
            #expect(text.contains("vol:\n  collection: \(Desk.jasmin)\n  name: \"JASMIN Default Collection\"\n"), "\(text)")
            let listed = try await desk.run("collections", "list", "--long", with: service.environment)
            #expect(listed.status == 0 && listed.output.contains("vol  \(Desk.jasmin)"), "\(listed.everything)")

            let again = try await desk.start(add, service.environment).completed()
            #expect(again.status == 64 && again.errors.contains("'vol' is in "), "\(again.everything)")
            let unknown = try await desk.run("sites", "add", "x", "--collection", "No Such Thing", with: service.environment)
            #expect(unknown.status == 42, "\(unknown.everything)")
            let odd = try await desk.run("sites", "add", "a:b", "--collection", Desk.jasmin, with: service.environment)
            #expect(odd.status == 64, "\(odd.everything)")
            #expect(desk.contents(file) == after)
        }
    }

    @Test func `a site file that cannot be read is left alone`() async throws {
        let desk = try Desk()
        try await LocalService.with(desk) { service in
            try desk.write("own.yaml", "broken: {collection: x\n")
            let end = try await desk.run(
                "sites", "add", "vol", "--collection", Desk.jasmin, "--file", desk.path("own.yaml"), with: service.environment)
            #expect(end.status == 65, "\(end.everything)")
            #expect(desk.contents("own.yaml") == Data("broken: {collection: x\n".utf8))
        }
    }

    @Test func `each site that the program knows is described and planned, and one that is retired says what to do`() async throws {
        let desk = try Desk()
        let list = try JSONValue(text: try await desk.run("collections", "list", "--json", with: ["PPTRANSFER_SITES": ""]).output)
        let sites = try #require(list["collections"].array)
        #expect(sites.count >= 19)
        for site in sites {
            let alias = try #require(site["alias"].string)
            let base = site["roots"][0].string ?? site["shown"][0].string ?? ""
            try desk.write(
                "\(alias).yaml",
                """
                pptransfer: 1
                workflow: u-ab123
                from: {collection: \(alias), path: "\(base)/2026-03/2026-03-Li-1012039"}
                to: {collection: tutorial1, path: /here}
                """)
            let end = try await desk.run("run", "--dry-run", desk.path("\(alias).yaml"), with: ["PPTRANSFER_SITES": ""])
            let isRetired = site["retired"].string != nil
            #expect(end.status == (isRetired ? 42 : 0), "\(end.everything)")
            #expect(end.output.contains("  from      \(alias):\(base)/2026-03/") == !isRetired, "\(end.everything)")
            #expect(!isRetired || end.errors.contains("is retired: "), "\(end.everything)")
        }
    }
}

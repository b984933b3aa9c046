import Foundation
import Globus
import PPTransfer
import PPTransferReports
import Testing

@Suite struct `Site files` {
    @Test func `the built-in sites are complete and correct`() throws {
        let catalogue = try SiteCatalogue.load(environment: [:], words: .commands)
        #expect(
            catalogue.sites.map(\.alias) == [
                "alcf-eagle", "alcf-flare", "alcf-home", "als-data832", "aps-23id", "aps-2bm", "aps-32id", "aps-7bm", "aps-8idi-guest",
                "aps-data", "archer2", "cirrus", "cosma", "jasmin", "jasmin-stfc", "slac-s3df", "slac-s3df-old", "tutorial1", "tutorial2",
            ])
        let archer2 = try #require(catalogue.site(named: "archer2"))
        #expect(archer2.collection == CollectionID("3e90d018-0d05-461a-bbaf-aab605283d21"))
        #expect(archer2.roots.map(\.description) == ["/home", "/work", "/mnt/lustre", "/epsrc", "/general"])
        #expect(archer2.identity == "safe.archer2.ac.uk")
        #expect(archer2.session == .seconds(30 * 86_400))
        #expect(archer2.until == "2026-11-21")
        #expect(archer2.successor == nil)
        #expect(!archer2.isRetired)
        let jasmin = try #require(catalogue.site(named: "jasmin"))
        #expect(jasmin.rate == 500_000_000)
        #expect(jasmin.fileRate == nil)
        #expect(jasmin.collection == CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0"))
        #expect(jasmin.roots.isEmpty)
        #expect(jasmin.until == nil)
        #expect(catalogue.site(named: "jasmin-stfc")?.isRetired == true)
    }

    @Test func `a site file may name the application to log in with; the last that does decides`() throws {
        try withDirectory { directory in
            let first = "00000000-0000-0000-0000-00000000000A"
            let own = try write(
                "pptransfer/sites.yaml", "login: {client: \(first)}\nlab: {collection: \(first), data_access: false}\n", in: directory)
            let silent = try write("silent.yaml", "more: {collection: \(first)}\n", in: directory)
            let group = try write("group.yaml", "login: {client: 00000000-0000-0000-0000-00000000000b}\n", in: directory)
            func catalogue(_ files: String...) throws -> SiteCatalogue {
                try SiteCatalogue.load(environment: ["PPTRANSFER_SITES": files.joined(separator: ":")], words: .commands)
            }
            #expect(try catalogue().loginApplication == nil)
            #expect(try catalogue(own, silent).loginApplication == first.lowercased())
            #expect(try catalogue(own, group).loginApplication == "00000000-0000-0000-0000-00000000000b")
            let sites = try catalogue(own, silent)
            #expect(sites.site(named: "lab")?.wantsConsent == false)
            #expect(sites.site(named: "more")?.wantsConsent == true)
            #expect((sites.site(named: "lab")?.consent, sites.site(named: "more")?.consent) == (false, nil))
            #expect(sites.site(named: "login") == nil)
        }
    }

    @Test func `a later file replaces an alias whole, and may add some`() throws {
        try withDirectory { directory in
            let own = try write(
                "pptransfer/sites.yaml", "jasmin: {collection: 00000000-0000-0000-0000-000000000001, name: Mine}\n", in: directory)
            let group = try write("group.yaml", "monsoon: {collection: 00000000-0000-0000-0000-000000000002, roots: [/]}\n", in: directory)
            let empty = try write("empty.yaml", "# none yet\n", in: directory)
            #expect(own.hasSuffix("/pptransfer/sites.yaml"))
            let catalogue = try SiteCatalogue.load(
                environment: [
                    "XDG_CONFIG_HOME": directory.path, "PPTRANSFER_SITES": "\(group)::\(empty)",
                ], words: .commands)
            let jasmin = try #require(catalogue.site(named: "jasmin"))
            #expect(jasmin.name == "Mine")
            #expect(jasmin.identity == nil)
            #expect(jasmin.position.file == own)
            #expect(catalogue.site(named: "monsoon")?.name == "monsoon")
            #expect(catalogue.site(named: "monsoon")?.roots == [])
            #expect(catalogue.site(named: "archer2") != nil)
        }
    }

    @Test func `the user's file lies in the home directory unless XDG says otherwise`() throws {
        try withDirectory { directory in
            _ = try write(".config/pptransfer/sites.yaml", "mine: {collection: 00000000-0000-0000-0000-000000000001}\n", in: directory)
            #expect(try SiteCatalogue.load(environment: ["HOME": directory.path], words: .commands).site(named: "mine") != nil)
            #expect(
                try SiteCatalogue.load(environment: ["HOME": directory.path, "XDG_CONFIG_HOME": "relative"], words: .commands).site(
                    named: "mine") != nil)
            #expect(
                try SiteCatalogue.load(environment: ["HOME": directory.path, "XDG_CONFIG_HOME": "/nowhere"], words: .commands).site(
                    named: "mine") == nil)
        }
    }

    @Test func `a listed file that is not there is a problem`() {
        #expect(
            problems(["PPTRANSFER_SITES": "/nowhere/sites.yaml"]) == [
                "/nowhere/sites.yaml: error: there is no such file; check the path and the directory you are in; PPTRANSFER_SITES names it"
            ])
    }

    @Test(arguments: siteRows) func `a site file is checked as strictly as a description`(row: Row) throws {
        try withDirectory { directory in
            let path = try write("sites.yaml", row.text, in: directory)
            #expect(problems(["PPTRANSFER_SITES": path]).map { $0.replacing(path, with: "sites.yaml") } == row.lines)
        }
    }

    private func problems(_ environment: [String: String]) -> [String] {
        do {
            _ = try SiteCatalogue.load(environment: environment, words: .commands)
            return []
        } catch {
            return error.all.map(\.description)
        }
    }

    private func write(_ name: String, _ text: String, in directory: URL) throws -> String {
        let file = directory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path
    }
}

private let uuid = "00000000-0000-0000-0000-000000000001"

private let siteRows = [
    Row("rates", "a: {collection: \(uuid), rate: 500 MB/s, file_rate: 20/s}\n"),
    Row(
        "rates without a unit", "a: {collection: \(uuid), rate: 500, file_rate: -1/s}\n",
        "sites.yaml:1:61: error: a.rate: '500' is not a rate; write it as in 500MB/s (kB/s, MB/s, GB/s)",
        "sites.yaml:1:77: error: a.file_rate: '-1/s' is not a rate; write it as in 50/s (files per second)"),
    Row("machines", "a: {collection: \(uuid), here: [ln*, '*.hpc.example.ac.uk']}\nb: {collection: \(uuid), here: []}\n"),
    Row(
        "no machines", "a: {collection: \(uuid), here: [https://ln01/]}\n",
        "sites.yaml:1:62: error: a.here: 'https://ln01/' is not a pattern of host names; write a host name, with '*' for any letters, "
            + "as in ln* or *.jasmin.ac.uk"),
    Row("sound", "a: {collection: \(uuid), session: 10d, until: 2027-02-28, paths: {/mnt/*/a: /a}, message: costs $5}\n"),
    Row("rights", "a: {collection: \(uuid), group: gws_canari, mode: [g+rwX, o-rwx]}\n"),
    Row(
        "wrong rights", "a: {collection: \(uuid), group: -R, mode: 0640}\n",
        "sites.yaml:1:62: error: a.group: '-R' is not the name of a group; write one name, as 'ls -l' shows it at the destination",
        "sites.yaml:1:72: error: a.mode: '0640' is a number, which would also say what others may do; write it as in g+rX or "
            + "\"g+rwX,o-rwx\": u, g, o or a, then +, - or =, then r, w, x or X"),
    Row(
        "a list", "- a\n",
        "sites.yaml:1:1: error: a mapping is required here, but this is a list; write 'alias: {collection: UUID}', one entry per site"),
    Row(
        "a word", "a: \(uuid)\n",
        "sites.yaml:1:4: error: a: a mapping is required here, but this is a single value; write 'a: {collection: UUID}'"),
    Row(
        "bad UUID", "a: {collection: 3e90d018}\n",
        "sites.yaml:1:17: error: a.collection: '3e90d018' is not a UUID; a UUID has 8, 4, 4, 4 and 12 of the digits 0-9 and a-f, with '-' between"
    ),
    Row(
        "no UUID", "a: {name: A}\n",
        "sites.yaml:1:4: error: a.collection: this key is missing; give the collection's UUID, which the web app shows"),
    Row(
        "unknown key", "a: {collection: \(uuid), root: [/a]}\n",
        "sites.yaml:1:55: error: a.root: this key is not known; did you mean 'roots'?"),
    Row(
        "alias twice", "a: {collection: \(uuid)}\na: {collection: \(uuid)}\n",
        "sites.yaml:2:1: error: a: this key is already in line 1; remove one of the two"),
    Row(
        "alias twice, in two documents", "a: {collection: \(uuid)}\n---\na: {collection: \(uuid)}\n",
        "sites.yaml:3:1: error: a: this alias is already in line 1; remove one of the two"),
    Row(
        "alias", "a b: {collection: \(uuid)}\n",
        "sites.yaml:1:1: error: 'a b' cannot be an alias; use letters, digits and '-_.' only"),
    Row(
        "roots and paths", "a: {collection: \(uuid), roots: [work], paths: {mnt: /a, /b: c}}\n",
        "sites.yaml:1:63: error: a.roots: 'work' is relative; give the path from the collection's root, starting with '/', or from your home there, with '/~/'",
        "sites.yaml:1:78: error: a.paths: 'mnt' is relative; give the path from the collection's root, starting with '/', or from your home there, with '/~/'",
        "sites.yaml:1:91: error: a.paths: 'c' is relative; give the path from the collection's root, starting with '/', or from your home there, with '/~/'"
    ),
    Row(
        "paths as a list", "a: {collection: \(uuid), paths: [/a]}\n",
        "sites.yaml:1:62: error: a.paths: a mapping is required here, but this is a list; write '{/mount/prefix: /path/in/the/collection}'"),
    Row(
        "date", "a: {collection: \(uuid), until: 21 November 2026}\n",
        "sites.yaml:1:62: error: a.until: '21 November 2026' is not a date; write it as in 2026-11-21"),
    Row(
        "session", "a: {collection: \(uuid), session: 30}\n",
        "sites.yaml:1:64: error: a.session: '30' has no unit; write 30s, 30m, 30h or 30d for seconds, minutes, hours or days"),
    Row(
        "successor", "a: {collection: \(uuid), successor: jasmine}\n",
        "sites.yaml:1:1: error: a.successor: no site is called 'jasmine'; did you mean 'jasmin'?"),
    Row(
        "tab", "a:\n\tcollection: \(uuid)\n",
        "sites.yaml:2:1: error: a tab in the indentation, which YAML forbids; replace it with spaces"),
    Row(
        "several", "a: {collection: 3e90, until: y}\nb: {colection: \(uuid)}\n",
        "sites.yaml:1:17: error: a.collection: '3e90' is not a UUID; a UUID has 8, 4, 4, 4 and 12 of the digits 0-9 and a-f, with '-' between",
        "sites.yaml:1:30: error: a.until: 'y' is not a date; write it as in 2026-11-21",
        "sites.yaml:2:5: error: b.colection: this key is not known; did you mean 'collection'?"),
]

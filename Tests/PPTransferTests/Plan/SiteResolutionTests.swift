import Foundation
import Globus
import PPTransfer
import PPTransferReports
import PositionedYAML
import Testing

@Suite struct `Resolving an end` {
    let catalogue: SiteCatalogue
    let gcp = CollectionID("00000000-0000-0000-0000-00000000000c")

    init() throws { catalogue = try SiteCatalogue.load(environment: [:], words: .commands) }

    @Test(arguments: [
        ("/work/n02/n02/me", "/work/n02/n02/me"), ("/mnt/lustre/a2fs-work2/work/n02/me", "/work/n02/me"),
        ("/mnt/lustre/a2fs-work4/work", "/work"),
        ("/mnt/lustre/a2fs-nvme/work/n02", "/mnt/lustre/a2fs-nvme/work/n02"),
        ("/mnt/lustre/a2fs-work2/workspace", "/mnt/lustre/a2fs-work2/workspace"),
        ("~/data", "/~/data"), ("/~/", "/~"), ("/home//n02/", "/home/n02"),
    ])
    func `a mount becomes the path that the collection knows`(local: String, path: String) throws {
        let (end, problems) = resolve(.alias("archer2"), local)
        #expect(end?.path.description == path)
        #expect(end?.name == "archer2")
        #expect(problems.isEmpty)
    }

    @Test func `the longest mount prefix wins, whatever the order`() throws {
        var site = try #require(catalogue.site(named: "jasmin"))
        let rules = try [("/mnt", "/a"), ("/mnt/x*", "/b"), ("/mnt/x1", "/c"), ("/mnt/x1/y", "/")].map {
            Site.PathRule(mount: try CollectionPath($0.0), target: try CollectionPath($0.1))
        }
        for rules in [rules, rules.reversed()] {
            site.pathMap = rules
            for (local, path) in [
                ("/mnt/z", "/a/z"), ("/mnt/x2/f", "/b/f"), ("/mnt/x1", "/c"), ("/mnt/x1/y/z", "/z"), ("/mnt/x1/y", "/"), ("/mn", "/mn"),
            ] {
                #expect(try site.collectionPath(for: local).description == path)
            }
        }
    }

    @Test func `a UUID that a site file knows is that site, another is taken as it is`() throws {
        let archer2 = try #require(CollectionID("3E90D018-0d05-461a-bbaf-aab605283d21"))
        #expect(resolve(.id(archer2), "/mnt/lustre/a2fs-work1/work/x").0?.path.description == "/work/x")
        let other = try #require(gcp)
        let (end, problems) = resolve(.id(other), "/x")
        #expect(end == ResolvedEnd(collection: other, name: other.description, path: try CollectionPath("/x"), site: nil))
        #expect(problems.isEmpty)
    }

    @Test func `this machine's Connect Personal is asked for only where it is meant`() {
        #expect(resolve(.globusConnectPersonal, "/x", gcp: gcp).0?.collection == gcp)
    }

    @Test(arguments: [
        (
            CollectionReference.alias("archer"), "/work", "2026-01-01",
            "task.yaml:3:15: error: from.collection: no site is called 'archer'; did you mean 'archer2'? To add a site, run 'pptransfer sites add archer --collection UUID'"
        ),
        (
            .alias("monsoon3"), "/work", "2026-01-01",
            "task.yaml:3:15: error: from.collection: no site is called 'monsoon3'; known are archer2, jasmin and others; to add a site, run 'pptransfer sites add monsoon3 --collection UUID'"
        ),
        (
            .alias("jasmin-stfc"), "/gws", "2026-01-01",
            "task.yaml:3:15: error: from.collection: jasmin-stfc (JASMIN STFC Internal Collection, 9efc947f-5212-4b5f-8c9d-47b93ae676b7) is retired: JASMIN has switched it off; use 'jasmin'"
        ),
        (
            .alias("archer2"), "/gws/x", "2026-01-01",
            "task.yaml:4:9: error: from.path: '/gws/x' is outside the paths of archer2; give a path in one of /home, /work, /mnt/lustre, /epsrc, /general, or in your home there (/~/)"
        ),
        (
            .alias("archer2"), "/workspace", "2026-11-21",
            "task.yaml:4:9: error: from.path: '/workspace' is outside the paths of archer2; give a path in one of /home, /work, /mnt/lustre, /epsrc, /general, or in your home there (/~/)"
        ),
        (
            .alias("archer2"), "/work", "2026-11-22",
            "task.yaml:3:15: warning: from.collection: archer2 (Archer2 file systems) ended on 2026-11-21: ARCHER2 has ended its service, though some access may go on; name the collection of your new service, or check that this one still answers"
        ),
        (
            .globusConnectPersonal, "/x", "2026-01-01",
            "task.yaml:3:15: error: from.collection: you have no Globus Connect Personal on this machine (ln01); set it up (globusconnectpersonal -setup), run on the machine that has it, or name the directory of its settings in GCP_DIR; or write the UUID of its collection here"
        ),
        (
            .search("APS:DM:32ID"), "/x", "2026-01-01",
            "task.yaml:3:15: warning: from.collection: 'APS:DM:32ID' is searched for at run time; the null UUID is shown in its place; 'pptransfer check' searches for it now"
        ),
        (
            .alias("jasmin"), "gws", "2026-01-01",
            "task.yaml:4:9: error: from.path: 'gws' is relative; give the path from the collection's root, starting with '/', or from your home there, with '/~/'"
        ),
    ])
    func `what cannot be resolved says why`(reference: CollectionReference, path: String, today: String, line: String) {
        let (end, problems) = resolve(reference, path, today: today)
        #expect(problems.map(\.description) == [line])
        #expect((end == nil) == problems.contains { $0.severity == .error })
    }

    @Test func `a retired collection is refused under its UUID too, as the collection's fault`() throws {
        let (end, problems) = resolve(.id(try #require(CollectionID("9efc947f-5212-4b5f-8c9d-47b93ae676b7"))), "/x")
        #expect(end == nil)
        #expect(problems.map(\.kind) == [.collection])
        #expect(problems.map(\.remedy) == ["use 'jasmin'"])
    }

    @Test func `an alias in service hides a retired one of the same collection`() throws {
        var revived = try #require(catalogue.site(named: "jasmin-stfc"))
        (revived.alias, revived.retired) = ("stfc", nil)
        let catalogue = SiteCatalogue(catalogue.sites + [revived])
        #expect(catalogue.site(for: revived.collection)?.alias == "stfc")
    }

    @Test func `outside the roots a rehearsal only warns`() {
        let end = end(.alias("archer2"), "/tmp/x")
        let (resolved, problems) = catalogue.resolve(
            end, key: "from", today: "2026-01-01", localConnectPersonal: { .success(.null) }, rootsOnlyWarn: true)
        #expect(resolved?.path.description == "/tmp/x")
        #expect(problems.map(\.severity) == [.warning])
    }

    @Test func `both mistakes of an end are found`() {
        let (end, problems) = resolve(.alias("jasmin-stfc"), "x")
        #expect(end == nil)
        #expect(problems.count == 2)
    }

    private func end(_ reference: CollectionReference, _ path: String) -> TaskDescription.End {
        TaskDescription.End(
            collection: Positioned(reference, at: SourcePosition(file: "task.yaml", line: 3, column: 15)),
            path: Positioned(path, at: SourcePosition(file: "task.yaml", line: 4, column: 9)))
    }

    private func resolve(
        _ reference: CollectionReference, _ path: String, today: String = "2026-01-01", gcp: CollectionID? = nil
    ) -> (ResolvedEnd?, [Problem]) {
        catalogue.resolve(
            end(reference, path), key: "from", today: today,
            localConnectPersonal: { gcp.map { .success($0) } ?? .failure(.none(host: "ln01")) })
    }
}

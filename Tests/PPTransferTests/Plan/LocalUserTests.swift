import Globus
import TestSupport
import Testing

@testable import PPTransfer
@testable import PositionedYAML

/// The accounts that are chosen on collections which map an identity to several.
struct LocalUserTests {
    private func plan(_ from: String, _ to: String = "", sites: String = "") throws -> TransferPlan {
        let text = """
            pptransfer: 1
            workflow: w
            cycle: 1
            from: {collection: one, path: /~/a\(from)}
            to: {collection: two, path: /b\(to)}

            """
        let read = try DescriptionReader(variables: Variables()).read(Array(text.utf8), file: "task.yaml")
        let file = """
            one: {collection: 00000000-0000-0000-0000-00000000000a\(sites)}
            two: {collection: 00000000-0000-0000-0000-00000000000b}
            other: {collection: 00000000-0000-0000-0000-00000000000a}
            """
        let contents = SiteFileReader.read(Array(file.utf8), file: "sites.yaml")
        #expect(contents.problems.isEmpty)
        let planner = Planner(sites: SiteCatalogue(contents.sites), environment: [:], today: "2026-11-26")
        return try #require(try planner.plans(for: read).plans.first)
    }

    private func document(_ plan: TransferPlan) -> String {
        String(decoding: plan.document(.directory, now: Timestamp(secondsSince1970: 0)).encoded(), as: UTF8.self)
    }

    @Test func `they are named to Globus, and a description's comes before the site file's`() throws {
        let named = try plan(", local_user: jdoe", ", local_user: gws_x")
        #expect(document(named).contains(#""source_local_user": "jdoe""#))
        #expect(document(named).contains(#""destination_local_user": "gws_x""#))
        #expect(try plan("", sites: ", local_user: site1").source.localUser == "site1")
        #expect(try plan(", local_user: jdoe", sites: ", local_user: site1").source.localUser == "jdoe")
        #expect(try !document(plan("")).contains("local_user"))
    }

    @Test func `another account is another submission, and of a home another place`() throws {
        let (none, one, other) = (try plan(""), try plan(", local_user: a"), try plan(", local_user: b"))
        #expect(Set([none, one, other].map(\.taskLabel)).count == 3)
        let record = JournalRecord(one, now: Timestamp(secondsSince1970: 0))
        #expect(record.plan.source != JournalRecord.Plan.End(other.source))
        #expect(!record.plan.source.isSamePlace(as: JournalRecord.Plan.End(other.source)))
        // An absolute path is the same directory, whoever looks at it.
        let (here, there) = (JournalRecord.Plan.End(try plan("", ", local_user: a").destination), JournalRecord.Plan.End(none.destination))
        #expect(here != there && here.isSamePlace(as: there))
        // What was run is what is run again.
        #expect(try TransferPlan(record, sites: SiteCatalogue([])).taskLabel == one.taskLabel)
        #expect(record.plan.description.contains("local_user: \"a\""))
    }

    @Test(arguments: [
        ("from: {collection: {gcp: local}, path: /x, local_user: me}", "from.local_user: a Globus Connect Personal has one account only"),
        ("from: {collection: one, path: /x, local_user: 'two words'}", "from.local_user: 'two words' is not the name of an account"),
        ("from: {collection: one, path: /x, local_user: ''}", "from.local_user: the account is missing"),
        (
            "from: {collection: two, path: /x, local_user: me}",
            "both ends are on two, and are to be used under different accounts ('me', none is named)"
        ),
    ])
    func `what cannot be chosen is an error`(from: String, message: String) throws {
        let home = try TemporaryDirectory()
        try DownloadWorld.write("00000000-0000-0000-0000-00000000000c\n", to: home.path + "/.globusonline/lta/client-id.txt")
        let text = "pptransfer: 1\nworkflow: w\n\(from)\nto: {collection: two, path: /b}\n"
        let sites = SiteFileReader.read(
            Array(
                "one: {collection: 00000000-0000-0000-0000-00000000000a}\ntwo: {collection: 00000000-0000-0000-0000-00000000000b}\n".utf8),
            file: "sites.yaml"
        ).sites
        let problems = #expect(throws: Problems.self) {
            let read = try DescriptionReader(variables: Variables()).read(Array(text.utf8), file: "task.yaml")
            var planner = Planner(sites: SiteCatalogue(sites), environment: ["HOME": home.path], today: "2026-11-26")
            planner.processes = home.path
            _ = try planner.plans(for: read)
        }
        #expect("\(try #require(problems))".contains(message), "\(problems.map { "\($0)" } ?? "")")
    }
}

import Globus
import GlobusTesting
import PositionedYAML
import Testing

@testable import PPTransfer

/// Collections by what people call them.
@Suite struct `Collections by name` {
    /// Serves a list of collections in pages, as the search of Globus does.
    private struct Catalogue: CollectionService {
        var collections: [CollectionInfo] = []
        var error: GlobusError?

        func search(_ text: String, offset: Int, limit: Int) async throws(GlobusError) -> EndpointList {
            if let error { throw error }
            let page = Array(collections.dropFirst(offset).prefix(limit))
            return EndpointList(
                endpoints: page, limit: limit, offset: offset, hasNextPage: offset + page.count < collections.count)
        }

        func pauses(on collection: CollectionID) async throws(GlobusError) -> PauseInfo { throw .cancelled }
        func makeDirectory(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) { throw .cancelled }
        func removeDirectory(
            _ path: CollectionPath, on collection: CollectionID, label: String
        ) async throws(GlobusError) -> TaskID { throw .cancelled }
    }

    private func collection(_ number: Int, _ name: String, _ more: [String: JSONValue] = [:]) -> CollectionInfo {
        let fields: [String: JSONValue] = [
            "id": .string(CollectionID.example(number).description), "display_name": .string(name),
            "entity_type": "GCSv5_mapped_collection",
        ]
        return CollectionInfo(fields: fields.merging(more) { $1 })
    }

    private func search(_ collections: [CollectionInfo]) -> CollectionSearch {
        CollectionSearch(service: Catalogue(collections: collections), words: .library)
    }

    private func ids(_ answer: CollectionSearch.Answer) -> [CollectionID] {
        switch answer {
        case .one(let found): [found.id]
        case .several(let found), .none(let found): found.map(\.id)
        }
    }

    private func description(_ reference: CollectionReference) -> TaskDescription {
        let position = SourcePosition(file: "task.yaml", line: 2, column: 3)
        let end = TaskDescription.End(collection: Positioned(reference, at: position), path: Positioned("/x", at: position))
        return TaskDescription(position: position, workflow: Positioned("w", at: position), from: end, to: end)
    }

    @Test func `the one of that name is found on any page`() async throws {
        let many = (0..<250).map { collection($0, "APS data \($0)") }
        let answer = try await search(many + [collection(300, "APS:DM:32ID")]).collection(called: "APS:DM:32ID")
        #expect(ids(answer) == [.example(300)])
        guard case .one = answer else { return #expect(Bool(false), "\(answer)") }
    }

    @Test func `the exact name comes before one in other capitals, which will do if it is the only one`() async throws {
        let two = [collection(1, "aps data"), collection(2, "APS Data")]
        #expect(ids(try await search(two).collection(called: "APS Data")) == [.example(2)])
        let one = try await search([two[0], collection(3, "APS data, old")]).collection(called: "APS Data")
        guard case .one(let found) = one else { return #expect(Bool(false), "\(one)") }
        #expect(found.id == .example(1))
        guard case .several(let several) = try await search(two).collection(called: "Aps DATA") else {
            return #expect(Bool(false))
        }
        #expect(several.map(\.id) == [.example(1), .example(2)])
    }

    @Test func `a bare endpoint is no collection`() async throws {
        let answer = try await search([collection(1, "X", ["non_functional": true])]).collection(called: "X")
        guard case .none(let similar) = answer else { return #expect(Bool(false), "\(answer)") }
        #expect(similar.isEmpty)
    }

    @Test func `several of one name are told apart by kind, organisation, owner, host and connection`() async throws {
        let candidates = [
            collection(1, "Data", ["organization": "Argonne", "gcs_manager_url": "https://a1.data.globus.org"]),
            collection(2, "Data", ["entity_type": "GCP_mapped_collection", "gcp_connected": false, "owner_string": "me@anl.gov"]),
            collection(3, "Data", ["entity_type": "GCSv5_guest_collection", "mapped_collection_display_name": "Eagle"]),
        ]
        let failure = await #expect(throws: CollectionSearch.Failure.self) {
            try await search(candidates).collections(for: [description(.search("Data"))], SiteCatalogue([]))
        }
        guard case .problems(let problems) = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
        #expect(
            problems.all.first?.description
                == "task.yaml:2:3: error: from.collection: 3 collections are called 'Data'; write the UUID of the right one: "
                + "\(CollectionID.example(1)) ('Data', mapped, Argonne, on a1.data.globus.org), "
                + "\(CollectionID.example(2)) ('Data', personal, of me@anl.gov, not connected), "
                + "\(CollectionID.example(3)) ('Data', guest, on Eagle)")
    }

    @Test func `a service that is away is no fault of the name`() async throws {
        let away = GlobusError.unreachable(request: "GET /endpoint_search", .unresolved(host: "h"))
        let search = CollectionSearch(service: Catalogue(error: away), words: .library)
        let failure = await #expect(throws: CollectionSearch.Failure.self) {
            try await search.collections(for: [description(.search("Data"))], SiteCatalogue([]))
        }
        guard case .service(let error, _) = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
        #expect(ExitStatus(lookingUp: error) == .unavailable)
    }

    @Test func `a site may call its collection by a name, which is looked up when the site is used`() async throws {
        let text =
            "beamline: {collection: \"APS:DM:32ID\", identity: anl.gov}\nlinked: {collection: 'https://app.globus.org/file-manager/collections/\(CollectionID.example(9))'}\n"
        let contents = SiteFileReader.read(Array(text.utf8), file: "sites.yaml")
        let (sites, problems) = (contents.sites, contents.problems)
        #expect(problems.isEmpty)
        let catalogue = SiteCatalogue(sites)
        #expect(catalogue.site(named: "linked")?.collection == .example(9))
        #expect(catalogue.site(named: "beamline")?.name == "APS:DM:32ID")
        let described = description(.alias("beamline"))
        let found = try await search([collection(4, "APS:DM:32ID")]).collections(for: [described], catalogue)
        #expect(found == ["APS:DM:32ID": .example(4)])
        let (end, warnings) = catalogue.resolve(
            described.from, key: "from", today: "2026-11-26", localConnectPersonal: { .success(.null) }, named: .found(found))
        #expect(warnings.isEmpty)
        #expect(end?.collection == .example(4))
        #expect(end?.name == "beamline")
        #expect(end?.site?.identity == "anl.gov")
        let (_, unknown) = catalogue.resolve(described.from, key: "from", today: "2026-11-26", localConnectPersonal: { .success(.null) })
        #expect(unknown.map(\.severity) == [.warning])
    }

    @Test func `a path that is not there gets the closest name beside it`() {
        let near = NearestDirectory(path: "/gws", names: ["canari", "cmip"], missing: "canary")
        #expect(near.sentence == "/gws exists, and holds: canari, cmip; did you mean 'canari'?")
        #expect(NearestDirectory(path: "/gws", names: ["a"], missing: "zzz").sentence == "/gws exists, and holds: a")
    }
}

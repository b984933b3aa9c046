import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct FileRouteTests {
    private func operation(_ name: String, _ query: String = "", _ collection: String = World.archer) -> String {
        "/v0.10/operation/endpoint/\(collection)/\(name)?\(query)"
    }

    @Test func `a listing shows what is there, every field of it`() async throws {
        try await World.with { world in
            try world.write("archer2/d/b.pp", "12345")
            try world.write("archer2/d/.hidden", "")
            try world.write("archer2/d/sub/x", "")
            try world.link("archer2/d/alias", to: "b.pp")
            try world.link("archer2/d/broken", to: "nowhere")
            let reply = try await world.client.get(operation("ls", "path=/d"))
            #expect(reply["DATA_TYPE"] == "file_list")
            #expect(reply["path"] == "/d/")
            #expect(reply["total"] == 5)
            #expect(reply.list.compactMap { $0["name"]?.string } == [".hidden", "alias", "b.pp", "broken", "sub"])
            #expect(reply.list.compactMap { $0["type"]?.string } == ["file", "file", "file", "invalid_symlink", "dir"])
            #expect(reply.list[1]["link_target"] == "b.pp")
            #expect(reply.list[1]["size"] == 5)
            #expect(reply.list[2]["link_target"] == .null)
            #expect(reply.list[2].keys.contains("link_target"))
            #expect(reply.list[2]["permissions"]?.string?.count == 4)
            let page = try await world.client.get(operation("ls", "path=/d/&show_hidden=0&orderby=type,name%20DESC&limit=2&offset=1"))
            #expect(page.list.compactMap { $0["name"]?.string } == ["b.pp", "alias"])
            #expect(page["length"] == 2)
            #expect(page["total"] == 4)
            let filtered = try await world.client.get(operation("ls", "path=/d&filter=name:~*b*&filter=type:file"))
            #expect(filtered.list.compactMap { $0["name"]?.string } == ["b.pp"])
        }
    }

    @Test func `a listing without a path shows the home`() async throws {
        try await World.with { world in
            let reply = try await world.client.get(operation("ls"))
            #expect(reply["path"] == "/~/")
            #expect(reply["absolute_path"] == "/home/rehearsal/")
            #expect(reply["total"] == 0)
        }
    }

    @Test(arguments: [
        ("ls", "path=/none", 404, "ClientError.NotFound"), ("ls", "path=/file", 502, "ExternalError.DirListingFailed.NotDirectory"),
        ("ls", "path=relative", 400, "ClientError.BadRequest"), ("stat", "path=/none", 404, "NotFound"),
        ("stat", "", 400, "ClientError.BadRequest"), ("stat", "path=/file/below", 404, "NotFound"),
    ])
    func `what cannot be listed is refused by its reason`(name: String, query: String, status: Int, code: String) async throws {
        try await World.with { world in
            try world.write("archer2/file", "")
            let reply = try await world.client.get(operation(name, query))
            #expect(reply.status == status)
            #expect(reply.code == code)
        }
    }

    @Test func `a collection's refusal is told apart from absence`() async throws {
        let storage = FaultyStorage()
        storage.fail(.list, on: "private", with: EACCES)
        try await World.with({ $0.storage = storage }) { world in
            let reply = try await world.client.get(operation("ls", "path=/private"))
            #expect(reply.status == 502)
            #expect(reply.code == "ExternalError.DirListingFailed.PermissionDenied")
        }
    }

    @Test func `stat shows one path`() async throws {
        try await World.with { world in
            try world.write("archer2/d/a b.pp", "123")
            let reply = try await world.client.get(operation("stat", "path=/d/a+b.pp"))
            #expect(reply["DATA_TYPE"] == "file")
            #expect(reply["name"] == "a b.pp")
            #expect(reply["size"] == 3)
            #expect(try await world.client.get(operation("stat", "path=/d/"))["type"] == "dir")
            #expect(try await world.client.get(operation("stat", "path=/"))["type"] == "dir")
            let message = try await world.client.get(operation("stat", "path=/none"))["message"].string
            #expect(message?.hasPrefix("Path not found, Error (list)") == true)
        }
    }

    @Test func `a name that is not UTF-8 is shown, and found again by what was shown`() async throws {
        try await World.with { world in
            let path = LocalPath(world.directory + "/archer2").appending([0x66, 0xE9])
            try LocalStorage().openForWriting(path, followingLinks: false).close()
            let name = try #require(try await world.client.get(operation("ls", "path=/")).list.first?["name"]?.string)
            #expect(name == "\u{FFFD}fé")
            #expect(try await world.client.get(operation("stat", "path=/\(encoded(name))"))["name"].string == name)
            try await world.transfer([World.item("/\(name)", "/\(name)")])
            let copy = LocalPath(world.directory + "/jasmin").appending([0x66, 0xE9])
            #expect(try LocalStorage().status(copy, followingLinks: false).kind == .file)
        }
    }

    @Test func `mkdir makes one directory, once`() async throws {
        try await World.with { world in
            let made = try await world.client.post(operation("mkdir"), ["DATA_TYPE": "mkdir", "path": "/new"])
            #expect(made["DATA_TYPE"] == "mkdir_result")
            #expect(made.code == "DirectoryCreated")
            let again = try await world.client.post(operation("mkdir"), ["DATA_TYPE": "mkdir", "path": "/new/"])
            #expect(again.status == 502)
            #expect(again.code == "ExternalError.MkdirFailed.Exists")
            let orphan = try await world.client.post(operation("mkdir"), ["DATA_TYPE": "mkdir", "path": "/no/parent"])
            #expect(orphan.status == 502)
            #expect(orphan["message"].string?.contains("No such file or directory") == true)
        }
    }

    @Test func `rename moves within the collection and replaces nothing`() async throws {
        try await World.with { world in
            try world.write("archer2/a", "1")
            try world.write("archer2/b", "2")
            let document: JSONValue = ["DATA_TYPE": "rename", "old_path": "/a", "new_path": "/b"]
            #expect(try await world.client.post(operation("rename"), document).status == 502)
            let moved = try await world.client.post(operation("rename"), ["DATA_TYPE": "rename", "old_path": "/a", "new_path": "/c"])
            #expect(moved.code == "FileRenamed")
            #expect(world.text("archer2/b") == "2")
            #expect(world.text("archer2/c") == "1")
        }
    }

    @Test func `a mount that is not writable is read and never written`() async throws {
        try await World.with({ $0.collections[0].mounts[0].isWritable = false }) { world in
            try world.write("archer2/a", "1")
            #expect(try await world.client.get(operation("ls", "path=/")).status == 200)
            let refused = try await world.client.post(operation("mkdir"), ["DATA_TYPE": "mkdir", "path": "/new"])
            #expect(refused.code == "ExternalError.MkdirFailed.PermissionDenied")
            let renamed = try await world.client.post(operation("rename"), ["DATA_TYPE": "rename", "old_path": "/a", "new_path": "/b"])
            #expect(renamed.code == "ExternalError.RenameFailed.PermissionDenied")
        }
    }

    @Test func `collections are shown whole and found by their words`() async throws {
        try await World.with { world in
            let shown = try await world.client.get("/v0.10/endpoint/\(World.jasmin)")
            let sample = ["entity_type", "high_assurance", "authentication_timeout_mins", "gcp_connected", "DATA", "user_message"]
            for name in sample { #expect(shown.json.keys.contains(name)) }
            #expect(CollectionInfo(fields: shown.json).needsDataAccess)
            #expect(try await world.client.get("/v0.10/endpoint/\(World.jasmin)?fields=id").json.keys.sorted() == ["DATA_TYPE", "id"])
            let found = try await world.client.get("/v0.10/endpoint_search?filter_fulltext=default+jas")
            #expect(found.list.compactMap { $0["id"]?.string } == [World.jasmin])
            #expect(found["has_next_page"] == false)
            let all = try await world.client.get("/v0.10/endpoint_search?filter_fulltext=rehearsal&limit=1")
            #expect(all.list.count == 1)
            #expect(all["has_next_page"] == true)
            #expect(try await world.client.get("/v0.10/endpoint_search").status == 400)
            #expect(try await world.client.get("/v0.10/endpoint_search?filter_scope=my-endpoints").list.isEmpty)
            #expect(try await world.client.get("/v0.10/endpoint_search?filter_scope=neverland").status == 400)
        }
    }

    @Test func `a personal collection that is not connected cannot be listed`() async throws {
        try await World.with({ configuration in
            configuration.collections[0].entityType = .personalMappedCollection
            configuration.collections[0].isConnected = false
        }) { world in
            let listing = try await world.client.get(operation("ls", "path=/"))
            #expect(listing.code == "ExternalError.DirListingFailed.GCDisconnected")
            #expect(try await world.client.get("/v0.10/endpoint/\(World.archer)")["gcp_connected"] == false)
        }
    }
}

import Globus
import TestSupport
import Testing

@testable import PPTransfer

/// One argument of a command that names a place.
@Suite struct `Places as arguments` {
    private static let id = "3e90d018-0d05-461a-bbaf-aab605283d21"
    private static let manager = "https://app.globus.org/file-manager"

    private func place(_ text: String, as role: PlaceArgument.Role = .source, home: String? = "/home/me") throws -> PlaceArgument {
        try PlaceArgument(text, as: role, workingDirectory: "/data/run", home: home)
    }

    private func refusal(_ text: String, home: String? = "/home/me") throws -> String {
        try #require(throws: PlaceProblem.self) { try place(text, home: home) }.description
    }

    @Test(arguments: [
        ("jasmin:/gws/nopw", CollectionReference.alias("jasmin"), "/gws/nopw"), ("jasmin:~/x", .alias("jasmin"), "~/x"),
        ("jasmin:~", .alias("jasmin"), "~"), ("jasmin:/~/x/", .alias("jasmin"), "/~/x/"), ("jasmin:/", .alias("jasmin"), "/"),
        ("APS:DM:32ID:/Smith-2026-11/", .search("APS:DM:32ID"), "/Smith-2026-11/"),
        ("NERSC DTN:/global/a b", .search("NERSC DTN"), "/global/a b"), ("\"APS:DM\":/x", .search("APS:DM"), "/x"),
        ("odd:/name:/x", .search("odd:/name"), "/x"),
        ("Größe:/x", .search("Größe"), "/x"),
    ])
    func `the last colon before a path divides, so that names may hold colons`(
        text: String, collection: CollectionReference, path: String
    ) throws {
        let place = try place(text)
        #expect(place.collection == collection)
        #expect(place.path == path)
    }

    @Test func `after a UUID the first colon divides, so that paths may hold colons`() throws {
        let place = try place("\(Self.id.uppercased()):/a:/b")
        #expect(place.collection == .id(try #require(CollectionID(Self.id))))
        #expect(place.path == "/a:/b")
    }

    @Test(arguments: [
        ("/a/b", "/a/b"), ("/a/b/", "/a/b/"), ("/", "/"), (".", "/data/run"), ("..", "/data"), ("x", "/data/run/x"),
        ("x/y/", "/data/run/x/y/"),
        ("./a:b", "/data/run/a:b"), ("../x/./y/../z", "/data/x/z"), ("~", "/home/me"), ("~/x/", "/home/me/x/"), ("/a:/b", "/a:/b"),
        ("./C:/x", "/data/run/C:/x"), ("a b", "/data/run/a b"), ("../../../..", "/"),
    ])
    func `any other path is this machine's, and made absolute`(text: String, path: String) throws {
        let place = try place(text)
        #expect(place.collection == .globusConnectPersonal)
        #expect(place.path == path)
    }

    @Test(arguments: [
        ("", "the place is empty; write 'COLLECTION:/path', a link of the web app, or a path of this machine"),
        (
            "host:path",
            "'host:path' has a relative path; write 'host:/path' from the collection's root, 'host:~/path' from your home there, "
                + "or './host:path' for a path of this machine"
        ),
        ("jasmin:", "'jasmin:' has no path; write 'jasmin:/path' from the collection's root, or 'jasmin:~/' for your home there"),
        (":/path", "the collection is missing; write its alias, its UUID, its exact name, or a link of the web app"),
        (#"C:\data\x"#, #"'C:\data\x' is a Windows path; write it as Globus Connect Personal does: 'COLLECTION:/C/data/x'"#),
        ("c:/data", "'c:/data' is a Windows path; write it as Globus Connect Personal does: 'COLLECTION:/C/data'"),
        (#"laptop:C:\x"#, #"'laptop:C:\x' is a Windows path; write it as Globus Connect Personal does: 'laptop:/C/x'"#),
        (id, "'\(id)' is a collection without a path; write '\(id):/path'"),
        (
            "\(id.dropLast()):/x",
            "'\(id.dropLast())' is not a UUID; a UUID has 8, 4, 4, 4 and 12 of the digits 0-9 and a-f, with '-' between"
        ),
        (
            "~you/x",
            "'~you/x' is the home directory of somebody else; write the whole path, or './~you/x' for a directory that is called so"
        ),
        ("jasmin:/a\nb", "the path '/a\\nb' holds a control character; remove it"),
        (
            "\(manager)?origin_id=\(id)",
            "the link names no directory (origin_path); write it behind the collection: '\(id):/path'; "
                + "or copy it from the browser while the file manager shows the directory"
        ),
        (
            "https://app.globus.org/activity",
            "this is not a link to the file manager of the Globus web app (https://app.globus.org/file-manager?…); "
                + "copy it from the browser while the file manager shows the directory"
        ),
    ])
    func `a text that names no place says what to write`(text: String, message: String) throws {
        #expect(try refusal(text) == message)
    }

    @Test func `a home directory needs HOME`() throws {
        #expect(try refusal("~/x", home: nil) == "'~/x' needs your home directory, and HOME is not set; write the whole path")
    }

    @Test(arguments: [
        "\(manager)?origin_id=\(id)&origin_path=%2Fa%20b%2F", "\(manager)?origin_id=\(id)&amp;origin_path=/a+b/",
        "https://www.globus.org/app/transfer?origin_id=\(id)&origin_path=%2Fa+b%2F&two_pane=true",
        "app.globus.org/file-manager?origin_path=%2Fa%20b%2F&origin_id=\(id.uppercased())#x",
        "HTTPS://app.globus.org/file-manager/?origin_id=\(id)&origin_path=%2Fa%20b%2F",
        "\(manager)?destination_id=\(id)&destination_path=/a+b/",
        "\(manager)/collections/\(id)/overview:/a b/", "\(manager)/collections/\(id):/a b/", "\(manager)?origin_id=\(id):/a b/",
    ])
    func `every form of link names its directory`(link: String) throws {
        let place = try place(link)
        #expect(place.collection == .id(try #require(CollectionID(Self.id))))
        #expect(place.path == "/a b/")
    }

    @Test(arguments: [
        ("jasmin", CollectionReference.alias("jasmin"), nil), ("APS:DM:32ID", .search("APS:DM:32ID"), nil),
        ("jasmin:/x", .alias("jasmin"), "/x"),
        ("APS:DM:32ID:~/x", .search("APS:DM:32ID"), "~/x"),
    ])
    func `to look at, a collection alone will do`(text: String, collection: CollectionReference, path: String?) throws {
        let place = try PlaceArgument.listed(text)
        #expect(place.collection == collection)
        #expect(place.path == path)
    }

    @Test(arguments: ["\(manager)?origin_id=\(id)", "\(manager)/collections/\(id)/overview", id])
    func `of a link without a directory the collection is looked at`(text: String) throws {
        let place = try PlaceArgument.listed(text)
        #expect(place.collection == .id(try #require(CollectionID(Self.id))))
        #expect(place.path == nil)
    }

    @Test func `a path of this machine is no collection's`() {
        #expect(throws: PlaceProblem("'/data' names no collection", remedy: "write 'COLLECTION:/path'")) {
            try PlaceArgument.listed("/data")
        }
    }

    @Test func `of a link that shows two directories each end takes its own`() throws {
        let other = "a2f53b7f-1b4e-4dce-9b7c-349ae760fee0"
        let link = "\(Self.manager)?origin_id=\(Self.id)&origin_path=/from&destination_id=\(other)&destination_path=/to"
        #expect(try place(link, as: .source).path == "/from")
        let destination = try place(link, as: .destination)
        #expect(destination.path == "/to")
        #expect(destination.collection == .id(try #require(CollectionID(other))))
    }

    @Test(arguments: [
        ("jasmin", CollectionReference.alias("jasmin")), ("vaults", .search("vaults")), ("APS:DM:32ID", .search("APS:DM:32ID")),
        (" NERSC DTN\n", .search("NERSC DTN")),
    ])
    func `a word that no site has as its alias is a name`(word: String, reference: CollectionReference) throws {
        #expect(try SiteCatalogue.builtIn.reference(word) == reference)
    }

    @Test(arguments: [id, "\(manager)/collections/\(id)/overview", "\(manager)?origin_id=\(id)&origin_path=%2Fa"])
    func `a collection may be given by its UUID or by a link`(word: String) throws {
        #expect(try SiteCatalogue.builtIn.reference(word) == .id(try #require(CollectionID(Self.id))))
    }
}

import Foundation
import Globus
import TestSupport
import Testing

@testable import PPTransfer

/// Which Globus Connect Personal a user means, in a home and under processes that a test has made.
struct ConnectPersonalTests {
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    private static let ids = ["a": "00000000-0000-0000-0000-00000000000a", "b": "00000000-0000-0000-0000-00000000000b"]

    /// The home, and what is set up below it: `.globusonline`, `gcp-b`.
    private func setUp(_ directory: String, _ id: String) throws {
        try DownloadWorld.write((Self.ids[id] ?? id) + "\n", to: place.path + "/home/\(directory)/lta/client-id.txt")
    }

    private func process(_ number: Int, _ words: [String], home: String? = nil, in directory: String? = nil) throws {
        let root = "\(place.path)/proc/\(number)"
        try DownloadWorld.write(words.map { $0 + "\0" }.joined(), to: root + "/cmdline")
        try DownloadWorld.write("PATH=/bin\0HOME=\(home ?? place.path + "/home")\0", to: root + "/environ")
        if let directory { try FileManager.default.createSymbolicLink(atPath: root + "/cwd", withDestinationPath: directory) }
    }

    private func found(_ variable: String? = nil) -> ConnectPersonals {
        var environment = ["HOME": place.path + "/home"]
        environment["GCP_DIR"] = variable
        return ConnectPersonals(environment, processes: place.path + "/proc", host: "ln01")
    }

    private func failure(_ personals: ConnectPersonals) -> ConnectPersonals.Fault? {
        if case .failure(let fault) = personals.local { fault } else { nil }
    }

    @Test func `the one in the home directory is found by what its set-up leaves, and how to start it`() throws {
        #expect(failure(found()) == .none(host: "ln01"))
        try setUp(".globusonline", "a")
        let chosen = try found().local.get()
        #expect(chosen.collection == CollectionID(Self.ids["a"] ?? ""))
        #expect(chosen.process == nil)
        #expect(chosen.start == "globusconnectpersonal -start &")
        try setUp(".globusonline", "nonsense")
        #expect(failure(found())?.what == "'\(place.path)/home/.globusonline/lta/client-id.txt' holds no UUID of a collection")
    }

    @Test(
        arguments: [
            (["/bin/sh", "./globusconnectpersonal", "-start", "-dir", "HOME/gcp-b"], nil),
            (["python3", "/opt/gcp/gc.py", "-dir", "gcp-b/", "-start"], "HOME"),
            (["/opt/globusconnect", "-dir", "HOME/gcp-b", "-start", "-restrict-paths", "rw/x"], nil),
        ] as [([String], String?)])
    func `one that runs with its own directory comes before the one at home, and the choice is named`(
        words: [String], directory: String?
    ) throws {
        let home = place.path + "/home"
        try setUp(".globusonline", "a")
        try setUp("gcp-b", "b")
        try process(41, words.map { $0.replacingOccurrences(of: "HOME", with: home) }, in: directory.map { _ in home })
        let personals = found()
        let chosen = try personals.local.get()
        #expect(chosen.directory == home + "/gcp-b")
        #expect(chosen.process == 41)
        #expect(chosen.restrictsPaths == words.contains("-restrict-paths"))
        #expect(chosen.start == "globusconnectpersonal -dir \(home)/gcp-b -start &")
        let choice = try #require(personals.choice(at: .init(file: "t.yaml", line: 2, column: 1), key: "from")).description
        let both = "this machine has 2 Globus Connect Personals of yours: '\(home)/gcp-b' (\(Self.ids["b"] ?? ""), running), "
        #expect(choice.contains(both), "\(choice)")
        #expect(choice.contains("used is the one that runs; set GCP_DIR to the directory"), "\(choice)")
        // The variable decides, without a word.
        let named = found("~/.globusonline")
        #expect(try named.local.get().collection == CollectionID(Self.ids["a"] ?? ""))
        #expect(named.choice(at: .init(file: "t.yaml"), key: "from") == nil)
        // Either is known by its UUID, whichever is chosen.
        #expect(named.personal(of: try #require(CollectionID(Self.ids["b"] ?? "")))?.process == 41)
    }

    @Test func `of two that run none is taken, and both are named`() throws {
        try setUp(".globusonline", "a")
        try setUp("gcp-b", "b")
        try process(41, ["sh", "/x/globusconnectpersonal", "-start"])
        try process(42, ["sh", "/x/globusconnectpersonal", "-start", "-dir", place.path + "/home/gcp-b"])
        let several = try #require(failure(found()))
        #expect(several.what.hasPrefix("2 Globus Connect Personals of yours run on this machine (ln01): '~/.globusonline' ("))
        #expect(several.remedy.hasPrefix("set GCP_DIR to the directory of the one that you mean"))
        #expect(try found(place.path + "/home/gcp-b/").local.get().process == 42)
    }

    @Test func `one directory under two names is one Globus Connect Personal`() throws {
        try setUp("gcp-b", "b")
        try FileManager.default.createSymbolicLink(
            atPath: place.path + "/home/link", withDestinationPath: place.path + "/home/gcp-b")
        try process(41, ["sh", "/x/globusconnectpersonal", "-start", "-dir", place.path + "/home/gcp-b"])
        let linked = found("~/link/")
        #expect(linked.all.count == 1)
        #expect(try linked.local.get().process == 41)
    }

    @Test func `other programs, other homes and what does not serve are not taken for one`() throws {
        try setUp(".globusonline", "a")
        try process(41, ["vi", "/x/globusconnectpersonal.txt", "-start", "-dir", "/b"])
        try process(42, ["sh", "/x/globusconnectpersonal", "-status", "-dir", "/b"])
        try process(43, ["sh", "/x/globusconnectpersonal", "-start", "-dir", "/b"], home: "/home/somebody")
        try process(44, [])
        try DownloadWorld.write("", to: place.path + "/proc/version")
        #expect(try found().local.get().process == nil)
        #expect(found().all.count == 1)
    }

    @Test func `a directory that is not on this machine is named with its variable`() throws {
        try setUp(".globusonline", "a")
        let fault = try #require(failure(found("/scratch/me/gcp")))
        #expect(
            fault.what == "GCP_DIR is '/scratch/me/gcp', and there is no '/scratch/me/gcp/lta/client-id.txt' on this machine (ln01)")
        #expect(fault.remedy.contains("run on a machine that mounts it"))
    }

    @Test func `one that is not connected is reported with the command that starts it, or with its process`() throws {
        let document = CollectionInfo(fields: ["display_name": "my laptop", "gcp_connected": false])
        #expect(document.fault?.hasSuffix("start Globus Connect Personal on its machine") == true)
        try setUp("gcp b", "b")
        let stopped = try found(place.path + "/home/gcp b").local.get()
        #expect(document.fault(of: stopped)?.contains("(globusconnectpersonal -dir '\(place.path)/home/gcp b' -start &)") == true)
        try process(7, ["/x/globusconnectpersonal", "-start", "-dir", place.path + "/home/gcp b"])
        let running = try found().local.get()
        #expect(document.fault(of: running)?.contains("although Globus Connect Personal runs on this machine (process 7)") == true)
        #expect(CollectionInfo(fields: ["gcp_connected": true]).fault(of: stopped) == nil)
    }
}

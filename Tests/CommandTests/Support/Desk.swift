import Foundation
import TestSupport
import Testing

/// What a user has: a home with a site file, a directory to work in, a cycle's output. Gone with the test.
///
/// The sites are this test's own, so that no retirement in the built-in list changes a test from one day to the next.
final class Desk: Sendable {
    static let archer2 = "3e90d018-0d05-461a-bbaf-aab605283d21"
    static let jasmin = "a2f53b7f-1b4e-4dce-9b7c-349ae760fee0"
    static let vault = "11111111-2222-4333-8444-555555555555"
    static let clientID = "7b1f3a52-6d0e-4c8b-9f27-d4e05c1a8396"

    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try write(
            "home/.config/pptransfer/sites.yaml",
            """
            archer2: {collection: \(Self.archer2), name: Archer2 file systems, identity: safe.archer2.ac.uk}
            jasmin: {collection: \(Self.jasmin), name: JASMIN Default Collection, identity: accounts.jasmin.ac.uk}
            vault: {collection: \(Self.vault), name: Vault, roots: [/vault]}
            """)
        for name in ["suite", "data"] {
            try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
        }
    }

    /// Where the program is started.
    var suite: String { path("suite") }
    /// The source of `description()`.
    var data: String { path("data") }
    /// All that the program finds in its environment.
    var environment: [String: String] {
        var environment = ["HOME": path("home"), "PATH": "/usr/bin:/bin"]
        environment["LLVM_PROFILE_FILE"] = ProcessInfo.processInfo.environment["LLVM_PROFILE_FILE"]
        return environment
    }

    func path(_ name: String) -> String { directory.path + "/" + name }

    // MARK: files

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ bytes: Data) throws {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: url)
    }

    /// Writes a description into the suite's directory.
    func describe(_ text: String, as name: String = "task.yaml") throws { try write("suite/" + name, text) }

    func contents(_ name: String) -> Data? { FileManager.default.contents(atPath: path(name)) }
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// Every file below `name`, by its path from there.
    func tree(_ name: String) throws -> [String: Data] {
        var tree: [String: Data] = [:]
        for item in try FileManager.default.subpathsOfDirectory(atPath: path(name)) {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path(name) + "/" + item, isDirectory: &isDirectory), !isDirectory.boolValue else {
                continue
            }
            tree[item] = contents(name + "/" + item)
        }
        return tree
    }

    /// From `data` to `/gws/canari/{cycle}` on JASMIN, with `more` lines after it.
    func description(_ more: String = "", cycle: String? = "19880901T0000Z", from: String? = nil, to: String = "/gws/canari/{cycle}")
        -> String
    {
        """
        pptransfer: 1
        workflow: u-ab123
        \(cycle.map { "cycle: \($0)" } ?? "# no cycle")
        from: {collection: archer2, path: "\(from ?? data)"}
        to: {collection: jasmin, path: "\(to)"}
        \(more)

        """
    }

    // MARK: running

    /// Starts the program; the caller ends it.
    func start(
        _ arguments: [String], _ extra: [String: String] = [:], input: Program.Input = .nothing, output: Program.Stream = .captured,
        errors: Program.Stream = .captured, wrapper: [String] = [], in folder: String? = nil
    ) throws -> Program {
        try Program(
            wrapper + [Program.path] + arguments, in: folder ?? suite, environment: environment.merging(extra) { _, last in last },
            input: input,
            output: output, errors: errors)
    }

    /// Runs the program to its end in another directory than the suite's.
    func run(_ arguments: [String], in folder: String) async throws -> Completed {
        try await Turns.programs.pass { try await self.start(arguments, in: folder).completed() }
    }

    func run(arguments: [String], with extra: [String: String]) async throws -> Completed {
        try await Turns.programs.pass { try await self.start(arguments, extra).completed() }
    }

    /// Runs the program to its end.
    func run(
        _ arguments: String..., with extra: [String: String] = [:], input: Program.Input = .nothing, output: Program.Stream = .captured,
        errors: Program.Stream = .captured, wrapper: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Completed {
        try await Turns.programs.pass {
            try await self.start(arguments, extra, input: input, output: output, errors: errors, wrapper: wrapper)
                .completed(sourceLocation: sourceLocation)
        }
    }

    /// What points the program at a service, with a token that is no secret.
    static func service(_ base: String, token: String = "a-token") -> [String: String] {
        [
            "GLOBUS_SDK_SERVICE_URL_TRANSFER": base, "GLOBUS_SDK_SERVICE_URL_AUTH": base, "PPTRANSFER_ACCESS_TOKEN": token,
        ]
    }
}

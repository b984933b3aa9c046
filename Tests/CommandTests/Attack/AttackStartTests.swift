import Foundation
import TestSupport
import Testing

/// Arguments that are swallowed, or are not what they seem: no status 0 without the work.
struct AttackStartTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.stage("s", in: "data")
        try desk.describe(desk.description("clean: {source: delete}"))
        try desk.describe(desk.description(from: desk.path("none")), as: "missing.yaml")
        try desk.describe("", as: "empty.yaml")
        try desk.describe("# pptransfer: 1\n", as: "comment.yaml")
        try desk.describe(String(desk.description().prefix(30)), as: "cut.yaml")
    }

    @Test(arguments: [
        ["run"], ["run", ""], ["run", "/dev/null"], ["run", "empty.yaml"], ["run", "comment.yaml"], ["run", "cut.yaml"], ["run", "."],
        ["run", "--cycle", "task.yaml"], ["run", "--journal", "task.yaml"], ["run", "--", "--help"], ["run", "task.yaml", ""],
        ["", "run", "task.yaml"], ["--", "run", "task.yaml"], ["Run", "task.yaml"], ["run task.yaml"], ["task.yaml"],
    ])
    func `a call from which something is missing is no success, and sends nothing`(arguments: [String]) async throws {
        try await AttackWorld.with(desk) { world in
            let scene = try Scene(desk, guarded: ["data"])
            let end = try await desk.start(arguments, world.environment()).completed()
            #expect(end.status > 0, "\(end.status) \(end.everything)")
            #expect(end.status != 1, "\(end.status) \(end.everything)")
            #expect(try scene.complaints(claimsArchive: false).isEmpty)
            #expect(world.submissions == 0)
        }
    }

    /// Python, which the TLS front needs too, starts it under names that a shell would not give it.
    @Test(arguments: ["--version", "help", "--help", "run", "-"])
    func `the name under which it is started is no argument`(name: String) async throws {
        let starter = ["/usr/bin/python3", "-c", "import os, sys; os.execv(sys.argv[2], [sys.argv[1]] + sys.argv[3:])", name]
        try await AttackWorld.with(desk) { world in
            let missing = try await world.run("run", "missing.yaml", wrapper: starter, guarded: ["data"])
            #expect(missing.status == 10, "\(missing.everything)")
            let end = try await world.run("run", "task.yaml", wrapper: starter)
            #expect(end.status == 0, "\(end.everything)")
            #expect(try desk.tree("data").isEmpty)
        }
    }

    @Test func `an environment of only what is needed, and one that is full, change nothing`() async throws {
        try await AttackWorld.with(desk) { world in
            let full = Dictionary(uniqueKeysWithValues: (0..<2000).map { ("FILLED_\($0)", String(repeating: "x", count: 200)) })
            #expect(try await world.run("run", "missing.yaml", with: full, guarded: ["data"]).status == 10)
            let needed = world.environment().merging(["HOME": desk.path("home")]) { $1 }.map { "\($0)=\($1)" }
            let bare = ["/usr/bin/env", "-i"] + needed
            #expect(try await world.run("run", "missing.yaml", wrapper: bare, guarded: ["data"]).status == 10)
            let end = try await world.run("run", "task.yaml", wrapper: bare)
            #expect(end.status == 0, "\(end.everything)")
            #expect(try desk.tree("data").isEmpty)
        }
    }

    private static let compiler = ["/usr/bin/cc", "/usr/bin/clang", "/usr/bin/gcc"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: compiler != nil, "no C compiler: the tests above need none"))
    func `a library that sets variables first, and changes the program's name, swallows neither file nor work`() async throws {
        try desk.write(
            "tools/preload.c",
            """
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/prctl.h>
            __attribute__((constructor)) static void begin(int count, char **values, char **environment) {
                char name[32];
                for (int i = 0; i < 500; i++) {
                    snprintf(name, sizeof name, "PRELOADED_%d", i);
                    setenv(name, "a value that makes the environment move", 1);
                }
                prctl(PR_SET_NAME, "other", 0, 0, 0);
                if (count > 0) for (char *c = values[0]; *c; c++) *c = '-';
            }
            """)
        let library = desk.path("tools/preload.so")
        let made = try await Program(
            [try #require(Self.compiler), "-shared", "-fPIC", "-o", library, desk.path("tools/preload.c")], in: desk.suite,
            environment: ProcessInfo.processInfo.environment
        ).completed()
        try #require(made.status == 0, "\(made.errors)")
        try await AttackWorld.with(desk) { world in
            let preload = ["LD_PRELOAD": library]
            #expect(try await world.run("run", "missing.yaml", with: preload, guarded: ["data"]).status == 10)
            #expect(try await desk.start([], world.environment().merging(preload) { $1 }).completed().status == 64)
            let end = try await world.run("run", "task.yaml", with: preload)
            #expect(end.status == 0, "\(end.everything)")
            #expect(try desk.tree("data").isEmpty)
        }
    }
}

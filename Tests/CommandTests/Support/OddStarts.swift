import Foundation
import PositionedYAML
import Testing

/// Ways in which a program may be started that no shell starts it in.
extension Desk {
    /// In front of a command: nothing is mounted at /proc, in a mount table of its own.
    static let withoutProc = [
        "/usr/bin/unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c",
        #"mount -t tmpfs none /proc || exit 99; exec "$0" "$@""#,
    ]

    /// Variables that load a library which itself sets so many variables that the environment moves.
    func preload() async throws -> [String: String] {
        let library = try await compile(
            """
            #include <stdio.h>
            #include <stdlib.h>
            __attribute__((constructor)) static void begin(void) {
                for (int i = 0; i < 200; i++) {
                    char name[32];
                    snprintf(name, sizeof name, "PRELOADED_%d", i);
                    setenv(name, "a value that makes the environment move", 1);
                }
            }
            """, ["-shared", "-fPIC"], to: "preload.so")
        return ["LD_PRELOAD": library]
    }

    /// A program that starts another one without any argument, not even its name.
    func namelessStarter() async throws -> String {
        try await compile(
            """
            #include <unistd.h>
            extern char **environ;
            int main(int count, char **values) {
                char *none[] = {0};
                execve(values[1], none, environ);
                return 99;
            }
            """, [], to: "starter")
    }

    /// Builds a small C program or library, which needs a compiler: Swift brings one.
    private func compile(_ source: String, _ arguments: [String], to name: String) async throws -> String {
        try write(name + ".c", source)
        let made = try await Program(
            ["/usr/bin/env", "clang"] + arguments + ["-o", path(name), path(name + ".c")], in: suite,
            environment: ProcessInfo.processInfo.environment
        ).completed()
        try #require(made.status == 0, "\(made.errors)")
        return path(name)
    }
}

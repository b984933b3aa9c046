import Foundation
import PPTransfer
import Testing

@Suite struct `Description files` {
    let reader = DescriptionReader(variables: Variables())

    @Test func `a file is read from where it lies`() throws {
        try withDirectory { directory in
            try Data(minimal().utf8).write(to: directory.appendingPathComponent("atmos.yaml"))
            let path = directory.appendingPathComponent("atmos.yaml").path
            let task = try #require(try reader.read(file: path).first)
            #expect(task.workflow.value == "atmos" && task.position.file == path)
        }
    }

    @Test func `a file that is not there, or no file, is a problem like any other`() throws {
        try withDirectory { directory in
            #expect(
                lines { () throws(Problems) in try reader.read(file: directory.path) } == [
                    "\(directory.path): error: this is a directory; name a file in it"
                ])
        }
        #expect(
            lines { () throws(Problems) in try reader.read(file: "/nowhere/task.yaml") } == [
                "/nowhere/task.yaml: error: there is no such file; check the path and the directory you are in"
            ])
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything")) func `a file that may not be read is a problem like any other`() throws
    {
        try withDirectory { directory in
            let path = directory.appendingPathComponent("task.yaml").path
            #expect(FileManager.default.createFile(atPath: path, contents: Data(), attributes: [.posixPermissions: 0]))
            #expect(
                lines { () throws(Problems) in try reader.read(file: path) } == [
                    "\(path): error: you may not read this file; ask its owner, or correct its permissions"
                ])
        }
    }
}

/// Runs `body` with a directory of its own, which is gone afterwards.
func withDirectory(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory)
}

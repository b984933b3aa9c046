import Foundation
import PPTransfer
import PositionedYAML
import Testing

@Suite struct `Description files` {
    let reader = DescriptionReader(variables: Variables())

    @Test func `a file is read from where it lies`() throws {
        try withDirectory { directory in
            try Data(minimal().utf8).write(to: directory.appendingPathComponent("atmos.yaml"))
            let path = directory.appendingPathComponent("atmos.yaml").path
            let task = try #require(try reader.read(file: path).first)
            #expect(task.workflow.value == "atmos")
            #expect(task.position.file == path)
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

    @Test func `what has no end, or waits for a writer, is no description`() throws {
        try withDirectory { directory in
            let pipe = directory.appendingPathComponent("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            #expect(
                lines { () throws(Problems) in try reader.read(file: pipe) } == [
                    "\(pipe): error: it is a named pipe, not a file; name a file; standard input is '-'"
                ])
        }
        #expect(
            lines { () throws(Problems) in try reader.read(file: "/dev/zero") } == [
                "/dev/zero: error: it is a device, not a file; name a file; standard input is '-'"
            ])
    }

    @Test func `a pipe that a shell has opened for us is read`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let text = minimal()
        #expect(write(ends[1], text, text.utf8.count) == text.utf8.count)
        close(ends[1])
        defer { close(ends[0]) }
        #expect(try reader.read(file: "/dev/fd/\(ends[0])").count == 1)
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

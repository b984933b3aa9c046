import Foundation
import TestSupport
import Testing

@testable import PPTransfer

/// Output goes where it is told and destroys nothing.
struct OutputFileTests {
    private let directory: TemporaryDirectory
    private let new = Array("new\n".utf8)

    init() throws { directory = try TemporaryDirectory() }

    private func path(_ name: String) -> String { directory.path + "/" + name }
    private func contents(_ name: String) -> String? {
        FileManager.default.contents(atPath: path(name)).map { String(decoding: $0, as: UTF8.self) }
    }
    private func kind(_ name: String) -> mode_t {
        var status = stat()
        return lstat(path(name), &status) == 0 ? status.st_mode & S_IFMT : 0
    }
    private func mode(_ name: String) -> mode_t {
        var status = stat()
        return lstat(path(name), &status) == 0 ? status.st_mode & 0o777 : 0
    }
    private func names(_ folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
    }

    private func reason(_ path: String) -> String? {
        do throws(OutputProblem) {
            try OutputFile.write(new, to: path)
            return nil
        } catch {
            #expect(error.status == .output)
            #expect(error.path == path)
            return error.reason
        }
    }

    @Test func `a file is made, and replaced as a whole with the permissions that it has`() throws {
        try OutputFile.write(Array("old\n".utf8), to: path("report"))
        chmod(path("report"), 0o640)
        try OutputFile.write(new, to: path("report"))
        #expect(contents("report") == "new\n")
        #expect(mode("report") == 0o640)
        try OutputFile.write(new, to: path("secret"), permissions: 0o600)
        try OutputFile.write(new, to: path("report"), permissions: 0o600)
        #expect(mode("secret") == 0o600)
        #expect(mode("report") == 0o600)
        #expect(try names() == ["report", "secret"])
    }

    @Test func `a failure on the way leaves what was there, and nothing beside it`() throws {
        try OutputFile.write(Array("old\n".utf8), to: path("report"))
        #expect(throws: OutputProblem(path: "x", reason: "on the way")) {
            try OutputFile.write(to: path("report")) { sink throws(OutputProblem) in
                try sink.append(new)
                throw OutputProblem(path: "x", reason: "on the way")
            }
        }
        #expect(try names() == ["report"])
        #expect(contents("report") == "old\n")
    }

    @Test func `a link stays, and what it leads to is replaced where that is`() throws {
        try directory.file("elsewhere/deep/report", 3)
        try directory.link("elsewhere/second", to: "deep/report")
        try directory.link("first", to: path("elsewhere/second"))
        try directory.link("dangling", to: "elsewhere/made")
        try OutputFile.write(new, to: path("first"))
        try OutputFile.write(new, to: path("dangling"))
        #expect(kind("first") == S_IFLNK)
        #expect(kind("elsewhere/second") == S_IFLNK)
        #expect(kind("dangling") == S_IFLNK)
        #expect(kind("elsewhere/deep/report") == S_IFREG)
        #expect(contents("elsewhere/deep/report") == "new\n")
        #expect(contents("elsewhere/made") == "new\n")
        #expect(try names() == ["dangling", "elsewhere", "first"])
        #expect(try names("elsewhere/deep") == ["report"])
    }

    @Test func `a directory, links in a circle and a place that is not there are refused`() throws {
        try directory.file("folder/inside")
        try directory.link("to-folder", to: "folder")
        try directory.link("circle", to: "circle")
        #expect(reason(path("folder")) == "it is a directory")
        #expect(reason(path("to-folder")) == "it is a directory")
        #expect(reason(path("folder/")) == "it is a directory")
        #expect(reason("") == "the name is empty")
        #expect(reason(path("circle")) == "too many levels of symbolic links")
        #expect(reason(path("none/report")) == "no such file or directory")
        #expect(try names() == ["circle", "folder", "to-folder"])
        #expect(try names("folder") == ["inside"])
        #expect(OutputProblem(path: "/a\u{1B}", reason: "x").description == #"cannot write '/a\u{1B}': x"#)
    }

    @Test func `a pipe is written into`() throws {
        #expect(mkfifo(path("pipe"), 0o600) == 0)
        try directory.link("link", to: "pipe")
        // Open for reading and writing, it needs nobody else.
        let reader = open(path("pipe"), O_RDWR | O_NONBLOCK)
        defer { close(reader) }
        for name in ["pipe", "link"] {
            try OutputFile.write(new, to: path(name))
            var bytes = [UInt8](repeating: 0, count: 100)
            #expect(read(reader, &bytes, 100) == 4)
            #expect(Array(bytes.prefix(4)) == new)
        }
        #expect(kind("pipe") == S_IFIFO)
        #expect(kind("link") == S_IFLNK)
        #expect(OutputFile.isStream(path("link")))
        #expect(try names() == ["link", "pipe"])
    }

    @Test func `a socket is written into`() throws {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // The name of a socket is short.
        let name = Array("/tmp/pptransfer-\(getpid())-\(UInt32.random(in: 0 ... .max)).socket".utf8)
        let socketPath = String(decoding: name, as: UTF8.self)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        try #require(bound == 0)
        try #require(listen(listener, 1) == 0)
        defer { unlink(socketPath) }
        try OutputFile.write(new, to: socketPath)
        let connection = accept(listener, nil, nil)
        defer { close(connection) }
        var bytes = [UInt8](repeating: 0, count: 100)
        #expect(read(connection, &bytes, 100) == 4)
        #expect(Array(bytes.prefix(4)) == new)
        var status = stat()
        #expect(lstat(socketPath, &status) == 0)
        #expect(status.st_mode & S_IFMT == S_IFSOCK)
    }

    @Test func `what this process has open is written into, wherever it leads`() throws {
        try directory.file("log", 0)
        let descriptor = open(path("log"), O_WRONLY | O_APPEND)
        defer { close(descriptor) }
        let before = write(descriptor, "before\n", 7)
        try directory.link("link", to: "/proc/self/fd/\(descriptor)")
        for place in ["/proc/self/fd/\(descriptor)", "/dev/fd/\(descriptor)", path("link")] {
            #expect(OutputFile.isStream(place))
            try OutputFile.write(new, to: place)
        }
        #expect(before == 7)
        #expect(contents("log") == "before\nnew\nnew\nnew\n")
        #expect(reason("/dev/fd/4000") == "bad file descriptor")
    }

    /// Only who may make device nodes can try this; pipes and links above show the rule to everybody.
    @Test(.enabled(if: geteuid() == 0)) func `a device is written into, a disk is not`() throws {
        try #require(mknod(path("null"), S_IFCHR | 0o666, 1 << 8 | 3) == 0)
        try #require(mknod(path("full"), S_IFCHR | 0o666, 1 << 8 | 7) == 0)
        try #require(mknod(path("disk"), S_IFBLK | 0o600, 7 << 8 | 250) == 0)
        try directory.link("link", to: "null")
        #expect(reason(path("null")) == nil)
        #expect(reason(path("link")) == nil)
        #expect(reason(path("full")) == "no space left on device")
        #expect(reason(path("disk")) == "it is a disk")
        #expect(kind("null") == S_IFCHR)
        #expect(kind("full") == S_IFCHR)
        #expect(kind("disk") == S_IFBLK)
        #expect(kind("link") == S_IFLNK)
        #expect(try names() == ["disk", "full", "link", "null"])
    }

    /// Only who may give files away can try this.
    @Test(.enabled(if: geteuid() == 0)) func `what belongs to others is left to them`() throws {
        try directory.file("theirs", 3)
        try #require(chown(path("theirs"), 4321, 4321) == 0)
        #expect(reason(path("theirs")) == "the file belongs to user 4321; name another file")
        try directory.file("open/ours", 3)
        try directory.file("target", 3)
        try directory.link("open/trap", to: path("target"))
        try #require(chmod(path("open"), 0o1777) == 0)
        try #require(lchown(path("open/trap"), 4321, 4321) == 0)
        try #require(mkfifo(path("open/pipe"), 0o666) == 0)
        try #require(chown(path("open/pipe"), 4321, 4321) == 0)
        let trap = "in a directory that others may write to, it belongs to user 4321; name another file"
        #expect(reason(path("open/trap")) == trap)
        #expect(reason(path("open/pipe")) == trap)
        #expect(reason(path("open/ours")) == nil)
        #expect(reason(path("open/new")) == nil)
        #expect(contents("theirs")?.utf8.count == 3)
        #expect(contents("target")?.utf8.count == 3)
        #expect(contents("open/ours") == "new\n")
    }

    @Test(.enabled(if: geteuid() != 0)) func `a file that its owner has protected stays`() throws {
        try directory.file("kept", 3)
        chmod(path("kept"), 0o444)
        #expect(reason(path("kept")) == "permission denied")
        #expect(contents("kept")?.utf8.count == 3)
    }
}

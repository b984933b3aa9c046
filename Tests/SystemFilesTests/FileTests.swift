import TestSupport
import Testing

@testable import SystemFiles

struct FileTests {
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    @Test func `a file longer than a buffer, and one of the kernel's without a size, are read whole`() throws {
        try place.file("long", 1_000_003)
        #expect(try DurableFile.read(place.path + "/long")?.count == 1_000_003)
        #expect(try DurableFile.read("/proc/self/stat")?.isEmpty == false)
        #expect(try DurableFile.read(place.path + "/none") == nil)
        #expect(throws: FileProblem.self) { try DurableFile.read(place.path) }
    }

    @Test(arguments: [
        ("/gws/a", "'/gws/a'"), ("/gws/it's", "'/gws/it'\\''s'"), ("~", "\"$HOME\"''"), ("~/a b", "\"$HOME\"'/a b'"),
        ("/$(touch x)", "'/$(touch x)'"), ("~other/a", "'~other/a'"),
    ])
    func `a directory is one word of the shell, whatever its name, and home is the far end's`(directory: String, word: String) {
        #expect(ShellWord.path(directory) == word)
    }
}

import Testing

@testable import PPTransfer

struct ProvenFileListTests {
    @Test func `files of more than 500 GB are those that Elastic Tape does not take`() {
        let sizes: [(String, Int64)] = [("a.nc", 500_000_000_001), ("b.nc", 500_000_000_000), ("c.nc", .max), ("d.nc", 0)]
        let large = ProvenFileList.tooLarge(Manifest(sizes.map { Manifest.Entry(path: $0.0, size: $0.1, modified: 1) }))
        #expect(large.files == 2)
        #expect(large.paths == ["a.nc", "c.nc"])
    }
}

import Testing

@testable import PPTransfer

/// Names for the source that a rehearsal makes.
struct SampleFilesTests {
    @Test(arguments: [
        ([], [], []), (["*.h5"], [], []), (["scan_[0-9]*.h5", "*.nc"], ["*001*"], []), (["*.h5", "log.txt"], [], ["log.txt"]),
        ([], [], ["run?.done", "*.pp"]), ([], ["part1"], ["a{x}.h5"]), (["[!a]x*"], [], []),
    ])
    func `the selection takes each, and what is required is among them`(include: [String], exclude: [String], required: [String]) {
        let selection = TaskDescription.Selection.example(include: include, exclude: exclude, required: required)
        let (sample, selector) = (SampleFiles(selection), FileSelector(selection))
        #expect(!sample.paths.isEmpty)
        #expect(sample.paths.count <= 12)
        #expect(sample.paths.allSatisfy { selector.selects($0) })
        #expect(selector.unmet(by: SourceScan(manifest: Manifest(sample.paths.map { .init(path: $0, size: 1, modified: 0) }))).isEmpty)
    }

    @Test func `without patterns it is a dozen in two directories`() {
        let paths = SampleFiles(.example()).paths
        #expect(paths.count == 12)
        #expect(Set(paths.map { $0.prefix { $0 != "/" } }) == ["part1", "part2"])
    }
}

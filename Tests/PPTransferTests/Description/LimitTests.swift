import PPTransfer
import PositionedYAML
import Testing

@Suite struct `Bounds of a text` {
    @Test func `a value of 10 MB is one problem at its place`() {
        let text = minimal("name: " + String(repeating: "x", count: 10_000_000))
        #expect(
            lines(text) == [
                "task.yaml:4:7: error: name: this value is 10000000 bytes long; the limit is 65536; check that a quote is closed where it should be"
            ])
    }

    @Test func `a long key is quoted in part`() {
        let text = minimal("\"" + String(repeating: "x", count: 10_000) + "\": 1")
        #expect(lines(text).allSatisfy { $0.utf8.count < 1000 })
        #expect(lines(text).count == 1)
    }

    @Test func `a file of more than 16 MiB is not read`() {
        #expect(
            lines(String(repeating: "# padding\n", count: 1_700_000)) == [
                "task.yaml: error: the file has 17000000 bytes; the limit is 16777216; check that this is the file you mean"
            ])
    }

    @Test func `of very many problems the first hundred are told`() {
        let lines = lines(minimal((0..<5000).map { "unknown\($0): 1" }.joined(separator: "\n")))
        #expect(lines.count == 101)
        #expect(lines.last == "task.yaml:104:1: error: and 4900 more problems; check that this is the file you mean")
    }

    @Test func `a thousandfold alias bomb is one problem`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...1000 {
            text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }
        #expect(
            lines(text) == [
                "task.yaml:5:45: error: with its aliases written out, the text has more than 100000 values; use fewer aliases, or split the file"
            ])
    }

    @Test func `an alias bomb in one list is one problem`() {
        let text =
            "a: &a [\(Array(repeating: "x", count: 1000).joined(separator: ","))]\nb: [\(Array(repeating: "*a", count: 1000).joined(separator: ","))]\n"
        #expect(lines(text).count == 1)
    }

    @Test func `merges count like aliases`() {
        var text = "a0: &a0 {k: v}\n"
        for level in 1...200 { text += "a\(level): &a\(level) {<<: *a\(level - 1), k\(level): v}\n" }
        text += "z: [" + (0..<1000).map { "{<<: *a200, z: \($0)}" }.joined(separator: ",") + "]\n"
        #expect(lines(text).count == 1)
    }

    @Test(arguments: [
        String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 1000), String(repeating: "- ", count: 1000) + "x",
    ])
    func `deep nesting is one problem`(text: String) {
        let lines = lines(text)
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix("error: nested more than 64 levels deep; check the brackets and the indentation") == true)
    }

    @Test func `aliases do not hide depth`() {
        var text = "a0: &a0 [x]\n"
        for level in 1...70 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(lines(text) == ["task.yaml:63:12: error: nested more than 64 levels deep; check the brackets and the indentation"])
    }

    @Test func `more than 1000 documents are refused`() {
        let text = (0...1000).map { minimal("name: member\($0)") }.joined(separator: "\n---\n")
        #expect(lines(text) == ["task.yaml:5001:1: error: more than 1000 documents in one file; split the file"])
    }

    @Test func `text that is not UTF-8 is named with its place`() {
        let texts: [([UInt8], String)] = [
            (
                Array("pptransfer: 1\nname: é".utf8) + [0xE9, 0x20],
                "task.yaml:2:8: error: this is not UTF-8 text; save the file as UTF-8; of a binary file, check that it is the one you mean"
            ),
            ([0xFF, 0xFE, 0x70, 0x00], "task.yaml:1:1: error: the file is in UTF-16; save it as UTF-8"),
        ]
        for (text, line) in texts {
            #expect(lines { () throws(Problems) in try DescriptionReader(variables: Variables()).read(text, file: "task.yaml") } == [line])
        }
    }

    @Test func `a byte order mark and Windows line ends do no harm`() throws {
        let text = "\u{FEFF}" + minimal("name: a").replacing("\n", with: "\r\n")
        #expect(try read(text).first?.name?.position.line == 4)
    }
}

import Foundation
import Globus
import TestSupport
import Testing

@testable import PPTransfer
@testable import PPTransferReports
@testable import PositionedYAML

/// Input that would silently be something else than what its author meant.
@Suite struct `Input that means something else` {
    private func selected(_ select: String) -> [String] { lines(minimal("select: {\(select)}")) }

    @Test(arguments: [
        (#"include: ["*.{nc,nc4}"]"#, "select.include: the pattern '*.{nc,nc4}' has braces; write one pattern for each: '*.nc', '*.nc4'"),
        (#"exclude: ["!keep.pp"]"#, "select.exclude: the pattern '!keep.pp' begins with '!'; write it without '!' in the other list"),
        (#"exclude: ["./a.pp"]"#, "select.exclude: the pattern './a.pp' has a '.' or nothing between slashes; write 'a.pp'"),
        (#"include: ["a//b"]"#, "write 'a/b'"),
        (#"include: ["[[:digit:]]*"]"#, "has a named class of characters; write the characters, as in '[0-9]'"),
        (#"exclude: ["  *.tmp"]"#, "begins or ends with a blank; remove it"),
        (#"required: ['a\*b']"#, "has a backslash, which is no escape here; write '[*]' for an asterisk"),
    ])
    func `a pattern in the customary notation is refused with the form to write`(select: String, message: String) throws {
        let selected = selected(select)
        #expect(selected.count == 1, "\(selected)")
        let line = try #require(selected.first)
        #expect(line.contains(message))
        #expect(line.contains(": error: "))
    }

    @Test func `a comma is warned of, and odd names are patterns like others`() throws {
        let task = try #require(try read(minimal(#"select: {exclude: ["*.tmp,*.bak"]}"#)).first)
        #expect(task.warnings.map(\.what) == ["the ',' in the pattern '*.tmp,*.bak' is a character of a name"])
        let names = try #require(try read(minimal(#"select: {exclude: ["a,b"]}"#)).first)
        #expect(names.warnings.map(\.remedy) == ["write one pattern for each: 'a', 'b'"])
        let odd = try #require(try read(minimal(#"select: {include: ["{x}", '[\]', "*.nc~", "a!b"]}"#)).first)
        #expect(odd.warnings.isEmpty)
    }

    @Test func `the bare name of a directory in exclude leaves out the directory, with a wildcard only files`() {
        let selector = FileSelector(.example(exclude: ["work", "*.tmp"]))
        for path in ["work", "work/a", "x/work/y/a", "a.tmp", "x/a.tmp"] { #expect(!selector.selects(path), "\(path)") }
        for path in ["works/a", "x.tmp/a", "network", "a/work.nc"] { #expect(selector.selects(path), "\(path)") }
    }

    @Test func `a path with a line end or a control character is refused where it stands`() {
        let block = "pptransfer: 1\nfrom: {collection: archer2, path: /a}\nto:\n  collection: jasmin\n  path: |\n    /gws/x\n"
        #expect(
            lines(block) == [
                "task.yaml:5:9: error: to.path: the path '/gws/x\\n' ends with a line end, which a block scalar adds; write it on one line, or with '|-'"
            ])
        #expect(lines(minimal(to: #""/gws/\e[31mx""#)).first?.contains("holds a control character") == true)
        let page = "https://app.globus.org/file-manager?origin_id=3e90d018-0d05-461a-bbaf-aab605283d21&origin_path=%2Fa%0Ab"
        let end = "from: {link: \"\(page)\"}"
        let link = "pptransfer: 1\n\(end)\nto: {collection: jasmin, path: /a}\n"
        #expect(lines(link).first?.contains("holds a control character") == true, "\(lines(link))")
    }

    @Test func `a variable that is empty must not make a path shorter`() throws {
        func found(_ path: String) -> [String] { lines(minimal(to: "\"\(path)\""), environment: ["RUN": "", "X": "x"]) }
        #expect(
            found("/gws/${RUN}/{workflow}").first?.contains(
                "to.path: ${RUN} is empty here, which leaves a part of the path empty; set it, or write '${RUN:-text}'") == true,
            "\(found("/gws/${RUN}/{workflow}"))")
        #expect(found("/gws/${RUN}").count == 1)
        for path in ["/gws/a${RUN}", "/gws/${RUN}b", "/gws/${RUN:-}/a", "/gws/${X}/a", "/gws/${RUN}${X}"] {
            #expect(found(path) == [], "\(path)")
        }
    }

    @Test func `the braces of Jinja2 are warned of`() throws {
        let task = try #require(try read(minimal(to: "\"/gws/{{ SUITE }}/{{cycle}}\"")).first)
        #expect(
            task.warnings.map { $0.remedy ?? "" } == [
                "write '${SUITE}' for a variable", "write '{cycle}'",
            ])
        #expect(try read(minimal(to: "\"/gws/{{x\"")).first?.warnings.isEmpty == true)
    }

    @Test func `an empty list of what to include is warned of`() throws {
        let task = try #require(try read(minimal("select: {include: []}")).first)
        #expect(task.warnings.map(\.key) == ["select.include"])
        #expect(try read(minimal("select: {exclude: []}")).first?.warnings.isEmpty == true)
    }

    @Test func `an unknown alias is told beside other mistakes, also of another document`() throws {
        let place = try TemporaryDirectory()
        let text =
            "pptransfer: 1\nfrom: {collection: archr2, path: /a}\nto: {collection: jasmin, path: a}\nempty: maybe\n---\n"
            + "pptransfer: 1\nname: b\nfrom: {collection: archer2, path: /work/a}\nto: {collection: jasmn, path: /b}\n"
        let file = try place.file("task.yaml")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        do {
            _ = try Preparation([.file(file)], variables: Variables(), words: .commands).plans(
                named: .unknown, today: "2026-01-01", isRehearsal: false)
            Issue.record("nothing was found")
        } catch {
            #expect(error.errors.map(\.key) == ["from.collection", "to.path", "empty", "to.collection"], "\(error)")
        }
    }

    @Test(arguments: ["rel", "\"/a/${NOPE}\"", "\"/a/{cycl}\"", "\"/a\\tb\"", "", "'C:\\data'"])
    func `an unknown alias is told beside a mistake in the path of the same end`(path: String) throws {
        let place = try TemporaryDirectory()
        let text = "pptransfer: 1\nfrom: {collection: archer2, path: /work/a}\nto: {collection: jasmim, path: \(path)}\n"
        let file = try place.file("task.yaml")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        do {
            _ = try Preparation([.file(file)], variables: Variables(), words: .commands).plans(
                named: .unknown, today: "2026-01-01", isRehearsal: false)
            Issue.record("nothing was found")
        } catch {
            #expect(error.errors.map(\.key).contains("to.collection"), "\(error)")
            #expect(error.errors.map(\.key).contains("to.path"), "\(error)")
            #expect(error.errors.count == 2)
        }
        let checked = Validation(environment: [:], today: "2026-01-01", commands: ["run"]).report(on: [file])
        #expect(checked.problems.all.map(\.key).contains("to.collection"), "\(checked.problems)")
    }
}

import Foundation
import Testing

@testable import PositionedYAML

/// Text of others on its way to people and to programs.
struct OutletTests {
    @Test(arguments: [
        ("a\u{1B}]0;title\u{07}\u{1B}[31m.pp", #"a\u{1B}]0;title\u{07}\u{1B}[31m.pp"#), ("a\u{9B}31m", #"a\u{009B}31m"#),
        ("a\u{202E}pp.b", #"a\u{202E}pp.b"#), ("a\u{2066}b\u{2069}", #"a\u{2066}b\u{2069}"#),
        ("a\u{200B}b\u{FEFF}", #"a\u{200B}b\u{FEFF}"#),
        ("a\r\nb\rc\nd", #"a\r\nb\rc\nd"#), ("a\u{85}b\u{2028}c\u{2029}d", #"a\u{0085}b\u{2028}c\u{2029}d"#),
        ("a\tb\u{7F}", #"a\tb\u{7F}"#),
        ("a\0b", #"a\0b"#), ("e\u{301}\r\u{301}", "e\u{301}" + #"\r"# + "\u{301}"), ("grün … 日本 🌊 'x' \\n", "grün … 日本 🌊 'x' \\n"),
    ])
    func `what controls a display is shown as an escape`(text: String, line: String) {
        #expect(Outlet.line(text).unicodeScalars.elementsEqual(line.unicodeScalars))
        #expect(Outlet.line(Outlet.line(text)).unicodeScalars.elementsEqual(line.unicodeScalars))
        #expect(
            Outlet.text(text).unicodeScalars.elementsEqual(
                Outlet.line(text.replacingScalars("\n", "\u{E000}")).replacingScalars("\u{E000}", "\n").unicodeScalars))
    }

    @Test(arguments: ["a\u{1B}\u{9B}31m\u{202E}", "a\r\nb\u{85}\u{2028}\u{7F}", "\u{E0001}\u{1F30A}", "plain", "\\u009b \"quoted\""])
    func `JSON says exactly the same, without them`(text: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .prettyPrinted
        let json = Outlet.json(String(decoding: try encoder.encode([text]), as: UTF8.self))
        #expect(Outlet.text(json) == json)
        #expect(try JSONDecoder().decode([String].self, from: Data(json.utf8))[0].unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test(
        arguments: [
            ([0x6C, 0x61, 0x74, 0xE9, 0x6E], #"lat\xE9n"#), ([0x61, 0xC3, 0xA9], "aé"), ([0xC3], #"\xC3"#),
            ([0xF0, 0x9F, 0x8C], #"\xF0\x9F\x8C"#),
            ([0xED, 0xA0, 0x80], #"\xED\xA0\x80"#), ([0x80, 0xF0, 0x9F, 0x8C, 0x8A, 0xFF], #"\x80🌊\xFF"#), ([], ""),
        ] as [([UInt8], String)])
    func `bytes that are not UTF-8 are shown so that the name can be found`(bytes: [UInt8], name: String) {
        #expect(Outlet.name(bytes) == name)
    }
}

extension String {
    fileprivate func replacingScalars(_ old: Unicode.Scalar, _ new: Unicode.Scalar) -> String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0 == old ? new : $0 }))
    }
}

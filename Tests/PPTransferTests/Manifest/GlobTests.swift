import PPTransfer
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct `Globs` {
    @Test(arguments: [
        ("*.pp", "ab123a.pa19880901.pp", true), ("*.pp", "sub/dir/x.pp", true), ("*.pp", "x.pp.tmp", false),
        ("*a.da*", "ab123a.da19881201_00", true),
        ("sub/*.pp", "sub/x.pp", true), ("sub/*.pp", "x.pp", false), ("sub/*.pp", "sub/dir/x.pp", false), ("sub/**", "sub/dir/x.pp", true),
        ("sub/**", "sub", false), ("**/x.pp", "x.pp", true), ("**/x.pp", "a/b/x.pp", true), ("**/x.pp", "a/bx.pp", false),
        ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true), ("a/**/b", "a/xb", false), ("**", "a/b", true), ("*", ".hidden", true),
        ("?", "é", true), ("??", "é", false), ("[à-ü]x", "éx", true), ("[!a]x", "éx", true), ("a?c", "a/c", false),
        ("d/a[!x]c", "d/a/c", false),
        ("[*]", "*", true), ("[*]", "x", false), ("[]]", "]", true), ("[a-", "[a-", true), ("[b-a]", "a", false), ("", "", true),
        ("", "a", false),
        ("*/*", "a/b", true), ("*/*", "a/b/c", false), ("a**c/d", "a/b/c/d", true), ("*\\*", "a\\b", true), ("*.PP", "x.pp", false),
    ])
    func `a pattern matches what it says`(pattern: String, path: String, expected: Bool) {
        #expect(Glob(pattern).matches(path) == expected)
    }

    @Test func `names that are not UTF-8 are matched by their bytes`() {
        #expect(Glob("*.pp").matches([0xFF, 0xC3] + Array(".pp".utf8)))
        #expect(Glob("?x").matches([0xFF, 0x78]))
        #expect(!Glob("[a-z]x").matches([0xFF, 0x78]))
    }

    @Test func `it agrees with a plain reference`() {
        var random = SplitMix(seed: 11)
        for _ in 0..<20_000 {
            let pattern = text(of: ["a", "b", "*", "*", "**", "?", "/", "[ab]", "[!a]", "**/"], upTo: 7, &random)
            let path = text(of: ["a", "b", "c", "/", "ab"], upTo: 8, &random)
            #expect(Glob(pattern).matches(path) == reference(pattern, path), "\(pattern) on \(path)")
        }
    }

    @Test func `within one component it agrees with fnmatch`() {
        var random = SplitMix(seed: 12)
        for _ in 0..<20_000 {
            let pattern = text(of: ["a", "b", "*", "?", "[ab]", "[!a]", "[a-b]", ".", "\\", "[", "]", "x"], upTo: 6, &random)
            let name = text(of: ["a", "b", "c", ".", "x", "[", "]", "\\"], upTo: 7, &random)
            // A `]` right after `[` or `[!` stands for itself, which fnmatch leaves open where nothing closes the class.
            guard !pattern.contains("**") else { continue }
            #expect(Glob(pattern).matches(name) == (fnmatch(pattern, name, FNM_PATHNAME | FNM_NOESCAPE) == 0), "\(pattern) on \(name)")
        }
    }

    @Test func `a hostile pattern takes no longer than a walk`() {
        let name = String(repeating: "a", count: 255)
        #expect(!Glob(String(repeating: "*a", count: 60) + "b").matches(name))
        #expect(!Glob(String(repeating: "**/", count: 30) + "b").matches(String(repeating: "a/", count: 1000)))
    }

    private func text(of parts: [String], upTo count: Int, _ random: inout SplitMix) -> String {
        (0..<Int.random(in: 0...count, using: &random)).compactMap { _ in parts.randomElement(using: &random) }.joined()
    }
}

/// The meaning of a pattern, written down without any thought of speed.
private func reference(_ pattern: String, _ path: String) -> Bool {
    let subject = pattern.contains("/") ? path[...] : path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    return fits(Array(pattern)[...], Array(subject)[...], atStart: true)
}

private func fits(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>, atStart: Bool) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    let stars = pattern.prefix { $0 == "*" }.count
    let rest = pattern.dropFirst(max(1, stars))
    if stars >= 2, atStart, rest.first == "/" {
        let places = [text.startIndex] + text.indices.filter { text[$0] == "/" }.map { $0 + 1 }
        return places.contains { fits(rest.dropFirst(), text[$0...], atStart: true) }
    }
    if stars >= 1 {
        let reach = stars == 1 ? text.prefix { $0 != "/" }.count : text.count
        return (0...reach).contains { fits(rest, text.dropFirst($0), atStart: false) }
    }
    guard let letter = text.first else { return false }
    switch first {
    case "?": return letter != "/" && fits(rest, text.dropFirst(), atStart: false)
    case "[":
        let end = pattern.firstIndex(of: "]") ?? pattern.startIndex
        let inner = pattern[(pattern.startIndex + 1)..<end]
        let isIn = inner.first == "!" ? !inner.dropFirst().contains(letter) : inner.contains(letter)
        return letter != "/" && isIn && fits(pattern[(end + 1)...], text.dropFirst(), atStart: false)
    default: return first == letter && fits(rest, text.dropFirst(), atStart: first == "/")
    }
}

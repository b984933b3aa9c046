import Foundation
import Testing

@testable import Rehearsal

@Suite struct WireTests {
    @Test(arguments: [
        ("*.pp", "a.pp", true), ("*.pp", "a.ppx", false), ("*", "", true), ("a?c", "abc", true), ("a?c", "ac", false),
        ("[a-c]1", "b1", true), ("[!a-c]1", "b1", false), ("[!a-c]1", "d1", true), ("[]]", "]", true), ("[", "[", true),
        ("a[b", "a[b", true),
        ("*a*b*", "xxaxxbxx", true), ("*a*b", "abab", true), ("*a*b", "abac", false), ("é*", "école", true),
    ])
    func `a glob matches whole names`(pattern: String, name: String, isMatch: Bool) {
        #expect(Glob(pattern).matches(name) == isMatch)
    }

    @Test func `a glob can ignore case`() {
        #expect(Glob("*.PP", ignoringCase: true).matches("A.pp"))
        #expect(!Glob("*.PP").matches("A.pp"))
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("2017-10-12 09:30Z", 1_507_800_600), ("2017-10-12 12:33:54+00:00", 1_507_811_634),
        ("2017-10-12T12:33:54+01:00", 1_507_808_034), ("2017-10-12T12:33:54.25-0130", 1_507_817_034), ("2000-02-29 00:00:00", 951_782_400),
        ("1969-12-31T23:59:59+00:00", -1),
    ])
    func `times are read in all their forms`(text: String, seconds: Int) {
        #expect(WireTime.parse(text) == Date(timeIntervalSince1970: Double(seconds)))
    }

    @Test(arguments: ["", "soon", "2017-13-01", "2017-10-12 25:00", "2017-10-12 09:30X", "2017-10-12 09:30+1", "17-10-12"])
    func `what is not a time is not read as one`(text: String) {
        #expect(WireTime.parse(text) == nil)
    }

    @Test func `times are written as the service writes them`() {
        #expect(WireTime.stamp(Date(timeIntervalSince1970: 1_772_618_560)) == "2026-03-04T10:02:40+00:00")
        #expect(WireTime.listing(-1) == "1969-12-31 23:59:59+00:00")
        #expect(WireTime.listing(951_868_799) == "2000-02-29 23:59:59+00:00")
    }

    @Test func `a written time reads back as itself`() {
        for seconds in stride(from: -10_000_000_000, to: 10_000_000_000, by: 86_399_977) {
            #expect(WireTime.parse(WireTime.listing(Int64(seconds))) == Date(timeIntervalSince1970: Double(seconds)))
        }
    }

    @Test(arguments: [Array("plain.pp".utf8), Array("é★".utf8), [0x66, 0xE9, 0x2E], [0xFF, 0xFE], [0x80]])
    func `a name comes back as the bytes it was`(bytes: [UInt8]) {
        #expect(WireName.bytes(WireName.text(bytes)) == bytes)
    }

    @Test func `a name that is not UTF-8 is shown as latin-1 behind a mark`() {
        #expect(WireName.text([0x66, 0xE9]) == "\u{FFFD}fé")
    }

    @Test func `a query reads plus and percent alike`() {
        let query = Query("filter=status%3AACTIVE%2Flabel%3A%3Da+b%20c&filter=x&empty=&flag")
        #expect(query["filter"] == "status:ACTIVE/label:=a b c")
        #expect(query.all("filter").count == 2)
        #expect(query["empty"] == "")
        #expect(query["flag"] == "")
        #expect(query["none"] == nil)
    }
}

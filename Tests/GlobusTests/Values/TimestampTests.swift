import Foundation
import Testing

@testable import Globus

struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00+00:00", 0), ("2022-01-26T19:18:20+00:00", 1_643_224_700), ("2023-12-18 16:52:50+00:00", 1_702_918_370),
        ("2024-02-29T23:59:59Z", 1_709_251_199), ("2024-02-29T23:59:59.123456+00:00", 1_709_251_199),
        ("2000-01-01T01:30:00+01:30", 946_684_800),
    ])
    func `the service's forms of time are read`(text: String, seconds: Int64) {
        #expect(Timestamp(wire: text)?.secondsSince1970 == seconds)
    }

    @Test(arguments: ["", "soon", "2023-02-30T00:00:00Z", "2023-13-01T00:00:00Z", "2023-01-01", "2023-01-01T25:00:00Z"])
    func `what is no time is not read`(text: String) {
        #expect(Timestamp(wire: text) == nil)
    }

    @Test func `writing and reading agree over the centuries`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let moment = Timestamp(secondsSince1970: .random(in: -60_000_000_000...250_000_000_000, using: &generator))
            #expect(Timestamp(wire: moment.description) == moment)
            #expect(Timestamp(wire: moment.wire) == moment)
        }
    }

    @Test(arguments: ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
    func `the three forms of an HTTP date are one moment`(text: String) {
        #expect(Timestamp(httpDate: text)?.secondsSince1970 == 784_111_777)
    }

    @Test(arguments: [
        ("0", 0), ("120", 120), (" 7 ", 7), ("Thu, 01 Jan 1970 00:01:40 GMT", 100), ("Thu, 01 Jan 1970 00:00:10 GMT", 0),
        ("99999999999999999", 366 * 86_400),
    ])
    func `Retry-After is read as seconds and as a date`(text: String, seconds: Int) throws {
        let now = Timestamp(secondsSince1970: text.contains("10 GMT") ? 50 : 0)
        #expect(try #require(RetryAfter(text)).delay(from: now) == .seconds(seconds))
    }

    @Test(arguments: ["", "-1", "soon", "1.5", "Thu, 32 Jan 1970 00:00:00 GMT", "::::", "99999999999999999999999"])
    func `nonsense in Retry-After is no advice`(text: String) {
        #expect(RetryAfter(text) == nil)
    }

    @Test func `no bytes in Retry-After can do harm`() {
        let alphabet = Array("0123456789 ,:-GMTSunNov\u{0}é".unicodeScalars)
        for _ in 0..<5000 {
            let text = String(String.UnicodeScalarView((0..<Int.random(in: 0...30)).map { _ in alphabet.randomElement() ?? "0" }))
            if let advice = RetryAfter(text) { #expect(advice.delay(from: Timestamp(secondsSince1970: 0)) >= .zero) }
        }
    }

    @Test(arguments: [
        (0.0, Int64(0)), (1.9, 1), (-0.1, -1), (1_700_000_000.5, 1_700_000_000), (.nan, 0), (1e300, 253_402_300_799),
    ])
    func `a date becomes a moment, without fractions of a second`(seconds: Double, whole: Int64) {
        let moment = Timestamp(Date(timeIntervalSince1970: seconds))
        #expect(moment.secondsSince1970 == whole)
        #expect(moment.date == Date(timeIntervalSince1970: Double(whole)))
    }
}

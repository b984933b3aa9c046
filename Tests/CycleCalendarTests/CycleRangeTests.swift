import Testing

@testable import CycleCalendar

/// The expected points are those of Cylc's own date library.
struct CycleRangeTests {
    private static func points(_ range: String, _ mode: CyclingMode?, _ period: String?) throws -> [String] {
        try CycleRange(range, mode: mode).points(every: period.map { try CyclePeriod($0) })
    }

    @Test(
        arguments: [
            // From the point before: what a short month cut off does not come back.
            ("19880131T0000Z..19880430T0000Z", nil, "P1M", ["19880131T0000Z", "19880229T0000Z", "19880329T0000Z", "19880429T0000Z"]),
            ("19880130T0000Z..19880330T0000Z", .days360, "P1M", ["19880130T0000Z", "19880230T0000Z", "19880330T0000Z"]),
            ("20200229T0000Z..20230228T0000Z", nil, "P1Y", ["20200229T0000Z", "20210228T0000Z", "20220228T0000Z", "20230228T0000Z"]),
            // Days are added before months, months before years.
            ("19880130T0000Z..19880501T0000Z", nil, "P1M1D", ["19880130T0000Z", "19880229T0000Z", "19880401T0000Z"]),
            ("20200229T0000Z..20220501T0000Z", nil, "P1Y1M", ["20200229T0000Z", "20210329T0000Z", "20220429T0000Z"]),
            ("19880130T1200Z..19880330T0000Z", nil, "P1MT12H", ["19880130T1200Z", "19880229T0000Z", "19880329T1200Z"]),
            ("19991231T1800Z..20000101T0600Z", nil, "PT6H", ["19991231T1800Z", "20000101T0000Z", "20000101T0600Z"]),
            ("19880230T1800Z..19880301T0600Z", .days360, "PT6H", ["19880230T1800Z", "19880301T0000Z", "19880301T0600Z"]),
            ("19881130..19890130", .days360, "P10D", ["19881130", "19881210", "19881220", "19881230", "19890110", "19890120", "19890130"]),
            ("20000228..20000301", nil, "P1D", ["20000228", "20000229", "20000301"]),
            ("19000228..19000301", nil, "P1D", ["19000228", "19000301"]),
            ("20000228..20000301", .days365, "P1D", ["20000228", "20000301"]),
            ("19990228..19990301", .days366, "P1D", ["19990228", "19990229", "19990301"]),
            ("20000101..20000116", nil, "P1W", ["20000101", "20000108", "20000115"]),
            ("1988-09-01T00:00Z..1988-09-01T02:00Z", nil, "PT90M", ["1988-09-01T00:00Z", "1988-09-01T01:30Z"]),
            ("19880901T00+01..19881201T00+01", nil, "P3M", ["19880901T00+01", "19881201T00+01"]),
            ("99991101..99991231", nil, "P1M", ["99991101", "99991201"]),
            ("-1..3", nil, nil, ["-1", "0", "1", "2", "3"]), ("1..6", .integer, "P2", ["1", "3", "5"]), ("7..7", nil, "3", ["7"]),
            ("19880901..19880903", .integer, nil, ["19880901", "19880902", "19880903"]),
        ] as [(String, CyclingMode?, String?, [String])])
    func `points follow one another as in Cylc`(range: String, mode: CyclingMode?, period: String?, points: [String]) throws {
        #expect(try Self.points(range, mode, period) == points)
    }

    @Test(
        arguments: [
            (.gregorian, 1896, 3652), (.gregorian, 1996, 3653), (.days360, 1996, 3600), (.days365, 1996, 3650), (.days366, 1996, 3660),
        ] as [(CyclingMode, Int, Int)])
    func `day after day, ten years have the days that the calendar gives them`(mode: CyclingMode, year: Int, days: Int) throws {
        var day = ModelTime(year: year, month: 1, day: 1)
        for _ in 0..<days {
            let next = try #require(day.adding(seconds: 86_400, in: mode))
            #expect(next.exists(in: mode))
            #expect(next.seconds(in: mode) == day.seconds(in: mode) + 86_400)
            day = next
        }
        #expect(day == ModelTime(year: year + 10, month: 1, day: 1))
    }

    @Test(
        arguments: [
            ("1", nil, nil, .range("1")), ("..3", nil, nil, .range("..3")), ("x..y", nil, nil, .point("x", nil)),
            ("3..19880901T0000Z", nil, nil, .formats(first: "3", last: "19880901T0000Z")),
            ("19880901T0000Z..19881001", nil, "P1M", .formats(first: "19880901T0000Z", last: "19881001")),
            ("19880901T0000Z..19881001T0000+0100", nil, "P1M", .formats(first: "19880901T0000Z", last: "19881001T0000+0100")),
            ("19881001..19880901", nil, "P1M", .order(first: "19881001", last: "19880901")),
            ("2..1", nil, nil, .order(first: "2", last: "1")),
            ("19880230..19880901", nil, "P1M", .noSuchDay("19880230", .gregorian)),
            ("19881231..19890901", .days360, "P1M", .noSuchDay("19881231", .days360)),
            ("1..3", .days360, nil, .point("1", .days360)), ("a..b", .integer, nil, .point("a", .integer)),
            ("19880901T24Z..19880902T00Z", nil, nil, .point("19880901T24Z", nil)),
            ("19880901..19881001", nil, nil, .noPeriod(first: "19880901")), ("1..3", nil, "0", .period("0")),
            ("1..3", nil, "-1", .period("-1")),
            ("1..3", nil, "P", .period("P")), ("1..3", nil, "P1DT", .period("P1DT")), ("1..3", nil, "P1D1M", .period("P1D1M")),
            ("1..3", nil, "P0M", .period("P0M")), ("1..3", nil, "P99999999999999999999M", .period("P99999999999999999999M")),
            ("1..100001", nil, nil, .tooMany(limit: 100_000)),
            ("-9223372036854775808..9223372036854775807", nil, nil, .tooMany(limit: 100_000)),
            ("19880901T0000Z..19990901T0000Z", nil, "PT1M", .tooMany(limit: 100_000)),
        ] as [(String, CyclingMode?, String?, CyclingProblem)])
    func `what cannot be counted through is told`(range: String, mode: CyclingMode?, period: String?, problem: CyclingProblem) {
        #expect(throws: problem) { try Self.points(range, mode, period) }
    }

    @Test(arguments: [
        ("19880901..19881001", "PT6H", "the period PT6H is finer than cycle points written as 19880901 show"),
        ("19880901..19881001", "2", "gregorian cycles do not follow one another by '2'; write a period of time, as in --every P1M"),
        ("1..3", "P1M", "integer cycles do not follow one another by P1M; write a number, as in --every 2"),
    ])
    func `a period that does not fit the points is told`(range: String, period: String, message: String) throws {
        let problem = #expect(throws: CyclingProblem.self) { try Self.points(range, nil, period) }
        #expect(problem?.description == message)
    }

    @Test func `a range may have as many cycles as the bound`() throws {
        #expect(try Self.points("1..100000", nil, nil).count == 100_000)
    }

    @Test(
        arguments: [
            (["19880901", "19881001", "19881101"], nil, "P1M"), (["19881101", "19880901", "19881001"], nil, "P1M"),
            (["19880901", "19890901"], nil, "P1Y"), (["19880901", "19881201"], nil, "P3M"),
            (["19880901", "19880911", "19880921"], .days360, "P10D"), (["19880221", "19880301"], .days360, "P10D"),
            (["19880901", "19881001", "19881201"], nil, nil), (["19880901"], nil, nil), (["19880901", "19880901"], nil, nil),
            ([], nil, nil),
            (["19880901", "19881001", "first", "19881001T0000Z"], nil, "P1M"),
        ] as [([String], CyclingMode?, String?)])
    func `an even period is seen in the cycles themselves`(cycles: [String], mode: CyclingMode?, period: String?) throws {
        #expect(try CycleRange("19880901..19990901", mode: mode).period(of: cycles)?.description == period)
    }

    @Test func `hours, too, are seen`() throws {
        let range = try CycleRange("19880901T0000Z..19880930T0000Z")
        #expect(range.period(of: ["19880901T1800Z", "19880902T0000Z", "19880902T0600Z"]) == (try CyclePeriod("PT6H")))
    }
}

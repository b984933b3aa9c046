import Testing

@testable import PPTransfer

struct ForecastTests {
    @Test func `bytes and files both take their time`() {
        let forecast = Forecast(files: 40, bytes: 180_000_000_000, rate: 500_000_000, fileRate: 50)
        #expect(forecast.moving == .seconds(360))
        #expect(forecast.opening == .milliseconds(800))
        #expect(forecast.sentence == "should take about 6m after Globus has started it")
        #expect(forecast.advice == nil)
    }

    @Test func `small files that cost more than bytes are told, with the numbers`() {
        let forecast = Forecast(files: 100_000, bytes: 3_000_000_000, rate: 500_000_000, fileRate: 50)
        #expect(forecast.sentence == "should take about 33m after Globus has started it")
        #expect(
            forecast.advice
                == "the number of files determines the time: opening 100000 files (30.0 kB on average) about 33m, moving their 3.0 GB about "
                + "a minute; packed with tar they would be there sooner")
        #expect(Forecast(files: 100, bytes: 1, rate: 500_000_000, fileRate: 50).advice == nil)
    }

    @Test func `the slower site decides, and without a rate nothing is said`() throws {
        var plan = try TransferPlan.example()
        plan.source.site?.rate = nil
        plan.destination.site?.rate = nil
        #expect(Forecast(plan, files: 1, bytes: 1) == nil)
        plan.source.site?.rate = 100
        plan.destination.site?.rate = 50
        #expect(Forecast(plan, files: 0, bytes: 100)?.moving == .seconds(2))
        plan.destination.site?.fileRate = 5
        #expect(Forecast(plan, files: 10, bytes: 0)?.opening == .seconds(2))
    }
}

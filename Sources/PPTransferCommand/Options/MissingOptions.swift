import ArgumentParser
import CycleCalendar
import PPTransfer
import PPTransferReports

/// Which cycles there should be.
struct MissingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only cycles of this range that are not archived; 'absent' (status 13): no record.", valueName: "FIRST..LAST"))
    var missing: String?

    @Option(
        help: ArgumentHelp(
            "With --missing, the period between cycles (P1M, PT6H; integers: 2). Default: as in the journal; integers: 1.",
            valueName: "period"))
    var every: String?

    @Option(
        help: "With --missing, the calendar of the cycle points. Default: CYLC_CYCLING_MODE, otherwise gregorian, or integer for numbers.")
    var cycling: CyclingMode?

    @Flag(help: "With --missing, compare the files that each cycle should have ('expect') with those that are verified.")
    var files = false

    func validate() throws {
        if missing == nil, files { throw ValidationError("--files goes with --missing") }
        if missing == nil, every != nil || cycling != nil { throw ValidationError("--every and --cycling go with --missing") }
        // What is wrong by itself is told before the journal is read.
        _ = try period()
    }

    /// Leaves `report` with what is missing.
    ///
    /// - Returns: what to say if nothing is; `nil` if this was not asked for.
    func keepMissing(
        in report: inout StatusReport, workflow: String?, _ environment: [String: String], _ console: Console
    ) throws -> String? {
        guard let range = try range(environment) else { return nil }
        let period = try period()
        do throws(MissingCyclesProblem) {
            if let inferred = try report.keepMissing(from: range, every: period, workflow: workflow, findsFiles: files) {
                console.note("the period between cycles is \(inferred), as in the journal (--every)")
            }
        } catch {
            console.error("\(error)")
            throw ExitCode(error.status)
        }
        return "every cycle from \(range.first) to \(range.last) is archived" + (files ? " with the files that it should have" : "")
    }

    private func period() throws -> CyclePeriod? {
        try Self.told { () throws(CyclingProblem) in try every.map { text throws(CyclingProblem) in try CyclePeriod(text) } }
    }

    private func range(_ environment: [String: String]) throws -> CycleRange? {
        let mode = cycling ?? environment["CYLC_CYCLING_MODE"].flatMap { CyclingMode(rawValue: $0) }
        return try Self.told { () throws(CyclingProblem) in
            try missing.map { text throws(CyclingProblem) in try CycleRange(text, mode: mode) }
        }
    }

    private static func told<Value>(_ body: () throws(CyclingProblem) -> Value) throws -> Value {
        do { return try body() } catch { throw ValidationError("\(error)") }
    }
}

extension CyclingMode: ExpressibleByArgument {}

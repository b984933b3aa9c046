import Globus
import GlobusTesting
import Testing

@testable import PPTransfer

/// The same again and again, until time, a person or a failure that needs one ends it.
struct RoundsTests {
    private let time = SteppedTimekeeper()

    private func report(_ outcome: Outcome) throws -> FinishedTransfer { FinishedTransfer(plan: try .example(), outcome: outcome) }

    /// Plays these outcomes in turn, the last for ever; returns the rounds that were told and the last.
    private func played(
        _ outcomes: [Outcome], every: Duration = .seconds(60), until: Duration? = nil, each length: Duration = .seconds(1)
    ) async throws -> (told: [Rounds.Round], last: [FinishedTransfer], rounds: Int) {
        let reports = try outcomes.map { try report($0) }
        let rounds = Rounds(every: every, until: until.map { time.now + $0 }, time: time)
        var (count, told) = (0, [Rounds.Round]())
        let result = await rounds.run {
            count += 1
            await time.sleep(for: length)
            return [reports[min(count, reports.count) - 1]]
        } after: {
            told.append($0)
        }
        #expect(!result.areTold)
        return (told, result.transfers, count)
    }

    @Test func `rounds begin at equal distances, and none after the end`() async throws {
        let begun = time.now
        let (told, last, count) = try await played([.nothing(allowed: true)], until: .seconds(200))
        #expect(count == 4)
        #expect(told.map(\.number) == [1, 2, 3])
        #expect(told.map { $0.next - begun } == [.seconds(60), .seconds(120), .seconds(180)])
        #expect(last.map(\.status) == [.ok])
    }

    @Test func `a round that takes longer is followed at once, and none is left out`() async throws {
        let (told, _, count) = try await played([.nothing(allowed: true)], until: .seconds(300), each: .seconds(90))
        #expect(count == 4)
        #expect(told.count == 3)
    }

    @Test func `what may pass by itself, and a source that is not there yet, do not end them`() async throws {
        let outcomes: [Outcome] = [
            .source([.missing("/work/n02/cycle")]), .nothing(allowed: false), .unreached(waited: .seconds(1)),
            .paused(messages: [], waited: .seconds(1)), .cancelled(by: nil, message: nil),
        ]
        let (told, last, count) = try await played(outcomes)
        #expect(count == 5)
        #expect(told.map { $0.transfers[0].status.name } == ["source-missing", "nothing", "running", "paused"])
        #expect(last.map(\.status) == [.cancelled])
    }

    @Test(arguments: [Outcome.jobEnds(nil), .interrupted(signal: 2), .unusable("not connected"), .journal(.noPlace)])
    func `what needs somebody ends them at once`(outcome: Outcome) async throws {
        let (told, last, count) = try await played([outcome])
        #expect(count == 1)
        #expect(told.isEmpty)
        #expect(last.map(\.outcome) == [outcome])
    }

    @Test func `a wait for the next round that is cut off leaves what was told`() async throws {
        let transfers = [try report(.nothing(allowed: true))]
        let rounds = Rounds(every: .seconds(60))
        let task = Task {
            await rounds.run({ transfers }, after: { _ in withUnsafeCurrentTask { $0?.cancel() } })
        }
        let result = await task.value
        #expect(result.areTold)
        #expect(result.transfers.map(\.status) == [.ok])
    }

    @Test func `a round is told in one line`() throws {
        var transfer = try report(.nothing(allowed: true))
        let next = Timestamp(secondsSince1970: 0)
        func sentence() -> String { Rounds.Round(number: 3, transfers: [transfer], next: next).sentence }
        #expect(sentence() == "round 3: nothing new; the next one begins at 1970-01-01T00:00:00Z")
        let files = Manifest((1...7).map { .init(path: "scan\($0).h5", size: 1_000_000, modified: 0) })
        transfer.new = FileTally(files.entries)
        #expect(
            sentence() == "round 3: 7 new files, 7.0 MB: scan1.h5, scan2.h5, scan3.h5, scan4.h5, scan5.h5, … and 2 more; "
                + "the next one begins at 1970-01-01T00:00:00Z")
        transfer = try report(.nothing(allowed: false))
        #expect(sentence().hasPrefix("round 3: 1 transfer without success; "))
    }
}

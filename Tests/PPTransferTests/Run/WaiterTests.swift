import Globus
import GlobusTesting
import Synchronization
import Testing

@testable import PPTransfer
@testable import PositionedYAML

struct WaiterTests {
    private let time = SteppedTimekeeper()

    private func wait(
        _ service: ScriptedService, tasks: [TaskID] = [.example(1)], configure: (inout TaskDescription.WaitOptions) -> Void = { _ in }
    ) async -> (ends: [WaitEnd], told: [String]) {
        var options = TaskDescription.WaitOptions()
        configure(&options)
        let told = Mutex<[String]>([])
        let watches = tasks.map { Waiter.Watch(task: $0, options: options) { progress in told.withLock { $0.append(progress.sentence) } } }
        let ends = await Waiter(service: service, time: time).wait(for: watches)
        return (ends, told.withLock { $0 })
    }

    private func outcome(_ ends: [WaitEnd]) throws -> Outcome {
        let end = try #require(ends.first)
        return try #require(end.outcome)
    }

    @Test func `a task is waited for until it ends, and each change is told once`() async throws {
        let service = ScriptedService(
            .state(.active("Queued")), .state(.active("Queued")), .state(.active(bytes: 1)), .state(.active(bytes: 2)),
            .state(.active("CONNECT_FAILED")), .state(.active(bytes: 3)), .state(.succeeded()))
        let (ends, told) = await wait(service)
        #expect(ends == [.ended(.succeeded())])
        #expect(told.map { String($0.prefix(14)) } == ["queued by Glob", "moving: 0 file", "retrying after", "moving: 0 file"])
        #expect(service.requests.count == 7)
    }

    @Test func `twelve hours cost less than 800 questions`() async throws {
        let service = ScriptedService(.state(.active()))
        let (ends, told) = await wait(service)
        #expect(try outcome(ends).status == .running)
        #expect(time.elapsed == .seconds(12 * 3600))
        #expect(service.requests.count < 800)
        #expect(told.count <= 1 + 12 * 6)
    }

    @Test func `a wait without news is told of once in ten minutes, with what is done and what is left`() async throws {
        let service = ScriptedService(.state(.active(bytes: 250)))
        var options = TaskDescription.WaitOptions()
        options.limit = .seconds(3600)
        let told = Mutex<[(at: Duration, text: String)]>([])
        let shown = Mutex(0)
        let watch = Waiter.Watch(
            task: .example(1), options: options, expected: Amount(files: 3, bytes: 1000),
            narrate: { [time] progress in told.withLock { $0.append((time.elapsed, progress.sentence)) } },
            show: { _ in shown.withLock { $0 += 1 } })
        _ = await Waiter(service: service, time: time).wait(for: [watch])
        let lines = told.withLock { $0 }
        #expect(lines.count == 6)
        #expect(zip(lines, lines.dropFirst()).allSatisfy { $1.at - $0.at >= .seconds(600) })
        #expect(lines.dropFirst().allSatisfy { $0.text == "still moving: 0 of 3 files and 250 B of 1.0 kB sent, 0 faults, 0 B/s" })
        // Whoever watches is told of every answer, and no question is asked for their sake.
        #expect(shown.withLock { $0 } == service.requests.count)
    }

    @Test(arguments: [1, 2, 5, 10, 60, 600, 3600, 36_000])
    func `the end is noticed within five per cent of the time, or two seconds`(seconds: Int) {
        for _ in 0..<20 {
            var clock = Duration.zero
            while clock < .seconds(seconds) { clock += PollingLaw.interval(after: clock, chance: .random(in: 0...1)) }
            let late = clock - .seconds(seconds)
            #expect(late <= max(.seconds(2), .seconds(seconds) * 0.0527))
            #expect(late <= .seconds(60))
        }
    }

    @Test func `a state from the future keeps it waiting and never counts as success`() async throws {
        let service = ScriptedService(.state(TransferTask(fields: ["status": "HIBERNATING"])))
        let (ends, told) = await wait(service) { $0.limit = .seconds(3600) }
        #expect(try outcome(ends).status == .running)
        #expect(told.first == "in a state that this version does not know (HIBERNATING): 0 files and 0 B sent, 0 faults")
    }

    @Test func `an answer without a status is no answer`() async throws {
        let service = ScriptedService(.state(TransferTask(fields: [:])), .state(.succeeded()))
        #expect(await wait(service).ends == [.ended(.succeeded())])
        let silent = ScriptedService(.state(TransferTask(fields: [:])))
        let ends = await wait(silent) { $0.outage = .seconds(600) }.ends
        #expect(try outcome(ends).status == .unavailable)
    }

    @Test func `tasks that a list shows without a status end their waits at the limit of an outage`() async throws {
        let silent = ScriptedService(.state(TransferTask(fields: [:])))
        let ends = await wait(silent, tasks: [.example(1), .example(2)]) { $0.outage = .seconds(600) }.ends
        #expect(ends.map { $0.outcome?.status } == [.unavailable, .unavailable])
        #expect(time.elapsed < .seconds(700))
    }

    @Test func `a missing file is reported at once and cancelled after the grace`() async throws {
        let event = TaskEvent(
            code: "FILE_NOT_FOUND", isError: true, description: "file not found",
            details: "Error (transfer)\nEndpoint: x\nFile: /work/a.pp\nMessage: No such file\n---\nDetails: 550", time: "")
        let service = ScriptedService(.state(.active("FILE_NOT_FOUND", bytes: 5)), events: [event])
        let (ends, told) = await wait(service)
        let outcome = try outcome(ends)
        #expect(outcome.status == .sourceMissing)
        #expect(outcome.details == ["/work/a.pp: No such file"])
        #expect(service.cancelled == [.example(1)])
        #expect(told.first?.hasPrefix("Globus reports FILE_NOT_FOUND") == true)
        #expect(Duration.seconds(900)...(.seconds(1000)) ~= time.elapsed)
    }

    @Test(arguments: [
        ("EndpointDeleted", Status.collection), ("PERMISSION_DENIED", .denied), ("QUOTA_EXCEEDED", .noSpace), ("NO_SPACE_LEFT", .noSpace),
    ])
    func `other lasting faults end likewise`(code: String, status: Status) async throws {
        #expect(try outcome(await wait(ScriptedService(.state(.active(code)))).ends).status == status)
    }

    @Test func `the policy may be to leave the task alone`() async throws {
        let service = ScriptedService(.state(.active("FILE_NOT_FOUND")))
        let ends = await wait(service) { $0.onFault.then = .leave }.ends
        #expect(try outcome(ends).status == .sourceMissing)
        #expect(service.cancelled.isEmpty)
    }

    @Test func `a fault is no reason to give up while bytes still move`() async throws {
        let steps = (0..<400).map { ScriptedService.Step.state(.active("FILE_NOT_FOUND", bytes: Int64($0))) }
        let service = ScriptedService(steps: steps + [.state(.succeeded())])
        #expect(await wait(service).ends == [.ended(.succeeded())])
        #expect(service.cancelled.isEmpty)
    }

    /// A task that has sent two of three files, and the third of 1000 bytes again and again: every other answer finds it on its way.
    private func resending(_ fault: String, answers: Int) -> [ScriptedService.Step] {
        (1...answers).map { number in
            var document = TransferTask.active(number.isMultiple(of: 2) ? fault : "OK", bytes: 2000 + Int64(number) * 500)
            document["files_transferred"] = 2
            document["faults"] = .integer(Int64(number / 2))
            return .state(document)
        }
    }

    @Test(arguments: [("FILE_SIZE_CHANGED", Status.sourceChanged), ("VERIFY_CHECKSUM", .failed)])
    func `bytes that are sent again and again are no progress`(fault: String, status: Status) async throws {
        let service = ScriptedService(steps: resending(fault, answers: 400))
        var options = TaskDescription.WaitOptions()
        options.limit = .seconds(7200)
        let shown = Mutex<[WorkProgress]>([])
        let watch = Waiter.Watch(
            task: .example(1), options: options, expected: Amount(files: 3, bytes: 3000), largest: 1000, narrate: { _ in },
            show: { progress in shown.withLock { $0.append(progress) } })
        let ends = await Waiter(service: service, time: time).wait(for: [watch])
        #expect(try outcome(ends).status == status)
        #expect(service.cancelled == [.example(1)])
        #expect(Duration.seconds(900)...(.seconds(1100)) ~= time.elapsed)
        #expect(shown.withLock { $0 }.allSatisfy { $0.done.bytes <= 3000 })
    }

    @Test func `a large file with an error now and then is not taken for one that is sent again`() async throws {
        var steps = (0..<300).map { number in
            var document = TransferTask.active(number.isMultiple(of: 2) ? "FILE_SIZE_CHANGED" : "OK", bytes: Int64(number) * 3)
            document["faults"] = .integer(Int64(number))
            return ScriptedService.Step.state(document)
        }
        steps.append(.state(.succeeded()))
        let service = ScriptedService(steps: steps)
        let watch = Waiter.Watch(
            task: .example(1), options: TaskDescription.WaitOptions(), expected: Amount(files: 1, bytes: 1000), largest: 1000
        ) { _ in }
        #expect(await Waiter(service: service, time: time).wait(for: [watch]) == [.ended(.succeeded())])
        #expect(service.cancelled.isEmpty)
    }

    @Test func `faults that pass by themselves are left to Globus`() async throws {
        let service = ScriptedService(.state(.active("ENDPOINT_TOO_BUSY")))
        let ends = await wait(service) { $0.limit = .seconds(7200) }.ends
        #expect(try outcome(ends).status == .running)
        #expect(service.cancelled.isEmpty)
    }

    /// A task that has sent all but so many of ten files, which are refused again and again; every other answer finds no error.
    private func refusing(_ left: Int64, answers: Int, named: Int64? = nil) -> ScriptedService {
        let steps = (0..<answers).map { number in
            var document = TransferTask.active(number.isMultiple(of: 2) ? "PERMISSION_DENIED" : "OK", bytes: 1000)
            (document["files_transferred"], document["faults"]) = (.integer(10 - left), .integer(left * Int64(number)))
            return ScriptedService.Step.state(document)
        }
        let events = (0..<(named ?? left)).flatMap { number in
            [1, 2].map { _ in
                TaskEvent(
                    code: "PERMISSION_DENIED", isError: true, description: "permission denied",
                    details: "Error (transfer)\nFile: /work/f\(number).pp\nMessage: Fatal FTP response\n---\nDetails: 550-GlobusError: v=1 "
                        + "c=PERMISSION_DENIED\\r\\n550-GridFTP-Error-String: Permission denied\\r\\n550 End.\\r\\n", time: "")
            }
        }
        return ScriptedService(steps: steps, events: events)
    }

    private func waitForTen(_ service: ScriptedService, then: TaskDescription.WaitOptions.FaultPolicy.Action = .cancel) async -> [WaitEnd] {
        var options = TaskDescription.WaitOptions()
        (options.onFault.then, options.limit) = (then, .seconds(3600))
        let watch = Waiter.Watch(task: .example(1), options: options, expected: Amount(files: 10, bytes: 2000)) { _ in }
        return await Waiter(service: service, time: time).wait(for: [watch])
    }

    @Test func `a task of which every file that is left is refused ends early, with the files`() async throws {
        let service = refusing(8, answers: 400)
        let ended = try outcome(await waitForTen(service))
        #expect(ended.status == .denied)
        #expect(ended.details == (0..<8).map { "/work/f\($0).pp: Permission denied" })
        #expect(service.cancelled == [.example(1)])
        #expect(Duration.seconds(60)...(.seconds(120)) ~= time.elapsed)
        guard case .stuck(let condition, _, cancelled: true) = ended else {
            Issue.record("\(ended)")
            return
        }
        #expect(condition.text == "each of the 8 files that are left is refused")
        // What Globus said would be in quotes.
        #expect(condition.cause == "PERMISSION_DENIED: each of the 8 files that are left is refused")
    }

    @Test func `where another file may yet be sent, or none is named, the task is not given up early`() async throws {
        for named in [7, 0] as [Int64] {
            let service = refusing(8, answers: 40, named: named)
            let begin = time.elapsed
            _ = await waitForTen(service)
            #expect(service.cancelled.isEmpty || time.elapsed - begin >= .seconds(900))
        }
        // Bytes move.
        let moving = refusing(8, answers: 70)
        moving.state.withLock { state in
            state.steps =
                state.steps.enumerated().map { number, step in
                    guard case .state(var document) = step else { return step }
                    document["bytes_transferred"] = .integer(1000 + Int64(number))
                    return .state(document)
                } + [.state(.succeeded())]
        }
        #expect(await waitForTen(moving) == [.ended(.succeeded())])
        let left = refusing(1, answers: 400)
        guard case .stuck(_, _, cancelled: false)? = await waitForTen(left, then: .leave).first?.outcome else {
            Issue.record("not left")
            return
        }
        #expect(left.cancelled.isEmpty)
    }

    @Test func `a task that succeeded before the cancellation came has succeeded`() async throws {
        let service = ScriptedService(.state(.active("FILE_NOT_FOUND")), afterCancel: .succeeded())
        #expect(await wait(service).ends == [.ended(.succeeded())])
    }

    @Test func `an inactive task is left for a person, or watched on request`() async throws {
        #expect(try outcome(await wait(ScriptedService(.state(.inactive))).ends).status == .session)
        let resumed = ScriptedService(.state(.inactive), .state(.inactive), .state(.active()), .state(.succeeded()))
        #expect(await wait(resumed) { $0.onInactive = .wait }.ends == [.ended(.succeeded())])
        let never = await wait(ScriptedService(.state(.inactive))) { ($0.onInactive, $0.limit) = (.wait, .seconds(60)) }.ends
        #expect(try outcome(never).status == .session)
    }

    @Test func `a pause is told with the administrator's words, and outlived`() async throws {
        let service = ScriptedService(
            .state(.active(paused: true)), .state(.active(paused: true)), .state(.active()), .state(.succeeded()),
            pauseMessages: ["tape robot"])
        let (ends, told) = await wait(service)
        #expect(ends == [.ended(.succeeded())])
        #expect(told.first == "paused by an administrator: tape robot")
        let forever = ScriptedService(.state(.active(paused: true)), pauseMessages: ["tape robot"])
        let outcome = try outcome(await wait(forever).ends)
        #expect(outcome.status == .paused)
        #expect(outcome.whatHappened(try .example()).contains("tape robot"))
    }

    @Test func `several tasks are asked for together, and each has its own end`() async throws {
        let service = ScriptedService(.state(.active()), .state(.active()), .state(.succeeded()), .state(.failed("X", "y")))
        let ends = await wait(service, tasks: [.example(1), .example(2)]).ends
        #expect(service.requests == Array(repeating: "tasks task_id:\(TaskID.example(1)),\(TaskID.example(2))", count: 2))
        #expect(ends.map { $0.document?.status } == [.succeeded, .failed])
    }

    @Test func `a refusal while waiting ends the wait, and says so`() async throws {
        let gone = Refusal(request: "GET /v0.10/task/\(TaskID.example(1))", status: 404, code: "ClientError.NotFound", requestID: "r")
        #expect(try outcome(await wait(ScriptedService(.state(.active()), .error(.refused(gone)))).ends).status == .failed)
        let dead = ScriptedService(.state(.active()), .error(.notLoggedIn(.none(.pptransfer))))
        #expect(try outcome(await wait(dead).ends).status == .auth)
        let away = ScriptedService(.error(.unreachable(request: "GET x", .unresolved(host: "h"))))
        #expect(try outcome(await wait(away).ends).status == .unavailable)
    }

    @Test(arguments: [
        GlobusError.refused(Refusal(request: "GET x", status: 400, code: "ClientError.BadRequest")),
        .refused(Refusal(request: "GET x", status: 403, code: "PermissionDenied")),
        .refused(Refusal(request: "GET x", status: 503, code: "ServiceUnavailable")),
        .unreachable(request: "GET x", .proxyRefused(status: 502)),
        .unreachable(request: "GET x", .unconnected(host: "h", detail: "the TLS handshake was broken off")),
    ])
    func `what may be said once by mistake, or by somebody in between, ends no wait`(error: GlobusError) async throws {
        let service = ScriptedService(.state(.active()), .error(error), .state(.active()), .state(.succeeded()))
        #expect(await wait(service).ends == [.ended(.succeeded())])
    }

    @Test func `an outage that outlasts the wait's limit ends with the limit`() async throws {
        let away = GlobusError.unreachable(request: "GET x", .timedOut(host: "h", after: .seconds(60)))
        let service = ScriptedService(.state(.active()), .error(away))
        let ends = await wait(service) { ($0.limit, $0.outage) = (.seconds(40), .seconds(7200)) }.ends
        #expect(try outcome(ends).status == .running)
        #expect(time.elapsed <= .seconds(41))
    }

    @Test func `every question has the time that is left, and a last look when none is`() async throws {
        let service = WatchfulService()
        var options = TaskDescription.WaitOptions()
        options.limit = .seconds(40)
        _ = await Waiter(service: service, time: time).wait(for: [.init(task: .example(1), options: options) { _ in }])
        let deadlines = service.deadlines.withLock { $0 }
        #expect(deadlines.count > 5)
        #expect(deadlines.allSatisfy { $0.map { $0 <= .seconds(45) } ?? false })
    }

    @Test(arguments: [Int64.max, .min, -1])
    func `a record's figures may be anything`(number: Int64) async throws {
        let fault = JournalRecord.Fault(seconds: number, done: [number, number, number], faults: number)
        var options = TaskDescription.WaitOptions()
        options.limit = .seconds(60)
        let watch = Waiter.Watch(task: .example(1), options: options, fault: fault, expected: Amount(files: number, bytes: number)) {
            _ = $0.sentence
        }
        var document = TransferTask.active("VERIFY_CHECKSUM")
        for name in ["files_transferred", "files_skipped", "bytes_transferred", "faults", "effective_bytes_per_second"] {
            document[name] = .integer(number)
        }
        let ends = await Waiter(service: ScriptedService(.state(document)), time: time).wait(for: [watch])
        #expect(try !outcome(ends).whatHappened(try .example()).isEmpty)
    }

    @Test func `nothing to wait for is no wait`() async {
        #expect(await wait(ScriptedService(), tasks: []).ends.isEmpty)
    }

    @Test func `answers that make no sense count from the question, however long the transport tried`() async throws {
        let senseless = GlobusError.unreadableReply(request: "GET x", detail: "HTML")
        let service = ScriptedService(.late(senseless, after: .seconds(7200), time))
        #expect(try outcome(await wait(service).ends).status == .unavailable)
        #expect(time.elapsed <= .seconds(7201))
    }
}

/// Notes until when each question must be answered.
private final class WatchfulService: TransferService {
    let deadlines = Mutex<[Duration?]>([])
    private let inner = ScriptedService(.state(.active()))

    func task(_ id: TaskID) async throws(GlobusError) -> TransferTask {
        deadlines.withLock { $0.append(RequestDeadline.current) }
        return try await inner.task(id)
    }

    func newSubmissionID() async throws(GlobusError) -> SubmissionID { throw .cancelled }
    func submit(_ body: RequestBody) async throws(GlobusError) -> TransferResult { throw .cancelled }
    func tasks(matching filter: String) async throws(GlobusError) -> [TransferTask] { throw .cancelled }
    func events(of task: TaskID, limit: Int, errorsOnly: Bool) async throws(GlobusError) -> [TaskEvent] { throw .cancelled }
    func pauseInfo(of task: TaskID) async throws(GlobusError) -> PauseInfo { throw .cancelled }
    func successfulTransfers(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SentFile> {
        throw .cancelled
    }
    func skippedErrors(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SkippedFile> { throw .cancelled }
    func cancel(_ task: TaskID) async throws(GlobusError) -> ResultDocument { throw .cancelled }
    func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo { throw .cancelled }
    func list(_ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int) async throws(GlobusError) -> FileList {
        throw .cancelled
    }
    func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry { throw .cancelled }
}

extension WaitEnd {
    fileprivate var document: TransferTask? { if case .ended(let document) = self { document } else { nil } }
    fileprivate var outcome: Outcome? { if case .left(let outcome, _, _) = self { outcome } else { nil } }
}

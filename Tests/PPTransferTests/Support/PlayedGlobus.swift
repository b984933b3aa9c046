import Foundation
import Globus
import GlobusTesting
import Logging
import Synchronization
import Testing

@testable import PPTransfer

/// Globus at the far end of the transport, on the client's own clock: hours of waiting, with every request that they cost, in a moment.
final class PlayedGlobus: HTTPTransport {
    struct Exchange: Sendable {
        /// `GET /v0.10/task/<id>`
        var request: String
        /// By the client's clock.
        var time: Duration
        var isAnswered: Bool
    }

    private struct State {
        var exchanges: [Exchange] = []
        /// By submission id.
        var tasks: [SubmissionID: (id: String, begun: Duration, label: String?)] = [:]
        var lostAnswers: Int
    }

    private let time: SteppedTimekeeper
    /// From submission to success.
    private let taskTime: Duration
    /// When nobody can be reached.
    private let absence: Range<Duration>
    private let destination: CollectionID
    private let arrived: [DirectoryEntry]
    private let state: Mutex<State>

    /// - Parameter lostAnswers: to submissions, which are carried out all the same.
    init(
        _ time: SteppedTimekeeper, taskTime: Duration, absence: Range<Duration> = .zero..<Duration.zero, lostAnswers: Int = 0,
        destination: CollectionID, arrived: [DirectoryEntry]
    ) {
        (self.time, self.taskTime, self.absence) = (time, taskTime, absence)
        (self.destination, self.arrived) = (destination, arrived)
        state = Mutex(State(lostAnswers: lostAnswers))
    }

    var exchanges: [Exchange] { state.withLock { $0.exchanges } }
    var taskCount: Int { state.withLock { $0.tasks.count } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let answer = state.withLock { state in
            let answer = absence.contains(time.elapsed) ? .failure(.unconnected(host: "globus", detail: "refused")) : reply(request, &state)
            var isAnswered = false
            if case .success = answer { isAnswered = true }
            state.exchanges.append(Exchange(request: request.name, time: time.elapsed, isAnswered: isAnswered))
            return answer
        }
        return try answer.get()
    }

    private func reply(_ request: HTTPRequest, _ state: inout State) -> Result<HTTPResponse, TransportError> {
        switch request.name {
        case "GET /v0.10/submission_id": return Self.document(SubmissionIDDocument(value: .example(state.exchanges.count)))
        case "POST /v0.10/transfer":
            guard let document = try? JSONDecoder().decode(TransferDocument.self, from: request.body?.data ?? Data()),
                let id = document.submissionID
            else { return .success(HTTPResponse(status: 400)) }
            let known = state.tasks[id]
            let task = known ?? (id: TaskID.example(state.tasks.count + 1).description, begun: time.elapsed, label: document.label)
            state.tasks[id] = task
            if state.lostAnswers > 0 {
                state.lostAnswers -= 1
                return .failure(.interrupted(host: "globus", detail: "closed"))
            }
            return Self.document(
                TransferResult(fields: ["code": known == nil ? "Accepted" : "Duplicate", "task_id": .string(task.id)]))
        case "GET /v0.10/task_list": return Self.document(["DATA": JSONValue.array([]), "DATA_TYPE": "task_list", "total": 0])
        case let name where name.hasPrefix("GET /v0.10/task/"):
            guard let task = state.tasks.values.first(where: { name.hasSuffix("/" + $0.id) }) else {
                let body = #"{"code": "TaskNotFound", "message": "No such task", "request_id": "r-1"}"#
                return .success(HTTPResponse(status: 404, headers: ["content-type": "application/json"], body: Data(body.utf8)))
            }
            return Self.document(time.elapsed - task.begun >= taskTime ? TransferTask.succeeded() : .active(bytes: 1))
        case let name where name.hasSuffix("/ls"):
            let files = state.tasks.isEmpty ? [] : arrived
            return Self.document(FileList(endpoint: destination, path: "/", absolutePath: nil, total: files.count, files: files))
        default:
            Issue.record("nobody foresaw \(request.name)")
            return .success(HTTPResponse(status: 404))
        }
    }

    private static func document(_ document: some Encodable) -> Result<HTTPResponse, TransportError> {
        guard let body = try? JSONEncoder().encode(document) else { return .success(HTTPResponse(status: 500)) }
        return .success(HTTPResponse(status: 200, headers: ["content-type": "application/json"], body: body))
    }
}

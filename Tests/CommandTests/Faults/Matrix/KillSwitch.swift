import Foundation
import Globus
import Synchronization

/// What a process does that its sudden death may interrupt.
enum KillStep: Sendable, Equatable {
    /// About to send this request: `POST /v0.10/transfer`.
    case sending(String)
    /// The answer is there, and not read yet.
    case answered(String)
    /// About to look at the clock, as before every record.
    case recording
    /// About to look at a source file that is to be deleted.
    case deleting

    func isAnswer(to start: String) -> Bool { if case .answered(let request) = self { request.hasPrefix(start) } else { false } }
}

/// Kills a run at a step: keeps the journal as it is on disk at that moment, and lets nothing more out.
///
/// What the run still does, as it finds every request cancelled, goes to a journal that nobody reads again.
final class KillSwitch: Sendable {
    private struct State {
        var steps = 0
        var isDead = false
    }

    private let journal: String
    /// Told the number of each step, from 1 on.
    private let isTheEnd: @Sendable (Int, KillStep) -> Bool
    private let state = Mutex(State())

    init(journal: String, isTheEnd: @escaping @Sendable (Int, KillStep) -> Bool) { (self.journal, self.isTheEnd) = (journal, isTheEnd) }

    var isDead: Bool { state.withLock { $0.isDead } }
    private var kept: String { journal + ".kept" }

    /// - Returns: whether the process still lives.
    @discardableResult
    func step(_ step: KillStep) -> Bool {
        state.withLock { state in
            guard !state.isDead else { return false }
            state.steps += 1
            guard isTheEnd(state.steps, step) else { return true }
            state.isDead = true
            try? FileManager.default.copyItem(atPath: journal, toPath: kept)
            return false
        }
    }

    /// Puts the journal of the moment of death in its place, without the dead process's lock: it names this process, which lives.
    func bury() throws {
        guard isDead else { return }
        try? FileManager.default.removeItem(atPath: journal)
        guard FileManager.default.fileExists(atPath: kept) else { return }
        try FileManager.default.moveItem(atPath: kept, toPath: journal)
        for file in try FileManager.default.subpathsOfDirectory(atPath: journal) where file.contains(".lock") {
            try FileManager.default.removeItem(atPath: journal + "/" + file)
        }
    }
}

/// Carries requests for as long as the process lives, and notes every secret that goes out.
struct WatchedTransport<Wrapped: HTTPTransport>: HTTPTransport {
    let wrapped: Wrapped
    let killSwitch: KillSwitch?
    let note: @Sendable (String) -> Void

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        switch request.authorization {
        case .bearer(let token): token.withSecret(note)
        case .basic(let id, let secret): secret.withSecret { note(Data("\(id):\($0)".utf8).base64EncodedString()) }
        case nil: break
        }
        if killSwitch?.step(.sending(request.name)) == false { throw .cancelled }
        let response = try await wrapped.attempt(request)
        if killSwitch?.step(.answered(request.name)) == false { throw .cancelled }
        return response
    }
}

import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import PPTransfer

/// `cylc` as a job may find it: recording, failing, hanging, or not at all.
@Suite struct CylcMessengerTests {
    private let directory: TemporaryDirectory
    private let log = LogRecorder()

    init() throws { directory = try TemporaryDirectory() }

    private var environment: [String: String] { ["PATH": directory.path + ":/usr/bin:/bin", "RECORD": directory.path] }

    private func messenger(_ script: String?, patience: Duration = .seconds(60), path: String? = nil) throws -> CylcMessenger {
        if let script {
            let file = directory.path + "/cylc"
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: file))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        }
        var environment = environment
        if let path { environment["PATH"] = path }
        let job = try #require(CylcJob(["CYLC_WORKFLOW_ID": "u-ab123/run1", "CYLC_TASK_JOB": "3/pptransfer/01"]))
        let log = log
        return CylcMessenger(
            job, environment: environment, patience: patience, log: Logger(label: "test") { _ in RecordingHandler(recorder: log) })
    }

    private func recorded(_ name: String = "calls") -> String {
        (try? String(contentsOfFile: directory.path + "/" + name, encoding: .utf8)) ?? ""
    }

    @Test func `messages arrive in their order, and finishing waits for them`() async throws {
        let messenger = try messenger(#"printf '%s\n' "$@" >> "$RECORD/calls""#)
        await messenger.tell([.submitted()])
        await messenger.tell([.ended(.ok, "atmos"), .ended(.ok)])
        await messenger.finish()
        let messages = recorded().split(separator: "\n").filter { $0.contains(":pptransfer") }
        #expect(messages == ["INFO:pptransfer submitted", "INFO:pptransfer archived atmos", "INFO:pptransfer archived"])
        #expect(log.lines.isEmpty)
    }

    @Test func `a cylc that fails is a warning, and the next message is tried`() async throws {
        let messenger = try messenger(#"echo x >> "$RECORD/calls"; exit 7"#)
        await messenger.tell([.submitted()])
        await messenger.finish()
        await messenger.tell([.ended(.ok)])
        await messenger.finish()
        #expect(recorded() == "x\nx\n")
        let line = "warning: cylc message failed with status 7: the scheduler received no message; the transfer is not affected"
        #expect(log.lines == [line, line])
    }

    @Test func `a cylc that hangs is ended with all that it started`() async throws {
        let messenger = try messenger(
            #"sleep 1000 & echo "$$ $!" > "$RECORD/part"; mv "$RECORD/part" "$RECORD/pids"; wait"#, patience: .seconds(2))
        await messenger.tell([.submitted()])
        await messenger.finish()
        let pids = recorded("pids").split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
        try #require(pids.count == 2)
        for pid in pids { #expect(!isAlive(pid)) }
        // The shell was ours to wait for.
        #expect(!FileManager.default.fileExists(atPath: "/proc/\(pids[0])"))
    }

    @Test func `where there is no cylc, one note for debugging says so`() async throws {
        let messenger = try messenger(nil, path: "/nonexistent")
        await messenger.tell([.submitted()])
        await messenger.finish()
        await messenger.tell([.ended(.ok)])
        await messenger.finish()
        #expect(log.lines == ["debug: there is no cylc on PATH to send messages with"])
    }

    @Test func `abandoning ends what is under way`() async throws {
        let messenger = try messenger(#"echo $$ > "$RECORD/part"; mv "$RECORD/part" "$RECORD/pids"; exec sleep 1000"#)
        await messenger.tell([.submitted()])
        while recorded("pids").isEmpty { await Task.yield() }
        let pid = try #require(Int32(recorded("pids").trimmingCharacters(in: .whitespacesAndNewlines)))
        await messenger.abandon()
        #expect(!isAlive(pid))
    }

    /// What was killed and whose parent is gone may wait for the system to bury it.
    private func isAlive(_ pid: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return text.split(separator: ")").last?.split(separator: " ").first != "Z"
    }
}

/// Every line that was logged: `warning: text`.
final class LogRecorder: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock { $0 } }

    func add(_ line: String) { state.withLock { $0.append(line) } }
}

private struct RecordingHandler: LogHandler {
    let recorder: LogRecorder
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { recorder.add("\(event.level): \(event.message)") }
}

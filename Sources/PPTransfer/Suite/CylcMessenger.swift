import Globus
package import Logging
import PositionedYAML
import Subprocess

/// Tells the scheduler by `cylc message`. Nothing that becomes of it can fail a run, or hold it up for longer than `patience`.
package actor CylcMessenger {
    /// For one call, and for all that is left at the end of a run.
    package static let patience = Duration.seconds(10)

    private let job: CylcJob
    private let variables: [String: String]
    private let patience: Duration
    private let log: Logger
    private var waiting: [CylcMessage] = []
    private var sender: Task<Void, Never>?
    private var isMissing = false

    /// - Parameter environment: where `cylc` is looked for (`PATH`), and what it is given.
    package init(_ job: CylcJob, environment: [String: String], patience: Duration = CylcMessenger.patience, log: Logger) {
        (self.job, variables, self.patience, self.log) = (job, Secrets.without(environment, names: .pptransfer), patience, log)
    }

    /// Returns at once. Messages arrive in the order in which they were told.
    package func tell(_ messages: [CylcMessage]) {
        guard !isMissing, !messages.isEmpty else { return }
        waiting += messages
        if sender == nil { sender = Task { await sendAll() } }
    }

    /// Returns once all is told, or given up.
    package func finish() async {
        guard let sender else { return }
        let end = Task { [patience] in
            try await Task.sleep(for: patience)
            sender.cancel()
        }
        await withTaskCancellationHandler {
            await sender.value
        } onCancel: {
            sender.cancel()
        }
        end.cancel()
    }

    /// Ends what is under way, at once.
    package func abandon() async {
        waiting = []
        sender?.cancel()
        await sender?.value
    }

    private func sendAll() async {
        while !waiting.isEmpty, !isMissing, !Task.isCancelled {
            let messages = waiting
            waiting = []
            await send(messages)
        }
        sender = nil
    }

    private func send(_ messages: [CylcMessage]) async {
        let call = Task { try await Self.call(job.arguments(for: messages), variables) }
        let end = Task { [patience] in
            try await Task.sleep(for: patience)
            call.cancel()
        }
        defer { end.cancel() }
        do {
            let status = try await withTaskCancellationHandler {
                try await call.value
            } onCancel: {
                call.cancel()
            }
            // What was abandoned says nothing of the scheduler.
            if !Task.isCancelled, let complaint = complaint(status) { log.warning("\(complaint); the transfer is not affected") }
        } catch let error as SubprocessError where error.code == .executableNotFound {
            isMissing = true
            log.debug("there is no cylc on PATH to send messages with")
        } catch {
            log.warning("cylc message could not be started: \(error); the transfer is not affected")
        }
    }

    private func complaint(_ status: TerminationStatus) -> String? {
        switch status {
        case .exited(0): nil
        case .exited(let code): "cylc message failed with status \(code): the scheduler received no message"
        case .signaled: "cylc message did not end within \(Quantity.time(patience)): the scheduler may not have received the message"
        }
    }

    /// When cancelled, ends `cylc` and all that it started.
    private static func call(_ arguments: [String], _ variables: [String: String]) async throws -> TerminationStatus {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
        let environment = Environment.custom(
            Dictionary(variables.compactMap { name, value in Environment.Key(rawValue: name).map { ($0, value) } }) { _, last in last })
        return try await run(
            .name("cylc"), arguments: Arguments(arguments), environment: environment, platformOptions: options, input: .none,
            output: .discarded, error: .discarded
        ).terminationStatus
    }
}

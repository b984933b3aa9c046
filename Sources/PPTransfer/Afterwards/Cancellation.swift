package import Globus

/// Cancels the tasks that records know of. The records stay as they are: whoever waits, or runs next, learns it from Globus.
package struct Cancellation: Sendable {
    package struct Result: Sendable {
        /// `u-ab123 19880901T0000Z atmos`
        package var title: String
        package var task: TaskID?
        package var message: String
        package var exitStatus: Int32
    }

    private let service: any TransferService
    private let words: RemedyWording

    package init(service: any TransferService, words: RemedyWording) { (self.service, self.words) = (service, words) }

    /// - Returns: what became of each, in the order of the records.
    package func cancel(_ records: [JournalRecord]) async -> [Result] {
        var results: [Result] = []
        for record in records {
            let (message, status) = await outcome(record)
            let title = [record.workflow, record.cycle, record.name].compactMap { $0 }.joined(separator: " ")
            results.append(Result(title: title, task: record.submission?.task, message: message, exitStatus: status.number))
        }
        return results
    }

    private func outcome(_ record: JournalRecord) async -> (String, ExitStatus) {
        guard let submission = record.submission, submission.state == .accepted || submission.state == .intended else {
            return ("no Globus task is under way", .ok)
        }
        guard let task = submission.task else {
            return ("whether Globus has the submission is not known; \(words[.repeatSubmission]), then cancel", .unavailable)
        }
        do throws(GlobusError) {
            let answer = try await service.cancel(task)
            let document = try await service.task(task)
            switch document.status {
            case .succeeded: return ("Globus task \(task) had succeeded already", .ok)
            case .failed: return ("Globus task \(task) is cancelled (\(answer.code)); what has arrived stays there", .ok)
            default: return ("Globus task \(task) will end soon (\(answer.code))", .ok)
            }
        } catch {
            return ("Globus task \(task): \(error)", ExitStatus(error, during: .waiting))
        }
    }
}

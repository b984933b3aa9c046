import Foundation

@testable import Rehearsal

extension FaultWorld {
    /// Looks at the stand-in and at the disk once a case is over.
    func verdict(on fault: FaultCase) async -> FaultVerdict {
        var verdict = state.withLock { $0.verdict }
        verdict.secondTasks += await secondTasks()
        verdict.leaks += leaks()
        let statuses = state.withLock { $0.statuses }
        let all = fault.ofEveryRun.map { Array(repeating: $0, count: max(1, statuses.count)) } ?? fault.expected
        if statuses.count != all.count { verdict.others.append("\(statuses.count) runs instead of \(all.count)") }
        for (number, (status, expected)) in zip(statuses, all).enumerated() where !expected.allowed.contains(status) {
            let text =
                "run \(number + 1) left with \(status) instead of \(expected): \(state.withLock { $0.texts.joined(separator: "\n") })"
            if expected.allowed == [0] { verdict.falseFailures.append(text) } else { verdict.others.append(text) }
        }
        return verdict
    }

    /// I1: of one label, a task was accepted while an earlier one lived, or was only kept from it by the service.
    private func secondTasks() async -> [String] {
        var found: [String] = []
        for tasks in Dictionary(grouping: await tasks(), by: { $0.progress.label ?? "" }).values {
            for (earlier, later) in zip(tasks, tasks.dropFirst())
            where earlier.progress.completed.map({ $0 > later.spec.requested }) ?? true {
                found.append("\(later.id) was accepted while \(earlier.id) lived")
            }
        }
        let conflicts = standIn.requests.count { $0.path == "/v0.10/transfer" && $0.status == 409 }
        let explained = state.withLock { $0.explainedConflicts }
        if conflicts > explained { found.append("\(conflicts) submissions met a live task, of which \(explained) should") }
        return found
    }

    /// I4: no secret stands in a log line, a report or a file.
    private func leaks() -> [String] {
        let (texts, seen) = state.withLock { ($0.texts + $0.documents, $0.secrets) }
        let secrets = seen.union([standIn.service.configuration.clientSecret.withSecret { $0 }])
        var places = texts.enumerated().map { ("text \($0.offset + 1)", Data($0.element.utf8)) }
        for (path, data) in FileTree.read(desk.path(""), followingLinks: false) {
            places.append((String(decoding: path, as: UTF8.self), data))
        }
        return places.filter { place in secrets.contains { place.1.range(of: Data($0.utf8)) != nil } }.map { "in \($0.0)" }
    }
}

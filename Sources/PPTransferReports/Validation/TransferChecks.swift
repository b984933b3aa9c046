import Globus
import PPTransfer
import PositionedYAML
import SystemFiles

/// What is wrong, or looks wrong, with one transfer by itself, beyond what a run refuses.
struct TransferChecks {
    /// Of a path, and of one of its components, as Linux has it.
    private static let (longestPath, longestName) = (4095, 255)

    static func problems(of transfer: PlacedTransfer) -> [Problem] {
        ends(transfer) + transfer.description.filesThatAreNone + selection(transfer) + times(transfer) + names(transfer)
    }

    private static func ends(_ transfer: PlacedTransfer) -> [Problem] {
        let (source, destination) = (transfer.source, transfer.destination)
        var problems: [Problem] = []
        // As a run does.
        if let problem = SamePlace.problem(transfer.description, from: source, to: destination, Mounts(home: nil, isRehearsal: false)) {
            problems.append(problem)
        }
        for (end, key) in [(source, "from.path"), (destination, "to.path")] {
            let text = end.path.description
            let longest = text.parts(at: "/").map(\.utf8.count).max() ?? 0
            let place = (key == "from.path" ? transfer.description.from : transfer.description.to).path.position
            if text.utf8.count > longestPath {
                problems.append(
                    Problem(at: place, key: key, "the path has \(text.utf8.count) bytes; the limit is \(longestPath)", remedy: "shorten it")
                )
            }
            if longest > longestName {
                problems.append(
                    Problem(
                        at: place, key: key, "a part of the path has \(longest) bytes; file systems take \(longestName)",
                        remedy: "shorten it"))
            }
        }
        return problems
    }

    private static func selection(_ transfer: PlacedTransfer) -> [Problem] {
        var problems: [Problem] = []
        let path = transfer.description.from.path
        let select = transfer.description.select
        let parts = path.value.parts(at: "/")
        let position = transfer.description.from.path.position
        if let cycle = transfer.cycle, parts.count > 2, parts.suffix(3) == ["share", "cycle", cycle[...]], select.include.isEmpty,
            select.exclude.isEmpty
        {
            problems.append(
                Problem(
                    .warning, at: position, key: "from.path",
                    "every task of the cycle may keep files in its share directory, and all of them are sent",
                    remedy: "choose with 'select:', or stage into a directory of its own below it"))
        }
        if let source = try? CollectionPath(path.value), let journal = try? CollectionPath(transfer.journal.directory),
            journal.isInside(source)
        {
            let problem = JournalProblem.inSource(path: transfer.journal.directory)
            problems.append(Problem(at: position, key: "from.path", "\(problem)", remedy: problem.remedy(in: .commands).oneLine))
        }
        return problems
    }

    private static func times(_ transfer: PlacedTransfer) -> [Problem] {
        let (wait, deadline) = (transfer.description.wait.limit, transfer.description.transfer.deadline)
        var problems: [Problem] = []
        if wait > deadline, transfer.node.node(at: "wait.limit") == nil {
            problems.append(
                Problem(
                    .warning, at: transfer.position(of: "transfer.deadline"), key: "transfer.deadline",
                    "\(deadline.written) is shorter than wait.limit (\(wait.written) unless given): Globus ends the task first",
                    remedy: "raise the deadline, or write a shorter 'wait: {limit: …}'"))
        }
        if let site = transfer.source.site, let job = site.job, wait > job {
            problems.append(
                Problem(
                    .warning, at: transfer.position(of: "wait.limit"), key: "wait.limit",
                    "\(wait.written) is longer than a job may last at \(site.alias) (\(job.written))",
                    remedy: "write less; a later run resumes the wait"))
        }
        return problems
    }

    private static func names(_ transfer: PlacedTransfer) -> [Problem] {
        let description = transfer.description
        var problems: [Problem] = []
        let parts = ["pptransfer", description.workflow.value, transfer.cycle, description.name?.value].compactMap { $0 }
        let length = parts.joined(separator: " ").utf8.count
        if length > TransferLabel.longest {
            problems.append(
                Problem(
                    .warning, at: transfer.position(of: "workflow"), key: "workflow",
                    "with cycle and name, the task's label has \(length) characters and is cut to \(TransferLabel.longest)",
                    remedy: "shorten the workflow's or the transfer's name"))
        }
        return problems
    }
}

import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct RecordsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "records",
        abstract: "Correct the journal after files or names have moved.",
        discussion: """
            The journal says where each cycle was archived. These commands tell it what happened since: files were moved to another \
            place (move), a workflow has another name (rename), files are on tape (note), or a record is to be left out (forget). They \
            send nothing and delete no data. Without --yes, each command only prints what it would change.

              pptransfer records move u-ab123 --to '/gws/ssde/j25b/u-ab123/{cycle}'
              pptransfer records note u-ab123 --to 19891201T0000Z \\
                --text 'NLDS holding u-ab123-1988' --yes
            """,
        subcommands: [Move.self, Forget.self, Rename.self, Note.self])

    fileprivate static let choice = "--cycle, --from, --to or --all"

    struct ConfirmOptions: ParsableArguments {
        @Flag(help: "Change the records. Without it, the changes are only printed.")
        var yes = false
    }

    struct TaskOptions: ParsableArguments {
        @Flag(
            name: .customLong("forget-task"),
            help: "Change records of which a Globus task may be at work, too. Use it only if you know that the task has ended.")
        var forgetsTask = false
    }

    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "move",
            abstract: "Record that archived files were moved to another place.",
            usage: "pptransfer records move [<workflow>] [<points> ...] [<options>]",
            discussion: """
                Looks for every verified file of each cycle at the new place, by size; on this machine, by reading it. If all are there, the \
                record names the new place from then on, and 'verify', 'status' and 'receipt' use it. If a file is missing or differs, the \
                record stays as it is, and the exit status is 60. Without --yes, nothing is looked for, and no network is used.

                A place holds ':/', or begins with '/', which means the recorded collection. '{cycle}', '{workflow}' and '{name}' stand for \
                those of each record. pptransfer did not send the files to the new place; so 'clean' deletes nothing at the source on \
                their account, until a 'run' to the new place has compared the contents.

                  pptransfer records move u-ab123 --to '/gws/ssde/j25b/u-ab123/{cycle}'
                  pptransfer records move u-ab123 --yes \\
                    --to 'jasmin:/gws/ssde/j25b/u-ab123/{cycle}'
                """)

        @OptionGroup var place: JournalOptions
        @OptionGroup var cycles: CycleOptions
        @OptionGroup var confirming: ConfirmOptions
        @OptionGroup var logging: LogOptions

        func validate() throws {
            var cycles = cycles
            let places = try cycles.takePlaces()
            if places.source != nil { throw ValidationError("only the destination of archived files can be moved: --to PLACE") }
            if places.destination == nil {
                throw ValidationError("name the new place: --to 'COLLECTION:/path/{cycle}', or --to '/path/{cycle}' on the same collection")
            }
            if !cycles.areChosen, place.workflow == nil { throw ValidationError("name the workflow, or select cycles") }
        }

        func run() async throws {
            var cycles = cycles
            let destination = try cycles.takePlaces().destination
            let done = confirming.yes
            guard
                let work = try RecordedWork(
                    place, cycles, logging, command: "pptransfer records move", choice: nil,
                    ifNone: { _ in RecordsReport(transfers: [], isDone: done) },
                    { $0.archivedOnly = true })
            else { return }
            let plans = try await work.session.plans(of: work, from: nil, to: destination)
            try requireDistinct(plans, work)
            var results: [RecordUpkeep.Result] = []
            if done {
                var service: (any TransferService)?
                if !plans.allSatisfy({ $0.localDestination != nil }) {
                    do throws(GlobusError) {
                        service = try work.session.connected(for: .transfers(plans), heardBy: work.reporter).transfer
                    } catch {
                        throw work.console.refused(login: error)
                    }
                }
                let relocation = Relocation(service: service, journal: work.journal, log: work.console.log)
                let task = Task {
                    var results: [RecordUpkeep.Result] = []
                    for (index, record) in work.records.enumerated() where !Task.isCancelled {
                        results.append(await relocation.move(record, work.plans[index], to: plans[index]))
                    }
                    return results
                }
                let interruption = Interruption { task.cancel() }
                results = await task.value
                if let number = interruption.number {
                    return try work.end(results, done, json: place.json, status: .signal(number))
                }
            } else {
                results = zip(work.plans, plans).map { old, new in
                    RecordUpkeep.Result(
                        old.title, "would be at \(new.destination.text), is at \(old.destination.text)")
                }
            }
            try work.end(results, done, json: place.json)
        }

        /// Makes sure that what was at several places is not recorded at one: files of the same names would count for each other.
        private func requireDistinct(_ plans: [TransferPlan], _ work: RecordedWork) throws {
            var seen: [String: String] = [:]
            for (plan, old) in zip(plans, work.plans) {
                let place = plan.destination.text
                guard let other = seen.updateValue(old.destination.text, forKey: place), other != old.destination.text else { continue }
                work.console.error("several cycles would be at \(place); write '{cycle}' into --to, or choose one cycle")
                throw ExitCode(.usage)
            }
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "forget",
            abstract: "Take the records of cycles out of the journal.",
            discussion: """
                The next run of such a cycle starts over. Data stay at both ends. A copy of each record is kept beside the journal's \
                records, with the ending .forgotten, until the record of the same cycle is forgotten again. A cycle that may have a Globus \
                task at work is left alone (status 31).

                  pptransfer records forget u-ab123 --cycle 19880901T0000Z --yes
                """)

        @OptionGroup var place: JournalOptions
        @OptionGroup var cycles: CycleOptions
        @OptionGroup var confirming: ConfirmOptions
        @OptionGroup var tasks: TaskOptions
        @OptionGroup var logging: LogOptions

        @Flag(help: "Every cycle of the workflow.")
        var all = false

        func validate() throws {
            if !all { try cycles.requireChoice(place, RecordsCommand.choice) }
        }

        func run() async throws {
            let done = confirming.yes
            guard
                let work = try RecordedWork(
                    place, cycles, logging, command: "pptransfer records forget", choice: all ? nil : RecordsCommand.choice,
                    ifNone: { _ in RecordsReport(transfers: [], isDone: done) }, { _ in })
            else { return }
            let upkeep = RecordUpkeep(work.journal, changes: done, forgetsTask: tasks.forgetsTask, words: work.words)
            try work.end(await upkeep.forget(work.records), done, json: place.json)
        }
    }

    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename",
            abstract: "Give a workflow's records another name.",
            usage: "pptransfer records rename [<workflow>] [<options>] --as <name>",
            discussion: """
                The receipts and the history of all its cycles belong to the new workflow from then on. Data stay where they are. A cycle \
                that may have a Globus task at work, or of which the new workflow has a record already, is left alone.

                  pptransfer records rename u-ab123/run1 --as u-ab123 --yes
                """)

        @OptionGroup var place: JournalOptions
        @OptionGroup var cycles: CycleOptions
        @OptionGroup var confirming: ConfirmOptions
        @OptionGroup var tasks: TaskOptions
        @OptionGroup var logging: LogOptions

        @Option(name: .customLong("as"), help: ArgumentHelp("The new name.", valueName: "workflow"))
        var newName: String

        func validate() throws {
            if place.workflow == nil { throw ValidationError("name the workflow") }
        }

        func run() async throws {
            let done = confirming.yes
            guard
                let work = try RecordedWork(
                    place, cycles, logging, command: "pptransfer records rename", choice: nil,
                    ifNone: { _ in RecordsReport(transfers: [], isDone: done) }, { _ in })
            else { return }
            let upkeep = RecordUpkeep(work.journal, changes: done, forgetsTask: tasks.forgetsTask, words: work.words)
            try work.end(await upkeep.changeWorkflow(of: work.records, work.plans, to: newName), done, json: place.json)
        }
    }

    struct Note: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "note",
            abstract: "Note where the archived files of cycles are now.",
            discussion: """
                For files that were moved to where Globus cannot list them, such as tape. 'status', 'receipt' and 'report' show the note, and \
                'verify --all' leaves such cycles out. A note proves nothing. It goes when the cycle is sent again, or moved with \
                'records move'.

                  pptransfer records note u-ab123 --cycle 19880901T0000Z --yes \\
                    --text 'NLDS holding u-ab123-1988'
                  pptransfer records note u-ab123 --cycle 19880901T0000Z --clear --yes
                """)

        @OptionGroup var place: JournalOptions
        @OptionGroup var cycles: CycleOptions
        @OptionGroup var confirming: ConfirmOptions
        @OptionGroup var logging: LogOptions

        @Option(help: ArgumentHelp("The note, one line.", valueName: "text"))
        var text: String?

        @Flag(help: "Take the note back.")
        var clear = false

        @Flag(help: "Every archived cycle of the workflow.")
        var all = false

        func validate() throws {
            if (text == nil) != clear { throw ValidationError("give either --text or --clear") }
            if let text, text.isEmpty || text.utf8.count > 200 || text.contains(where: \.isNewline) {
                throw ValidationError("--text is one line of 1 to 200 bytes")
            }
            if !all { try cycles.requireChoice(place, RecordsCommand.choice) }
        }

        func run() async throws {
            let done = confirming.yes
            guard
                let work = try RecordedWork(
                    place, cycles, logging, command: "pptransfer records note", choice: all ? nil : RecordsCommand.choice,
                    ifNone: { _ in RecordsReport(transfers: [], isDone: done) }, { $0.archivedOnly = all })
            else { return }
            let upkeep = RecordUpkeep(work.journal, changes: done, words: work.words)
            try work.end(await upkeep.note(text, on: work.records, work.plans), done, json: place.json)
        }
    }
}

extension RecordedWork {
    /// Prints what was changed, or would be, and exits with the most serious status.
    fileprivate func end(_ results: [RecordUpkeep.Result], _ done: Bool, json: Bool, status: ExitStatus? = nil) throws {
        let status = status ?? ExitStatus.mostSerious(of: results.map { ExitStatus(number: $0.exitStatus) } + [unreadStatus])
        if json {
            console.document(ReportDocument(RecordsReport(transfers: results, isDone: done), status: status))
        } else {
            for item in results { console.result(line: "\(item.title): \(item.message)") }
            if !done, status == .ok { console.note("nothing was changed; add --yes to change the records") }
        }
        try console.leave(with: status)
    }
}

import Globus
import PositionedYAML
import SystemFiles

/// What the end of a task comes to: a proof, a failure with its cause, or more to do.
struct Conclusion {
    let submitter: Submitter
    let begun: Submitter.Begun

    private var plan: TransferPlan { submitter.plan }
    private var service: any TransferService { submitter.service }
    private var time: any Timekeeper { submitter.time }

    func outcome(of end: WaitEnd) async -> (Outcome, TransferTask?) {
        switch end {
        case .left(.stuck(let condition, let events, let cancelled), let document, _):
            let changes = SourceChange.causes.contains(condition.code ?? "") ? await sourceChanges() : []
            // The next task need not send what this one has brought.
            if cancelled, let document { _ = await keepArrived(document, besides: changes) }
            if !changes.isEmpty { return (.sourceChanged(changes, taskHasEnded: cancelled), document) }
            return (.stuck(condition, events: events, cancelled: cancelled), document)
        case .left(let outcome, let document, _):
            return (outcome, document)
        case .ended(let document) where document.status == .succeeded:
            submitter.tellDifferences(document)
            return (await proof(document), document)
        case .ended(let document):
            return (await failure(document), document)
        }
    }

    /// What was sent may not be all: a task that this run did not submit itself may have left out what was staged since, and a large
    /// transfer takes several.
    func goOn(after outcome: Outcome, _ document: TransferTask?) async -> Submitter.Beginning? {
        switch (begun.origin, outcome) {
        // Of a found task, what must not be deleted as it is known is compared by a task of our own.
        case (.takenUp, .archived), (.found, .archived):
            return await submitter.goOn(after: begun.manifest)
        case (.submitted, .archived) where begun.rest.files > 0:
            return await submitter.goOn(after: begun.manifest, source: begun.rest.source)
        case (_, .undigested(let archive, isLate: false)) where !plan.readsArrivals && mayYetBeDigested(archive):
            submitter.log.info("Globus confirms digests only of files that it sends: re-sending those that it skipped as equal")
            return await submitter.goOn(after: (try? submitter.journal?.proven(atLeast: .digest)) ?? Manifest([]), digests: begun.manifest)
        case (.found, .sameLabel(_, doing: nil, hasEnded: true)):
            submitter.log.info("it is not known what the task that was found has sent; submitting the transfer")
            return await submitter.goOn(after: Manifest([]))
        case (_, .sourceChanged(let changes, taskHasEnded: true)) where mayLeave(changes):
            guard let document else { return nil }
            return await leave(changes, document)
        case (_, .mismatch(let differences)) where !begun.isRepair && areLost(differences):
            return await repair(differences, document)
        case (.found, .mismatch):
            // Nobody wrote down what that task was to bring: send what it did not. What is there already is not sent again.
            submitter.log.info("the task that was found did not send all files; submitting the rest")
            return await submitter.goOn(after: Manifest([]))
        default:
            return nil
        }
    }

    // MARK: what was proven before and is lost

    /// The differences of files that an earlier task had brought: nothing is wrong with this one.
    private func lost(_ differences: [FileDifference]) -> [FileDifference] {
        guard let there = (try? submitter.journal?.proven(atLeast: .size)) ?? nil else { return [] }
        let before = Set(there.entries.map(\.listed))
        let known = Set(begun.manifest.entries.filter { before.contains($0.listed) }.map { FileName($0.path) })
        return differences.filter { difference in
            switch difference {
            case .missing(let path), .size(let path, _, _), .notAFile(let path), .unsent(let path): known.contains(FileName(path))
            case .digest, .contents, .unread, .extra: false
            }
        }
    }

    private func areLost(_ differences: [FileDifference]) -> Bool { !differences.isEmpty && lost(differences).count == differences.count }

    /// Records what is proven without the files that are lost, and sends these again if the source still has them.
    private func repair(_ differences: [FileDifference], _ document: TransferTask?) async -> Submitter.Beginning? {
        guard let journal = submitter.journal else { return nil }
        submitter.log.warning(
            "at \(plan.destination.text) \(Quantity.count(differences.count, "file")) differ from what was verified earlier; submitting again"
        )
        do throws(JournalProblem) {
            try journal.disproven(differences)
            let lost = Set(differences.map { FileName($0.path) })
            let rest = begun.manifest.filter { !lost.contains(FileName($0.path)) }
            guard plan.description.verify.level != .digest else {
                let proven = try journal.proven(atLeast: .digest) ?? Manifest([])
                return await submitter.goOn(after: proven, digests: begun.manifest, isRepair: true)
            }
            let figures = TaskFigures(document ?? TransferTask(fields: [:]))
            let archive = Archive(files: rest.entries.count, bytes: rest.bytes, figures: figures, level: .size)
            var sent: SentFiles?
            if let document { sent = await sentFiles(document).sent }
            let doubts = try witness(sent, figures, journal).doubts(about: rest, nil)
            try journal.proven(archive, rest, doubts, missing: lost.count)
            return await submitter.goOn(after: rest, isRepair: true)
        } catch {
            return .done(.journal(error))
        }
    }

    /// Whether another task would bring more of the proof: never without end.
    private func mayYetBeDigested(_ archive: Archive) -> Bool {
        if !begun.sendsAgain || begun.rest.unsent > 0 { return true }
        return begun.rest.files > 0 && (archive.byDigest ?? 0) > begun.rest.attested
    }

    // MARK: proof

    private func proof(_ document: TransferTask) async -> Outcome {
        if document.skippedErrors > 0 {
            let skipped = try? await service.skippedErrors(of: begun.task, from: nil)
            return .partial(skipped?.items ?? [], count: document.skippedErrors)
        }
        if begun.pathsUnknown {
            switch await FoundPaths(of: begun.task, plan, through: service) {
            case .between: break
            case .other(let path): return .sameLabel(begun.task, doing: "sent \(path)", hasEnded: true)
            case .untold: return .sameLabel(begun.task, doing: nil, hasEnded: true)
            }
        }
        let level = plan.description.verify.level
        guard level != .none else { return recorded(archive(document), begun.manifest, nil, nil) }
        let (sent, isLate) = await sentFiles(document)
        var finding: Proof.Finding
        do throws(GlobusError) {
            finding = try await Proof(service: service, time: time).finding(
                of: part ?? begun.manifest, at: plan.destination, comparesTimes: plan.description.transfer.preserveTimestamp)
        } catch {
            return error == .cancelled
                ? .interrupted()
                : .unverified(error, sent: sent?.confirmed(begun.manifest), of: begun.manifest.entries.count)
        }
        let before = (try? submitter.journal?.proven(atLeast: level)) ?? Manifest([])
        if finding.differences.isEmpty, let sent {
            let there = try? submitter.journal?.proven(atLeast: .size)
            finding.differences = sent.unaccounted(begun.manifest, document, before: there ?? before).map { .unsent($0) }
        }
        // What a later task is to bring may be there from an earlier try.
        if begun.rest.files > 0 || plan.isAmongOthers { finding.extra = [] }
        if let sums = SumsFile(plan) { finding.extra.removeAll { sums.isOurs($0) } }
        finding.extra = await finding.extra.isEmpty ? [] : withoutSourceDirectories(withoutOwn(finding.extra))
        if !finding.extra.isEmpty {
            if plan.description.verify.extra == .fail { finding.differences += finding.extra.map { .extra($0) } }
            let names = Quantity.list(finding.extra, most: 5).joined(separator: ", ")
            submitter.log.warning("there are other files at \(plan.destination.text) that this transfer did not send: \(names)")
        }
        guard level == .digest else {
            return finding.differences.isEmpty
                ? recorded(archive(document, extra: finding.extra), begun.manifest, sent, finding)
                : await mismatch(finding.differences)
        }

        if let destination = plan.localDestination, plan.readsArrivals {
            return await arrivalProof(document, sent, isLate: isLate, finding, before, at: destination)
        }
        var told = sent
        for task in earlierTasks where told == nil || !Attestation(begun.manifest, told, before).isComplete {
            // What was sent before a task of which nothing is known may have been replaced by it.
            guard let more = try? await SentFiles(of: task, begun.manifest, at: plan.destination, through: service) else { break }
            told = told?.merging(more) ?? more
        }
        let attestation = Attestation(begun.manifest, told, before)
        finding.differences += attestation.differences
        guard finding.differences.isEmpty else { return await mismatch(finding.differences) }
        var archive = archive(document, extra: finding.extra)
        archive.byDigest = attestation.count
        if attestation.isComplete { return recorded(archive, attestation.manifest, sent, finding) }
        archive.level = .size
        // Nothing is recorded: the next run asks for the list of the same task.
        if isLate { return .undigested(archive, isLate: true) }
        let outcome = recorded(archive, attestation.manifest, sent, finding)
        if case .archived(let archive) = outcome { return .undigested(archive) }
        return outcome
    }

    // MARK: what arrived on this machine

    /// The proof by digest of a download: what arrived is read here.
    private func arrivalProof(
        _ document: TransferTask, _ sent: SentFiles?, isLate: Bool, _ finding: Proof.Finding, _ before: Manifest,
        at destination: LocalDestination
    ) async -> Outcome {
        guard finding.differences.isEmpty else { return await mismatch(finding.differences) }
        let isCompared = comparesSkipped && !isLate
        let lastRead = submitter.journal?.record.receipt?.readHere.flatMap { Timestamp(wire: $0) }
        func known(from told: SentFiles?) -> ArrivalProof {
            ArrivalProof(
                begun.manifest, told, before, recording: plan.description.verify.digest.algorithm ?? .sha256,
                isCompared: { index in isCompared && sent.map { $0[index] == .unlisted } ?? false },
                isUnaltered: { file in lastRead.map { destination.isUnaltered(file.path, since: $0) } ?? false })
        }
        var (told, proof) = (sent, known(from: sent))
        for task in earlierTasks where proof.unknown > 0 {
            // What was sent before a task of which nothing is known may have been replaced by it.
            guard
                let more = try? await SentFiles(
                    of: task, begun.manifest, at: plan.destination, through: service, keepsDigests: true)
            else { break }
            told = told?.merging(more) ?? more
            proof = known(from: told)
        }
        await submitter.gates.digests.enter()
        defer { submitter.gates.digests.leave() }
        let begin = time.now
        let reader = submitter.reader(at: destination)
        let readings = await reader.read(begun.manifest.entries) { [proof] in proof.algorithms($0) }
        guard let readings, !Task.isCancelled else { return .interrupted() }
        let read = proof.finding(readings)
        if read.isElsewhere { return .localDisk(.notShown(destination.path)) }
        guard read.differences.isEmpty else {
            // A comparison of less than checksums could find these equal to what was sent.
            try? submitter.journal?.spoil(read.differences, of: begun.manifest)
            return await mismatch(read.differences)
        }
        if let unread = read.unread { return .localDisk(.unread(unread.paths, reason: unread.reason)) }
        var archive = archive(document, extra: finding.extra)
        (archive.byDigest, archive.readHere, archive.sizeOnly) = (read.count, begin, read.sizeOnly)
        if read.sizeOnly.isEmpty { return recorded(archive, read.manifest, sent, finding) }
        archive.level = .size
        // Nothing is recorded: the next run asks for the list of the same task.
        if isLate { return .undigested(archive, isLate: true) }
        let outcome = recorded(archive, read.manifest, sent, finding)
        if case .archived(let archive) = outcome { return .undigested(archive) }
        return outcome
    }

    /// Whether Globus compared by checksum what the task did not send.
    private var comparesSkipped: Bool {
        guard begun.origin != .found else { return false }
        guard let journal = submitter.journal else { return plan.description.transfer.sync == .checksum }
        return journal.record.submission?.task == begun.task && journal.record.submission?.comparesContents == true
    }

    /// What is looked for at the destination before the last of several submissions: what earlier ones have brought was found a moment ago.
    private var part: Manifest? { begun.rest.files > 0 ? begun.sent : nil }

    /// Leaves out what this transfer itself brought before, and the directories that hold it: it may have gone from the source since.
    private func withoutOwn(_ extra: [String]) -> [String] {
        guard let journal = submitter.journal, journal.record.receipt?.destination == journal.record.plan.destination,
            let proven = (try? journal.everProven()) ?? nil
        else { return extra }
        let own = FolderIndex(proven.entries)
        return extra.filter { name in
            name.utf8.last == UInt8(ascii: "/") ? !own.has(Array(name.utf8)) : proven.entries.index(ofPath: name.utf8) == nil
        }
    }

    /// The most directories of the source that are listed for it.
    private static let mostLooks = 100

    /// Leaves out the directories that Globus itself made: a directory of the source that holds nothing to send arrives empty. They are asked
    /// for by listing the directories that hold them, however many there are.
    private func withoutSourceDirectories(_ extra: [String]) async -> [String] {
        guard plan.localSource == nil else { return extra }
        let directories = extra.filter { $0.utf8.last == UInt8(ascii: "/") }
        let parents = Set(directories.map { String(decoding: FolderIndex.parent(of: Array($0.utf8)), as: UTF8.self) })
        guard !parents.isEmpty else { return extra }
        var made: Set<FileName> = []
        let listing = CollectionListing(of: plan.source.collection, through: service, time: time)
        try? await listing.forEachListing(of: Array(parents.sorted().prefix(Self.mostLooks)), below: plan.source.path) { listed in
            for file in listed.files ?? [] where file.isDirectory { made.insert(FileName(listed.prefix + file.name + "/")) }
        }
        return extra.filter { !made.contains(FileName($0)) }
    }

    /// Globus's own list of what the task has sent, and whether it is not, or not yet, to be had whole although Globus may have it. Only
    /// a proof by digest waits for it.
    func sentFiles(_ document: TransferTask) async -> (sent: SentFiles?, isLate: Bool) {
        var pauses = plan.description.verify.level == .digest ? Self.pauses[...] : []
        while true {
            var isLate = true
            var sent: SentFiles?
            do throws(GlobusError) {
                let list = try await sentFiles()
                isLate = list.count + list.others < document.filesTransferred
                sent = list
            } catch {
                // What Globus has forgotten it will not tell later.
                if case .refused(let refusal) = error.cause, refusal.kind == .notFound { isLate = false }
            }
            guard isLate, let pause = pauses.popFirst(), !Task.isCancelled else { return (sent, isLate) }
            await time.sleep(for: pause)
        }
    }

    /// Goes on where an earlier run was cut off in the middle of the list, if the service still knows that place.
    private func sentFiles() async throws(GlobusError) -> SentFiles {
        let journal = submitter.journal?.record.submission?.task == begun.task ? submitter.journal : nil
        let part = (try? journal?.listed()) ?? nil
        // Without a record the next run reads it from the beginning, no more.
        let keep: (SentFiles.Part) -> Void = { try? journal?.listed($0) }
        do {
            return try await SentFiles(
                of: begun.task, begun.manifest, at: plan.destination, through: service, keepsDigests: plan.readsArrivals, from: part,
                keep: keep)
        } catch {
            guard part != nil, case .refused(let refusal) = error.cause, refusal.kind == .invalid else { throw error }
            return try await SentFiles(
                of: begun.task, begun.manifest, at: plan.destination, through: service, keepsDigests: plan.readsArrivals, keep: keep)
        }
    }

    /// Before a list that is not whole is asked for again.
    private static let pauses: [Duration] = [.seconds(5), .seconds(20)]

    /// Earlier submissions of this transfer to the same place may have sent what this one found equal. The latest first.
    private var earlierTasks: [TaskID] {
        guard let record = submitter.journal?.record else { return [] }
        let end = record.plan.destination
        return record.earlier.reversed().filter { ($0.destination ?? end) == end }.compactMap(\.task)
    }

    private func archive(_ document: TransferTask, extra: [String] = []) -> Archive {
        Archive(
            files: begun.manifest.entries.count, bytes: begun.manifest.bytes, figures: TaskFigures(document),
            level: plan.description.verify.level, extra: extra)
    }

    /// A proof that cannot be recorded is no success: nobody would know of it.
    ///
    /// - Parameters:
    ///   - sent: Globus's own list of what was sent, if it was to be had.
    ///   - finding: what the destination's listing showed; `nil` if nobody looked.
    private func recorded(_ archive: Archive, _ manifest: Manifest, _ sent: SentFiles?, _ finding: Proof.Finding?) -> Outcome {
        guard let journal = submitter.journal else {
            submitter.memory.proven = manifest
            return .archived(archive)
        }
        do throws(JournalProblem) {
            let doubts = try witness(sent, archive.figures, journal).doubts(about: manifest, finding)
            try journal.proven(archive, manifest, doubts)
            var archive = archive
            archive.unsent = doubts.unsent.entries.count
            return .archived(archive)
        } catch {
            return .journal(error)
        }
    }

    private func witness(_ sent: SentFiles?, _ figures: TaskFigures, _ journal: CycleJournal) -> DeletionWitness {
        DeletionWitness(begun: begun, part: part, sent: sent, figures: figures, plan: plan, journal: journal)
    }

    /// If every difference is there because the source is no longer what it was, then it is the source that is at fault.
    private func mismatch(_ differences: [FileDifference]) async -> Outcome {
        if !begun.isRepair, areLost(differences) { return .mismatch(differences) }
        let lost = lost(differences)
        // The next run sends them again.
        if !lost.isEmpty { try? submitter.journal?.disproven(lost) }
        let changes = await sourceChanges()
        let changed = Set(changes.map { FileName($0.path) })
        let isExplained = differences.allSatisfy { changed.contains(FileName($0.path)) }
        return isExplained ? .sourceChanged(changes, taskHasEnded: true) : .mismatch(differences)
    }

    // MARK: failure

    private func failure(_ document: TransferTask) async -> Outcome {
        let error = document.fatalError ?? (code: "", description: "Globus gives no reason")
        switch error.code {
        case "EXPIRED": return .expired(TaskFigures(document))
        case "CANCELED": return .cancelled(by: document.canceledByAdmin, message: document.canceledByAdminMessage)
        default: break
        }
        if SourceChange.causes.contains(error.code) {
            let changes = await sourceChanges()
            if !changes.isEmpty { return .sourceChanged(changes, taskHasEnded: true) }
        }
        var events = await service.latestErrors(of: begun.task)
        if error.code == "EXTERNAL_CHECKSUM_MISMATCH" { events += await sides(of: events) }
        return .failed(code: error.code, description: error.description, events: events)
    }

    /// Of the files that the service names: whether it is the source that is no longer as it was produced.
    private func sides(of events: [String]) async -> [String] {
        guard let root = plan.localRoot else { return [] }
        let named = begun.manifest.entries.filter { entry in entry.digest != nil && events.contains { $0.contains(entry.path) } }.prefix(10)
        var lines: [String] = []
        for entry in named {
            guard let expected = entry.digest else { continue }
            let (read, problems) = await DigestPass(expected.algorithm).digest(
                Manifest([entry.listed]).entries, in: root,
                followingLinks: true)
            switch (problems.first, read.first?.digest) {
            case (let problem?, _): lines.append("at the source: \(problem)")
            case (nil, let digest?) where digest != expected:
                lines.append("at the source: \(entry.path) has \(digest) instead of \(expected)")
            case (nil, nil): lines.append("at the source: \(entry.path) was not read to its end")
            default:
                lines.append(
                    "at the source \(entry.path) is as it was produced: the error occurred during the transfer or at the destination")
            }
        }
        return lines
    }

    /// What at the source is no longer as it was listed; empty if the source cannot be looked at.
    private func sourceChanges() async -> [SourceChange] {
        guard let (scan, _) = try? await plan.scan(through: service, time: time) else { return [] }
        submitter.memory.note(scan)
        let there = scan.unsettled.entries.isEmpty ? scan.manifest : Manifest(Array(scan.manifest.entries) + scan.unsettled.entries)
        let changes = SourceChange.all(since: begun.manifest, now: there)
        guard plan.description.clean.source == .delete, let proven = try? submitter.journal?.proven(atLeast: .size) else { return changes }
        // What arrived in an earlier run was cleaned up since.
        let arrived = Set(proven.entries.map { FileName($0.path) })
        return changes.filter { $0.now != nil || !arrived.contains(FileName($0.path)) }
    }
}

import Globus
import PositionedYAML
import SystemFiles

/// What one submission is to send, and what will be at the destination then.
struct Work {
    var contents: SubmissionContents
    var manifest: Manifest
    /// Files that are there already, of which only the digest is not proven: Globus tells it of files that it sends.
    var sendsAgain = false
    /// What the source does not have is deleted at the destination. Without such files Globus is not allowed to delete.
    var deletesExtra = false
    /// Files of which the destination has, or may have, another state: a comparison of size and time could find them equal.
    var comparesContents = false
    /// It brings every proven file that was not sent or compared by checksum before: all of them are at the source, and selected.
    var includesUnsent = false
    var rest = Submitter.Rest()
    /// What is to be brought, whether named one by one or found by Globus itself.
    var brings = Manifest.Entries()

    init(contents: SubmissionContents, manifest: Manifest) { (self.contents, self.manifest) = (contents, manifest) }

    /// The same of a whole directory, of which alone Globus can tell what is extra.
    ///
    /// - Parameter work: `nil` if nothing is to be sent.
    init(mirroring scan: SourceScan, _ work: Work?) {
        self = work ?? Work(contents: .directory, manifest: scan.manifest)
        (contents, deletesExtra, sendsAgain) = (.directory, true, false)
    }

    /// The files that it sends, where these are named one by one.
    var sent: Manifest? { if case .files(let files) = contents { files } else { nil } }

    /// The file that `Item 1: invalid character in path` means. Whether the service counts from 0 or from 1 is not documented, so that
    /// of two that may be meant the one with the odder name is.
    func file(meantBy refusal: Refusal) -> String? {
        guard refusal.kind == .invalid, let match = refusal.message?.firstMatch(of: /Item (\d+)/), let number = Int(match.1) else {
            return nil
        }
        let sent = sent ?? manifest
        let indices = [number - 1, number].filter { sent.entries.indices.contains($0) }
        let paths = indices.map { sent.entries[$0].path }
        return paths.first { !$0.utf8.allSatisfy { 0x20..<0x7F ~= $0 } } ?? paths.first
    }
}

/// Which files of a source a submission sends, and which it does not.
private struct Division {
    enum Part: UInt8 {
        /// Proven before, as it is now.
        case kept
        case sent
        /// A further submission brings it.
        case later
    }

    let rows: Manifest.Entries
    let proven: Manifest.Entries
    private(set) var parts: [Part]
    private(set) var kept = 0
    private(set) var later = 0
    /// Those of them that are nowhere yet.
    private(set) var laterAndNowhere = 0

    /// - Parameter again: proven files that are to be compared once more.
    init(_ rows: Manifest.Entries, proven: Manifest.Entries, again: Manifest.Entries) {
        (self.rows, self.proven) = (rows, proven)
        var (known, again) = (EntryCursor(proven), EntryCursor(again))
        parts = rows.indices.map { index in
            guard again.place(of: index, in: rows) == nil, let place = known.place(of: index, in: rows),
                Sameness(proven, place, rows, index).isUnchanged
            else { return .sent }
            let digest = rows.digest(index)
            return digest == nil || digest == proven.digest(place) ? .kept : .sent
        }
        kept = parts.count { $0 == .kept }
    }

    var sent: Int { parts.count - kept - later }

    /// Leaves all but `most` to further submissions. What is nowhere yet goes first.
    ///
    /// - Parameter there: what is at the destination.
    mutating func limit(to most: Int, there: Manifest.Entries) {
        guard sent > most else { return }
        var cursor = EntryCursor(there)
        let isThere = rows.indices.map { parts[$0] == .sent && cursor.sameness(of: $0, in: rows)?.isUnchanged == true }
        let nowhere = rows.indices.count { parts[$0] == .sent && !isThere[$0] }
        var room = (nowhere: min(most, nowhere), there: max(0, most - nowhere))
        for index in rows.indices where parts[index] == .sent {
            if isThere[index] ? room.there > 0 : room.nowhere > 0 {
                if isThere[index] { room.there -= 1 } else { room.nowhere -= 1 }
            } else {
                parts[index] = .later
                later += 1
            }
        }
        laterAndNowhere = nowhere - min(most, nowhere)
    }

    func files(_ part: Part) -> Manifest.Entries { rows.filtered { parts[$0] == part } }

    /// What will be at the destination: what is kept, as it was proven (of one that is only alike it is not known to be the file that was
    /// sent); what is sent; and of what comes later that which is there, as it was proven.
    ///
    /// - Parameter sent: the files of that part, in order.
    func whole(sending sent: Manifest.Entries, there: Manifest.Entries) -> Manifest.Entries {
        var whole = Manifest.Entries()
        whole.reserve(rows.count - later, pathBytes: rows.pathBytes, stamps: rows.hasStamps)
        var (known, before) = (EntryCursor(proven), EntryCursor(there))
        var next = 0
        for index in rows.indices {
            switch parts[index] {
            case .kept: if let place = known.place(of: index, in: rows) { whole.append(place, of: proven) }
            case .sent:
                whole.append(next, of: sent)
                next += 1
            case .later:
                guard let place = before.place(of: index, in: rows), Sameness(there, place, rows, index).isUnchanged else { continue }
                whole.append(there[place].listed)
            }
        }
        return whole
    }
}

extension Submitter {
    /// - Parameter digests: what has been read already.
    /// - Returns: what is not in `proven` as it is now; `nil` if nothing.
    func work(
        on scan: SourceScan, _ contents: SubmissionContents, besides proven: Manifest, digests: Manifest = Manifest([])
    ) async throws(Stop) -> Work? {
        let wantsDigests = plan.description.verify.level == .digest
        let manifest = wantsDigests ? try produced(scan.manifest, besides: proven) : scan.manifest
        let again = try comparedAgain()
        var division = Division(manifest.entries, proven: proven.entries, again: again.entries)
        guard division.sent > 0 else { return nil }
        if division.kept > 0 { log.info("\(Quantity.count(division.kept, "file")) verified already, \(division.sent) new or changed") }
        let before = try usableProof() ?? Manifest([])
        // Of what arrives here, a file that is there already is read, not sent again.
        let there = wantsDigests && !plan.readsArrivals ? before : Manifest([])
        var work = Work(contents: contents, manifest: manifest)
        if case .files = contents, division.sent > most {
            division.limit(to: most, there: there.entries)
            work.rest = Rest(files: division.later, unsent: division.laterAndNowhere, attested: division.kept, source: scan)
            log.info("submitting \(Quantity.count(division.sent, "file")) first; \(division.later) follow when these have arrived")
        }
        var sent = division.files(.sent)
        work.brings = sent
        if wantsDigests { sent = try await digested(sent, digests) }
        work.includesUnsent = !again.entries.isEmpty && division.later == 0 && again.lacking(in: manifest).entries.isEmpty
        work.sendsAgain = sent.holds(where: \.isUnchanged, in: there.entries)
        work.comparesContents = sent.holds(where: { !$0.isUnchanged }, in: before.entries)
        if plan.description.transfer.sync != .checksum, let spoilt = try recorded({ () throws(JournalProblem) in try journal?.spoilt() }) {
            work.comparesContents = work.comparesContents || sent.holds(where: \.isUnchanged, in: spoilt.entries)
        }
        work.manifest = manifest.with(division.whole(sending: sent, there: there.entries))
        let gone = others(besides: manifest, proven)
        if !gone.entries.isEmpty { work.manifest = manifest.with(Array(work.manifest.entries) + gone.entries) }
        if case .files = contents { work.contents = .files(Manifest(sent)) }
        return work
    }

    /// The source's files with the digests that their producer has left, if the description names these.
    private func produced(_ manifest: Manifest, besides proven: Manifest) throws(Stop) -> Manifest {
        let verified = plan.description.verify.manifest
        guard let path = verified ?? plan.description.expect?.manifest else { return manifest }
        let produced: ProducerManifest
        do throws(SourceProblem) {
            produced = try ProducerManifest(path: path.value, needsDigests: verified != nil)
        } catch {
            throw Stop(.source([error.ofFile(named: verified == nil ? "expect.manifest" : "verify.manifest")]))
        }
        let applied = produced.apply(to: manifest, FileSelector(plan.description.select), besides: proven)
        // What is left out because it may not be read is reported as unreadable.
        let problems = applied.problems.filter { problem in
            guard case .missing(let path, _) = problem else { return true }
            return !Unread.covers(FileName(path), memory.unreadable)
        }
        guard problems.isEmpty else { throw Stop(.source(problems)) }
        return applied.manifest
    }

    /// `nil` also if the list beside the record is not the one that the receipt speaks of.
    func usableProof() throws(Stop) -> Manifest? {
        do throws(JournalProblem) {
            return try journal?.proven(atLeast: .size)
        } catch {
            guard error.isUnusableProof else { throw Stop(error) }
            return nil
        }
    }

    /// Proven files that Globus is to compare by checksum once more, because they must not be deleted before. More than one submission
    /// holds would never come to an end.
    private func comparedAgain() throws(Stop) -> Manifest {
        guard plan.comparesAgain else { return Manifest([]) }
        let again = try recorded { () throws(JournalProblem) in try journal?.comparedAgain() }
        return again.flatMap { $0.entries.count > most ? nil : $0 } ?? Manifest([])
    }

    /// What has arrived, and is at the source no more or is left out now: a cycle's receipt speaks of it all the same, as long as nothing
    /// deletes it at the destination.
    private func others(besides manifest: Manifest, _ proven: Manifest) -> Manifest {
        let stays = plan.description.clean.source == .delete || plan.cycle != nil && !plan.description.transfer.deleteExtra
        return stays ? proven.lacking(in: manifest) : Manifest([])
    }

    /// Reads the files whose digest nobody has told.
    ///
    /// - Parameter known: what has been read already.
    private func digested(_ entries: Manifest.Entries, _ known: Manifest) async throws(Stop) -> Manifest.Entries {
        var entries = entries
        var earlier = EntryCursor(known.entries)
        for index in entries.indices where entries.digest(index) == nil {
            guard let place = earlier.place(of: index, in: entries), Sameness(known.entries, place, entries, index) == .same else {
                continue
            }
            entries.set(digest: known.entries.digest(place), at: index)
        }
        guard let root = plan.localRoot, let algorithm = plan.description.verify.digest.algorithm else { return entries }
        let unread = entries.indices.filter { entries.digest($0) == nil }
        guard !unread.isEmpty else { return entries }
        let reading = Manifest(entries.filtered { entries.digest($0) == nil })
        log.info(
            "reading \(Quantity.count(unread.count, "file")), \(Quantity.bytes(reading.bytes)), for the \(algorithm.rawValue) of each")
        let narrator = ReadingNarrator(
            of: .init(files: unread.count, bytes: reading.bytes), time, show: { [display, plan] in display?.show($0, of: plan.title) }
        ) { [log] in log.info("\($0)") }
        await gates.digests.enter()
        defer { gates.digests.leave() }
        let (read, problems) = await DigestPass(algorithm).digest(
            reading.entries, in: root, followingLinks: plan.links == .follow, observe: narrator.observe)
        display?.show(nil, of: plan.title)
        if Task.isCancelled { throw Stop(.interrupted()) }
        guard problems.isEmpty else { throw Stop(.source(problems)) }
        for (place, index) in unread.enumerated() { entries.set(digest: read.digest(place), at: index) }
        return entries
    }
}

extension Manifest.Entries {
    /// Whether one of the files is listed in `known` in such a way.
    fileprivate func holds(where isMeant: (Sameness) -> Bool, in known: Manifest.Entries) -> Bool {
        var cursor = EntryCursor(known)
        return indices.contains { cursor.sameness(of: $0, in: self).map(isMeant) ?? false }
    }
}

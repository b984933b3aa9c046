import FoundationEssentials
import Globus

/// One path of a transfer: an item of its document, or something met below one.
struct Subtask: Sendable {
    /// Index into the document's items.
    let item: Int
    /// What lies below the item's paths: bytes, without a leading slash; empty for the item itself.
    var relative: [UInt8] = []
    /// What recursion found it to be; `nil` for the item itself.
    var kind: FileStatus.Kind?
    /// Whether this task has begun to write it: then it is sent, whatever a comparison with what it wrote would find.
    var isBegun = false

    func child(_ name: [UInt8], _ kind: FileStatus.Kind) -> Subtask {
        Subtask(item: item, relative: relative.isEmpty ? name : relative + [UInt8(ascii: "/")] + name, kind: kind)
    }
}

/// What a transfer still has to move.
struct TransferWork: TaskWork {
    let document: TransferDocument
    let source: PlayedCollection
    let destination: PlayedCollection
    let filter: FilterRules
    let storage: any Storage
    let rate: Int64?
    private var hasBegun = false
    private var nextItem = 0
    private var retries: [Subtask] = []

    init(
        _ document: TransferDocument, from source: PlayedCollection, to destination: PlayedCollection, filter: FilterRules,
        storage: any Storage, rate: Int64?
    ) {
        (self.document, self.source, self.destination, self.filter) = (document, source, destination, filter)
        (self.storage, self.rate) = (storage, rate)
    }

    mutating func pass(_ record: TaskRecord) -> PassEnd {
        var mover = Mover(self, record)
        defer { mover.close() }
        if !hasBegun {
            // Known from the start: each item is at least one subtask.
            record.update { $0.subtasks.total += document.items.count }
            if record.script.needsTotal { record.script.set(total: totalBytes()) }
            hasBegun = true
        }
        do {
            // Everything that is left from earlier passes first, then what was not tried at all.
            while let subtask = retries.popLast() { try attempt(subtask, &mover) }
            while nextItem < document.items.count {
                nextItem += 1
                try attempt(Subtask(item: nextItem - 1), &mover)
            }
        } catch .stopped {
            retries += mover.failed
            return .stopped
        } catch .fatal(let fatality, let details) {
            return .fatal(fatality, details: details)
        } catch {
            return .fatal(TaskProgress.Fatality(code: "INTERNAL_ERROR", description: "internal error"), details: "\(error)")
        }
        retries = mover.failed.reversed()
        record.update { progress in
            progress.subtasks.retrying = retries.count
            if retries.isEmpty { progress.latestError = nil }
        }
        guard retries.isEmpty else { return .again }
        guard record.mayFinish() else { return .stopped }
        record.noteProgress()
        // The finding out is over as well.
        record.advance { $0.subtasks.succeeded += 1 }
        return .finished
    }

    /// How much there is to send; what cannot be read counts nothing.
    private func totalBytes() -> Int64 {
        func bytes(_ path: LocalPath, _ depth: Int) -> Int64 {
            guard let status = try? storage.status(path, followingLinks: depth == 0) else { return 0 }
            guard status.kind == .directory, let entries = try? storage.names(in: path) else {
                return status.kind == .file ? status.size : 0
            }
            return entries.reduce(0) { $0 + bytes(path.appending($1.name), depth + 1) }
        }
        return document.items.reduce(0) { sum, item in sum + (source.place(item.sourcePath).map { bytes($0.local, 0) } ?? 0) }
    }

    /// Moves a subtask and everything below it; what is interrupted is kept.
    private mutating func attempt(_ first: Subtask, _ mover: inout Mover) throws(MoveProblem) {
        var stack = [first]
        while let subtask = stack.popLast() {
            do {
                try mover.move(subtask, &stack)
            } catch .stopped {
                retries += [mover.marked(subtask)] + stack
                throw .stopped
            }
        }
    }
}

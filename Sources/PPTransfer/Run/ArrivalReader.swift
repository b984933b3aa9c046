import Globus
import Logging
import PositionedYAML
import SystemFiles

/// Reads what arrived on this machine, and tells how far it is.
struct ArrivalReader: Sendable {
    let destination: LocalDestination
    let time: any Timekeeper
    let log: Logger
    /// Gets all news; `nil` at the end.
    var show: @Sendable (WorkProgress?) -> Void = { _ in }

    /// - Returns: one reading for each file; `nil` if the task was cancelled.
    func read(
        _ entries: Manifest.Entries, by algorithms: @escaping @Sendable (Int) -> [Digest.Algorithm]
    ) async -> [FileDigester.Reading]? {
        let total = entries.indices.reduce(into: DigestPass.Progress()) { total, index in
            guard !algorithms(index).isEmpty else { return }
            total.files += 1
            total.bytes = total.bytes.clampedSum(entries.size(index))
        }
        if total.files > 0 {
            log.info("reading \(Quantity.count(total.files, "file")), \(Quantity.bytes(total.bytes)), on this machine")
        }
        let narrator = ReadingNarrator(of: total, time, show: { show($0) }, tell: { [log] in log.info("\($0)") })
        defer { show(nil) }
        return await Workers.abandonable { [destination] isCancelled in
            ArrivalPass().read(entries, in: destination.path, by: algorithms, observe: narrator.observe, isCancelled: isCancelled)
        }
    }

    /// The same files with a digest each: those that have none are read.
    ///
    /// - Throws: if one of them cannot be read, or has another size.
    func digested(_ manifest: Manifest, by algorithm: Digest.Algorithm) async throws(LocalDiskProblem) -> Manifest? {
        let rows = manifest.entries
        guard rows.indices.contains(where: { rows.digest($0) == nil }) else { return manifest }
        let missing = manifest.filter { $0.digest == nil }
        guard let readings = await read(missing.entries, by: { _ in [algorithm] }) else { return nil }
        var read: [Manifest.Entry] = []
        for (entry, reading) in zip(missing.entries, readings) {
            guard case .read(entry.size, let digests) = reading else {
                let reason = if case .unreadable(let reason) = reading { reason } else { "it is not as it was verified" }
                let path = entry.path
                throw .unread([path], reason: reason)
            }
            var entry = entry
            entry.digest = digests.first
            read.append(entry)
        }
        return manifest.with(manifest.entries.filter { $0.digest != nil } + read)
    }
}

extension Submitter {
    func reader(at destination: LocalDestination) -> ArrivalReader {
        ArrivalReader(destination: destination, time: time, log: log) { [display, plan] in display?.show($0, of: plan.title) }
    }
}

import Crypto
package import Globus
import PositionedYAML
import SystemFiles

/// The tag files of a BagIt bag (RFC 8493) for archived transfers, from the journal: what an archive takes over can be checked without it.
///
/// The payload stays where it is. `data/` of the bag stands for the destination, or for the directory that holds all destinations.
package struct BagExport: Sendable {
    /// Why there is no bag.
    package enum Problem: Error, Hashable, Sendable {
        /// No transfer was named, or none has a record.
        case nothing
        /// Transfers without a receipt, and why.
        case unproven([String])
        /// The destinations are of several collections.
        case severalCollections([String])
        /// Files without a SHA-256: how many, and the first names.
        case undigested(count: Int, names: [String])
        /// The directory has something in it that no export has written.
        case occupied(String, by: String)
        case journal(JournalProblem)
        case output(OutputProblem)
    }

    package struct Report: Sendable {
        package var directory: String
        package var files = 0
        package var bytes: Int64 = 0
        package var transfers: [String] = []
        /// What `data/` stands for.
        package var payload: String
    }

    private let journal: Journal
    private let agent: String
    private let now: Timestamp

    /// - Parameter agent: the program and its version, as the bag names it.
    package init(_ journal: Journal, agent: String, now: Timestamp) { (self.journal, self.agent, self.now) = (journal, agent, now) }

    private static let declaration = "bagit.txt", info = "bag-info.txt", list = "manifest-sha256.txt", tags = "tagmanifest-sha256.txt"

    /// Writes the tag files into `directory`, which is new, empty, has only a bag's `data` in it, or an earlier export's files.
    package func write(_ records: [JournalRecord], to directory: String) throws(Problem) -> Report {
        guard let first = records.first else { throw .nothing }
        let unproven = records.compactMap { record -> String? in
            ReceiptEntry(record) == nil ? "\(record.title): not archived, not verified, or not found as verified" : nil
        }
        guard unproven.isEmpty else { throw .unproven(unproven) }
        let ends = records.compactMap { $0.receipt?.destination }
        let top = ends.dropFirst().reduce(path(ends.first)) { top, end in common(top, path(end)) }
        guard Set(ends.map(\.collection)).count == 1 else { throw .severalCollections(ends.map(\.text)) }

        let directory = directory.withoutEndingSlashes
        try requireRoom(directory)
        var report = Report(directory: directory, payload: "\(first.receipt?.destination.name ?? ""):\(top)")
        var lines: [UInt8] = []
        var undigested: (count: Int, names: [String]) = (0, [])
        for record in records {
            let proven = try list(of: record)
            let folder = path(record.receipt?.destination).relative(to: top).map(String.init) ?? ""
            let prefix = "data/" + (folder.isEmpty ? "" : folder + "/")
            for entry in proven.entries {
                guard let digest = entry.digest, digest.algorithm == .sha256 else {
                    undigested.count += 1
                    if undigested.names.count < 5 { undigested.names.append(entry.path) }
                    continue
                }
                lines += "\(digest.hex)  \(Self.encoded(prefix + entry.path))\n".utf8
            }
            report.files = report.files.clampedSum(proven.entries.count)
            report.bytes = report.bytes.clampedSum(proven.bytes)
            report.transfers.append(record.title)
        }
        guard undigested.count == 0 else { throw .undigested(count: undigested.count, names: undigested.names) }
        do throws(OutputProblem) { try write(lines, report, records) } catch { throw .output(error) }
        return report
    }

    /// The declaration comes last: what a killed export leaves is no bag.
    private func write(_ lines: [UInt8], _ report: Report, _ records: [JournalRecord]) throws(OutputProblem) {
        try OutputFile.makeDirectory(report.directory)
        let info = info(report, records)
        let declaration = Array("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".utf8)
        let tags = [(Self.declaration, declaration), (Self.info, info), (Self.list, lines)].map { name, bytes in
            "\(Digest(.sha256, bytes: SHA256.hash(data: bytes)).hex)  \(name)\n"
        }
        let files = [(Self.info, info), (Self.list, lines), (Self.tags, Array(tags.joined().utf8)), (Self.declaration, declaration)]
        for (name, bytes) in files {
            try OutputFile.write(bytes, to: report.directory + "/" + name)
        }
    }

    private func info(_ report: Report, _ records: [JournalRecord]) -> [UInt8] {
        let receipts = records.compactMap(\.receipt)
        let dates = receipts.map(\.proven).sorted()
        var lines = ["Bag-Software-Agent: \(agent)", "Bagging-Date: \(now.day)", "Payload-Oxum: \(report.bytes).\(report.files)"]
        if let workflow = records.first?.workflow, records.allSatisfy({ $0.workflow == workflow }) {
            lines.append("Bag-Group-Identifier: \(workflow)")
        }
        lines += report.transfers.map { "External-Identifier: \($0)" }
        lines.append("External-Description: data/ is \(report.payload); verified with Globus \(dates.first ?? "") to \(dates.last ?? "")")
        lines += receipts.flatMap(\.tasks).map { "Globus-Task: \($0)" }
        return Array((lines.map(Outlet.line).joined(separator: "\n") + "\n").utf8)
    }

    private func list(of record: JournalRecord) throws(Problem) -> Manifest {
        do throws(JournalProblem) {
            let stem = journal.stem(record.workflow, cycle: record.cycle, name: record.name)
            guard let list = try record.receipt?.list(beside: stem) else { throw .noProof(beside: stem) }
            return list
        } catch {
            throw .journal(error)
        }
    }

    /// - Throws: unless the directory is not there, or nothing in it is somebody else's.
    private func requireRoom(_ directory: String) throws(Problem) {
        var status = stat()
        guard lstat(directory, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .occupied(directory, by: "it is not a directory") }
        let own = [Self.declaration, Self.info, Self.list, Self.tags]
        let names = DurableFile.names(in: directory)
        if let other = names.first(where: { !own.contains($0) && $0 != "data" }) { throw .occupied(directory, by: other) }
        let present = names.filter { own.contains($0) }
        guard let any = present.first else { return }
        let known = (try? DurableFile.read(directory + "/" + Self.info)) ?? nil
        guard known?.starts(with: "Bag-Software-Agent: pptransfer ".utf8) ?? false else { throw .occupied(directory, by: any) }
    }

    private func path(_ end: JournalRecord.Plan.End?) -> CollectionPath {
        (try? end.map { end throws(PathProblem) in try CollectionPath(end.path) }) ?? .root
    }

    /// The lowest directory that holds both.
    private func common(_ one: CollectionPath, _ other: CollectionPath) -> CollectionPath {
        var top = one
        while !other.isInside(top), top != .root { top = top.parent }
        return top
    }

    /// As manifests of bags write paths.
    private static func encoded(_ path: String) -> String {
        path.with("%", as: "%25").with("\n", as: "%0A").with("\r", as: "%0D")
    }
}

extension BagExport.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nothing: "there is no record to export"
        case .unproven(let lines): "\(Quantity.count(lines.count, "transfer")) without a receipt; no bag was written"
        case .severalCollections(let ends):
            "the destinations are on several collections: \(Quantity.list(ends, most: 5).joined(separator: ", "))"
        case .undigested(let count, let names):
            "\(Quantity.count(count, "file")) without a SHA-256 on record; no bag was written: \(names.map(shown).joined(separator: ", "))"
                + (count > names.count ? ", …" : "")
        case .occupied(let directory, let name): "\(shown(directory)) is in use (\(shown(name))), and is not replaced"
        case .journal(let problem): problem.description
        case .output(let problem): problem.description
        }
    }

    package var status: ExitStatus {
        switch self {
        case .nothing: .nothing
        case .unproven, .undigested: .unverified
        case .severalCollections: .usage
        case .occupied: .output
        case .journal(let problem): problem.status
        case .output(let problem): problem.status
        }
    }

    package func remedy(in words: RemedyWording) -> Remedy? {
        switch self {
        case .nothing: words[.lookAtRecord]
        case .unproven: words[.lookAtRecord]
        case .severalCollections: "make a bag for each collection"
        case .undigested:
            "verify the contents (verify: {level: digest}), or \(words[.writeList]), which takes the digests at the destination"
        case .occupied: "name a new directory"
        case .journal(let problem): problem.remedy(in: words)
        case .output: "name another directory"
        }
    }

    /// The particulars, one a line.
    package var details: [String] { if case .unproven(let lines) = self { Quantity.list(lines) } else { [] } }
}

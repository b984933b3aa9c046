import Globus
import PositionedYAML

/// What the job at the destination found, file by file.
struct FarEndReport: Hashable, Sendable {
    enum Row: Hashable, Sendable {
        /// As the far end has it: bytes, and the digest where one was asked for.
        case read(size: Int64, digest: Digest?)
        case missing, notAFile
        /// It is there, or may be, but could not be read.
        case unreadable
    }

    /// Whose report: `Manifest.fingerprint`.
    var manifest: Digest
    /// When the question was put that it answers.
    var asked: String
    var directory: String
    var user: String
    var host: String
    /// When reading began and ended: `2026-11-20T23:17:08Z`, by that machine's clock.
    var begun: String
    var ended: String
    /// In the manifest's order.
    var rows: [Row]

    private static let heads = ["manifest", "asked", "directory", "user", "host", "begun", "ended"]

    /// - Parameters:
    ///   - expected: what was asked for.
    ///   - asked: when.
    init(_ bytes: [UInt8], of expected: Manifest, asked: String) throws(ReportProblem) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let first = lines.first, first.elementsEqual("pptransfer report 1".utf8) else { throw .notAReport }
        // A cut can fall between two lines or within one.
        guard lines.count > Self.heads.count + 2, lines.last?.isEmpty == true, let end = lines.dropLast().last,
            end.starts(with: "end ".utf8)
        else {
            throw .truncated
        }
        var head: [String: String] = [:]
        for (name, line) in zip(Self.heads, lines.dropFirst()) {
            guard line.starts(with: "\(name) ".utf8) else { throw .line(Self.heads.firstIndex(of: name).map { $0 + 2 } ?? 1) }
            head[name] = String(decoding: line.dropFirst(name.utf8.count + 1), as: UTF8.self)
        }
        guard let manifest = Digest(written: head["manifest"] ?? "") else { throw .line(2) }
        guard manifest == expected.fingerprint else { throw .otherManifest(reported: manifest, expected: expected.fingerprint) }
        guard head["asked"] == asked else { throw .otherQuestion(answered: head["asked"] ?? "", asked: asked) }
        (self.manifest, self.asked) = (manifest, asked)
        (directory, user, host) = (head["directory"] ?? "", head["user"] ?? "", head["host"] ?? "")
        (begun, ended) = (head["begun"] ?? "", head["ended"] ?? "")
        rows = []
        for (index, line) in lines[(Self.heads.count + 1)..<(lines.count - 2)].enumerated() {
            guard index < expected.entries.count, let row = Row(line, number: index + 1, of: expected.entries[index]) else {
                throw .line(index + Self.heads.count + 2)
            }
            rows.append(row)
        }
        guard rows.count == expected.entries.count, end.elementsEqual("end \(rows.count)".utf8) else {
            throw .incomplete(rows: rows.count, of: expected.entries.count)
        }
    }
}

extension FarEndReport.Row {
    /// - Returns: `nil` for what is no row about this file, or says one thing in its word and another in its figures.
    fileprivate init?(_ line: ArraySlice<UInt8>, number: Int, of entry: Manifest.Entry) {
        let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard fields.count >= 2, fields[0] == "\(number)" else { return nil }
        switch (fields[1], fields.count) {
        case ("MISSING", 2): self = .missing
        case ("NOTAFILE", 2): self = .notAFile
        case ("UNREADABLE", 2): self = .unreadable
        case ("OK", 4), ("FAILED", 4):
            guard let size = Int64(fields[2]) else { return nil }
            let digest = Digest(written: fields[3])
            guard digest != nil || fields[3] == "-", digest?.algorithm == entry.digest?.algorithm else { return nil }
            guard (fields[1] == "OK") == (size == entry.size && digest == entry.digest) else { return nil }
            self = .read(size: size, digest: digest)
        default: return nil
        }
    }
}

/// Why a report proves nothing.
package enum ReportProblem: Error, Hashable, Sendable {
    case unreadable(path: String, reason: String)
    case notAReport
    case truncated
    /// Counted from 1.
    case line(Int)
    case incomplete(rows: Int, of: Int)
    case otherManifest(reported: Digest, expected: Digest)
    /// It is about the same files, before they were last proven.
    case otherQuestion(answered: String, asked: String)
    /// No list was written for this transfer.
    case neverAsked
    /// What is proven is another set of files since the list was written.
    case outdated
    case unread(paths: [String], host: String)
    /// The job has read the files at the source.
    case ofSource(directory: String)
}

extension ReportProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "the report \(path) cannot be read: \(reason)"
        case .notAReport: "this is not a report of a pptransfer job"
        case .truncated: "the report is cut off: its last line is missing"
        case .line(let number): "line \(number) of the report is not the expected one"
        case .incomplete(let rows, let all): "the report is incomplete: it has \(rows) of \(Quantity.count(all, "file"))"
        case .otherManifest(let reported, let expected):
            "the report is for manifest \(reported), and the latest list is \(expected)"
        case .otherQuestion(let answered, let asked):
            "the report is for the list of \(answered), before these files were last verified; the latest list is of \(asked)"
        case .neverAsked:
            "there is no list of this transfer that waits for a report"
        case .outdated: "files were archived or lost after the list of this report was written"
        case .unread(let paths, let host): "\(Quantity.count(paths.count, "file")) could not be read on \(host)"
        case .ofSource(let directory): "the report is of the files at the source, \(directory)"
        }
    }

    func remedy(in words: RemedyWording) -> Remedy {
        switch self {
        case .ofSource: "run the job at the destination, and give its report"
        case .unreadable: "give the report file of the job"
        case .notAReport, .truncated, .line, .incomplete:
            "copy the report again; if it is incomplete at the destination, too, run the job again"
        case .otherManifest, .otherQuestion, .neverAsked, .outdated:
            "\(words[.writeList]), and run its job at the destination"
        case .unread: "run the job as a user who may read them, on a machine where the file system works"
        }
    }
}

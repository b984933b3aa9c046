@testable import CycleCalendar
@testable import Globus
@testable import PPTransfer
@testable import PPTransferReports
@testable import PositionedYAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Everything that reads bytes which somebody else wrote: a file, a reply of the service, a word of a command line.
///
/// `read` reads and then uses what was read, as the program would: sums, durations, texts for people. Any outcome but a crash is right.
enum Parser: String, CaseIterable {
    case description, sites, link, duration, cyclePoint, cycleRange, glob, template
    case task, tasks, collection, listing, events, sent, skipped, result, token, introspection, refusal, submission
    case retryAfter, httpDate, wireTime
    case record, outline, manifest, checksums, report
    case oldNamelist, roseApp, workflow, proxy

    func read(_ bytes: [UInt8], in directory: String) {
        let text = String(decoding: bytes, as: UTF8.self)
        switch self {
        case .description: Self.description(bytes)
        case .sites:
            for site in SiteFileReader.read(bytes, file: "sites.yaml").sites { _ = "\(site)" }
        case .link: _ = try? WebAppLink(text, pane: .origin)
        case .duration: if let duration = try? Duration(writtenAs: text) { Self.use(duration) }
        case .cyclePoint: _ = CyclePoint(text).map { TransferLabel(workflow: "u-ab123", cycle: $0.description, name: text) }
        case .cycleRange: Self.cycles(text)
        case .glob: _ = Glob(text).matches(text)
        case .template: Self.description(Array("pptransfer: 1\nname: a\nfrom: {link: \"\(text)\"}\nto: {path: '\(text)'}\n".utf8))
        case .task: if let task = document(TransferTask.self, bytes) { Self.use(task) }
        case .tasks: for task in document(TaskList.self, bytes)?.tasks ?? [] { Self.use(task) }
        case .collection: _ = document(CollectionInfo.self, bytes).map { "\($0)" }
        case .listing: if let list = document(FileList.self, bytes) { Self.use(list) }
        case .events: _ = document(EventList.self, bytes).map { "\($0)" }
        case .sent: _ = document(MarkerPage<SentFile>.self, bytes).map { "\($0)" }
        case .skipped: _ = document(MarkerPage<SkippedFile>.self, bytes).map { "\($0)" }
        case .result: _ = document(TransferResult.self, bytes).map { "\($0)" }
        case .token: _ = document(TokenResponse.self, bytes)
        case .introspection: _ = document(IntrospectionDocument.self, bytes).map { "\($0)" }
        case .refusal: _ = document(ErrorDocument.self, bytes).map { "\($0)" }
        case .submission: _ = document(TransferDocument.self, bytes).map { "\($0)" }
        case .retryAfter:
            if let after = RetryAfter(text) { Self.use(after.delay(from: Timestamp(secondsSince1970: 1_800_000_000))) }
        case .httpDate: Timestamp(httpDate: text).map(Self.use)
        case .wireTime: Timestamp(wire: text).map(Self.use)
        case .record: Self.records(bytes, in: directory)
        case .outline: _ = bytes.withUnsafeBytes { bytes in (try? JSONOutline(bytes)).flatMap { try? JournalRecord.Summary($0) } }
        case .manifest:
            if let manifest = try? ManifestFile.read(file(bytes, in: directory)) { Self.use(manifest) }
        case .checksums:
            let list = try? ProducerManifest(path: file(bytes, in: directory))
            _ = list?.apply(to: Self.example, FileSelector(TaskDescription.Selection()))
        case .report: _ = try? FarEndReport(bytes, of: Self.example, asked: "2026-11-20T23:17:08Z")
        case .oldNamelist: Self.convert(RoseConfiguration.read(namelists: bytes, file: "pptransfer.nl").configuration)
        case .roseApp: Self.convert(RoseConfiguration.read(bytes, file: "rose-app.conf").configuration)
        case .workflow: _ = "\(WorkflowFile.read(bytes, file: "flow.cylc"))"
        case .proxy: _ = ProxySetting(["https_proxy": text]).map { "\($0)" }
        }
    }

    /// Two files, one with a digest.
    static let example = Manifest([
        .init(path: "a.pp", size: 3, modified: 1_700_000_000),
        .init(path: "d/b c.nc", size: .max / 2, modified: 1_700_000_001, digest: Digest(.md5, hex: String(repeating: "ab", count: 16))),
    ])

    private func document<Document: Decodable>(_ type: Document.Type, _ bytes: [UInt8]) -> Document? {
        try? JSONDecoder().decode(type, from: Data(bytes))
    }

    private func file(_ bytes: [UInt8], in directory: String) -> String {
        let path = directory + "/" + rawValue
        Self.write(bytes, to: path)
        return path
    }

    private static func write(_ bytes: [UInt8], to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }

    // MARK: what the program does with what was read

    private static func description(_ bytes: [UInt8]) {
        let reader = DescriptionReader(variables: Variables(set: [:], environment: ["ROSE_DATAC": "/work/x", "EMPTY": ""]))
        do throws(Problems) {
            for description in try reader.read(bytes, file: "task.yaml") {
                use(description.wait.limit)
                use(description.transfer.deadline)
                _ = "\(description)"
            }
        } catch {
            _ = "\(error)"
        }
    }

    private static func cycles(_ text: String) {
        if let range = try? CycleRange(text) { _ = "\(range)" }
        for mode in [CyclingMode.gregorian, .integer] { _ = try? CycleRange.points(text, mode: mode) }
    }

    private static func use(_ duration: Duration) {
        _ = Quantity.time(duration) + Quantity.timeLeft(duration) + duration.written
        _ = (Timestamp(secondsSince1970: 1_800_000_000) + duration).wire
    }

    private static func use(_ moment: Timestamp) {
        _ = moment.description + moment.wire + moment.day
        use(moment - Timestamp(secondsSince1970: 1_800_000_000))
    }

    private static func use(_ task: TransferTask) {
        let figures = TaskFigures(task)
        figures.duration.map(use)
        _ = Quantity.bytes(figures.bytesTransferred) + Quantity.rate(figures.bytesPerSecond) + Quantity.count(figures.faults, "fault")
        let work = WorkProgress(task, expected: Amount(example), messages: ["a"])
        _ = ProgressLine(title: "u-ab123", progress: work).text(width: 80, style: TerminalStyle(isUnicode: true, hasColour: true))
        _ = "\(Condition(task)) \(work) \(task)"
        _ = Archive(files: 2, bytes: .max, figures: figures, level: .size, extra: []).tally
    }

    private static func use(_ list: FileList) {
        use(Manifest(list.files.map { .init(path: $0.name, size: $0.size ?? 0, modified: 0) }))
        for file in list.files { file.modified.map(use) }
    }

    private static func use(_ manifest: Manifest) {
        _ = Quantity.bytes(manifest.bytes) + "\(manifest.fingerprint)"
        _ = SourceChange.all(since: manifest, now: example)
    }

    private static func records(_ bytes: [UInt8], in directory: String) {
        let journal = Journal(directory: directory + "/journal")
        for directory in [journal.directory, journal.workflowDirectory("w")] { mkdir(directory, 0o700) }
        write(bytes, to: journal.stem("w", cycle: "1", name: nil) + ".json")
        let now = Timestamp(secondsSince1970: 1_800_000_000)
        let records = journal.storedRecords().records
        for record in records {
            _ = ReceiptEntry(record)?.text
            _ = record.receipt.map { "\($0.tally)" }
        }
        let status = StatusReport(journal, workflow: nil, now: now)
        _ = status.text
        let campaign = CampaignReport(journal, workflows: [], now: now)
        _ = (campaign.html.count, campaign.markdown + campaign.metrics)
    }

    private static func convert(_ configuration: RoseConfiguration) {
        do throws(Problems) { _ = try Conversion(configuration, sources: ["a"]) } catch { _ = "\(error)" }
    }
}

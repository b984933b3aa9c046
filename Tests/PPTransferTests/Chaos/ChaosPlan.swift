import Foundation
import Globus
import Rehearsal
import TestSupport

@testable import PPTransfer

/// What one seed lets happen to one cycle. The same seed draws the same plan everywhere.
struct ChaosPlan: Sendable {
    struct File: Sendable {
        var path: String
        var bytes: Data
        var isSelected = true
    }

    struct Rewrite: Sendable {
        var file: File
        /// Not before the run, but when it has proven the files and is about to delete the first.
        var isAtDeletion: Bool
        /// The file keeps its time of modification, as after `touch -r` or a copy with `cp -p`.
        var keepsTime = false
        /// The same inode is written into, instead of another taking its place.
        var isInPlace = false
    }

    /// How a run ends that does not end by itself, at its n-th step (see `Life`).
    enum Stop: Sendable, Hashable {
        /// The process is gone from one moment to the next; what is on disk then is what the next run finds.
        case kill(step: Int)
        /// The run is told to end, and ends in its own way.
        case signal(step: Int)
    }

    let seed: UInt64
    let files: [File]
    /// Whether the client sees the source as a directory of its own machine, or only through its collection.
    let isMounted: Bool
    let transfer: TaskDescription.TransferOptions
    let wait: TaskDescription.WaitOptions
    let leavesTemporaryFiles: Bool
    let faults: StandInFaults
    /// For each run under the faults.
    let stops: [Stop?]
    /// Whether what is proven is deleted at the source.
    let deletes: Bool
    /// Whether directories go with their last file.
    let deletesDirectories: Bool
    /// Which file somebody writes anew at the source, in which run.
    let rewrites: [Int: Rewrite]
    let surroundings: ChaosSurroundings

    /// Files of one submission: every fourth transfer takes several, one after another.
    var mostFiles: Int { seed.isMultiple(of: 4) ? 2 : Submitter.mostFiles }

    static let runs = 6

    /// - Parameter deletes: the description asks for deletion at the source. Then nothing is drawn that deceives a proof by size: no
    ///   flipped bit, no comparison of less than checksums.
    init(seed: UInt64, deletes: Bool = false) {
        var random = SplitMix(seed: seed)
        self.seed = seed
        leavesTemporaryFiles = random.happens(0.3)
        files = Self.files(&random, exceptTemporary: leavesTemporaryFiles)
        isMounted = deletes || random.happens(0.7)
        var transfer = TaskDescription.TransferOptions()
        transfer.sync = random.one(of: [.checksum, .checksum, .checksum, .mtime, .size, .exists])
        // Descriptions that compare less are refused.
        if deletes { transfer.sync = .checksum }
        transfer.verifyChecksum = random.happens(0.7)
        transfer.preserveTimestamp = random.happens(0.8)
        transfer.failOnQuotaErrors = random.happens(0.8)
        self.transfer = transfer
        var wait = TaskDescription.WaitOptions()
        // Longer than the patience with faults: within a shorter one no task that faults for ever is given up, in however many runs.
        wait.limit = .seconds(random.one(of: [1200, 1200, 1200, 3600, 7200]))
        wait.outage = .seconds(random.one(of: [300, 600, 600, 7200]))
        wait.onFault.after = .seconds(random.one(of: [300, 900]))
        wait.onInactive = random.one(of: [.leave, .wait])
        self.wait = wait
        var faults = StandInFaults.drawn(&random, files: files.count)
        if deletes { faults.storage.removeAll { $0.effect == .flip } }
        self.faults = faults
        stops = (0..<Self.runs).map { _ in
            let step = random.happens(0.7) ? Int.random(in: 1...35, using: &random) : Int.random(in: 30...150, using: &random)
            return switch Double.random(in: 0..<1, using: &random) {
            case ..<0.45: .kill(step: step)
            case ..<0.6: .signal(step: step)
            default: nil
            }
        }
        self.deletes = deletes
        deletesDirectories = deletes && random.happens(0.5)
        var rewrites: [Int: Rewrite] = [:]
        if deletes {
            for run in 0..<Self.runs where random.happens(0.25) {
                var file = random.one(of: files)
                let added = random.happens(0.5) ? 0 : 7
                file.bytes = Data(file.bytes.map { $0 &+ UInt8(run + 1) } + Data(count: added))
                let isAtDeletion = random.happens(0.5)
                rewrites[run] = Rewrite(
                    file: file, isAtDeletion: isAtDeletion, keepsTime: random.happens(0.5), isInPlace: random.happens(0.5))
            }
        }
        self.rewrites = rewrites
        surroundings = ChaosSurroundings(seed: seed, files: files)
    }

    var selected: [File] { files.filter(\.isSelected) }

    private static let oddParts = [
        " with blanks ", "'quoted'", "\"q\"", ";semicolon", "\nnewline", "\u{E9}", "e\u{301}", "[x]", "back\\slash", "#%20?", "*",
        String(repeating: "long", count: 50),
    ]

    private static func files(_ random: inout SplitMix, exceptTemporary: Bool) -> [File] {
        let directories = ["", "", "", "sub/", "sub/deep/", "odd dir/"]
        return (0..<Int.random(in: 1...12, using: &random)).map { number in
            let odd = random.happens(0.25) ? random.one(of: oddParts) : ""
            // The first is always selected, so that there is something to send.
            let ending = random.one(of: number == 0 ? [".pp"] : [".pp", ".pp", ".nc", ".tmp"])
            let size =
                switch Double.random(in: 0..<1, using: &random) {
                case ..<0.15: 0
                case ..<0.8: Int.random(in: 1...5_000, using: &random)
                default: Int.random(in: 5_000...200_000, using: &random)
                }
            let block = (0..<61).map { _ in UInt8.random(in: 0...255, using: &random) }
            return File(
                path: random.one(of: directories) + "f\(number)x" + odd + ending,
                bytes: Data((0..<size).lazy.map { block[$0 % block.count] }), isSelected: !exceptTemporary || ending != ".tmp")
        }
    }
}

extension SplitMix {
    mutating func happens(_ chance: Double) -> Bool { Double.random(in: 0..<1, using: &self) < chance }

    mutating func one<Element>(of elements: [Element]) -> Element { elements[Int.random(in: 0..<elements.count, using: &self)] }
}

extension ChaosPlan: CustomStringConvertible {
    /// In words, for whoever looks into a failure.
    var description: String {
        var lines = [
            "\(files.count) files (\(selected.count) selected) of \(files.map(\.bytes.count)) bytes, source \(isMounted ? "mounted" : "listed")",
            "sync \(transfer.sync), verify_checksum \(transfer.verifyChecksum), preserve_timestamp \(transfer.preserveTimestamp), "
                + "fail_on_quota_errors \(transfer.failOnQuotaErrors)",
            "wait limit \(wait.limit), outage \(wait.outage), on_fault after \(wait.onFault.after), on_inactive \(wait.onInactive)",
        ]
        func rule(_ what: String, _ effect: some Any, _ count: FaultCount) -> String {
            let often = count.times.map { "\($0)×" } ?? "for ever"
            return "\(what): \(effect), \(often)" + (count.after > 0 ? ", after \(count.after)" : "")
                + (count.chance.map { String(format: ", chance %.2f", $0) } ?? "")
        }
        lines += faults.http.map { rule("http \($0.route.method ?? "any") \($0.route.path)", $0.effect, $0.count) }
        lines += faults.tasks.map { rule("task \($0.selection) at \($0.at)", $0.effect, $0.count) }
        lines += faults.storage.map { rule("storage \($0.path) \($0.when)", $0.effect, $0.count) }
        if faults.clockShift != .zero { lines.append("the service's clock is off by \(faults.clockShift)") }
        if deletes { lines.append("deletes at the source" + (deletesDirectories ? ", directories too" : "")) }
        for (run, rewrite) in rewrites.sorted(by: { $0.key < $1.key }) {
            let moment = rewrite.isAtDeletion ? "when run \(run + 1) is about to delete" : "before run \(run + 1)"
            lines.append(
                "\(moment), '\(rewrite.file.path)' is written anew, \(rewrite.file.bytes.count) bytes"
                    + (rewrite.keepsTime ? ", under its old time" : "") + (rewrite.isInPlace ? ", in place" : ""))
        }
        if !surroundings.description.isEmpty { lines.append(surroundings.description) }
        lines.append("stops: " + stops.map { $0.map { "\($0)" } ?? "-" }.joined(separator: ", "))
        return lines.joined(separator: "\n")
    }
}

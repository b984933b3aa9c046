import ArgumentParser
import Globus
public import PPTransfer
import PositionedYAML

struct ManifestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest",
        abstract: "Record the digest of each file where it was made.",
        discussion: """
            Prints a list that 'sha256sum -c' (or 'md5sum -c') reads. With --output, the list is written to FILE, and sizes and times to \
            FILE.manifest. Made again for the same directory, only changed files are read. Name FILE in a description ('verify: {level: \
            digest, manifest: FILE}'): each file is then sent with its digest, which Globus checks.

              pptransfer manifest /work/n02/n02/me/archive/u-ab123/19880901T0000Z \\
                --output 19880901T0000Z.sha256

            In a Slurm array, or with Cylc task parameters, each job takes its share, and the last one merges them:

              pptransfer manifest DIR --shard 2/8 --output part2
              pptransfer manifest --merge part1 part2 ... --output all.sha256
            """)

    @Argument(help: ArgumentHelp("The directory; with --merge, manifests.", valueName: "dir"), completion: .directory)
    var paths: [String]

    @Option(help: "The digest: sha256, md5, or none (sizes and times only).")
    var digest: TaskDescription.VerifyOptions.Digest = .sha256

    @Option(help: ArgumentHelp("The file for the list; sizes and times are written beside it.", valueName: "file"), completion: .file())
    var output: String?

    @Option(help: ArgumentHelp("Only files that match. May be repeated.", valueName: "pattern"))
    var include: [String] = []

    @Option(help: ArgumentHelp("Leave out files that match. May be repeated.", valueName: "pattern"))
    var exclude: [String] = []

    @Option(help: "The treatment of symbolic links: fail, skip, follow.")
    var symlinks: TaskDescription.LinkPolicy = .fail

    @Option(help: ArgumentHelp("The number of files to read at once. Default: one per core.", valueName: "n"))
    var jobs: Int?

    @Option(
        name: .customLong("scan-width"),
        help: ArgumentHelp("The number of directories to list at once; more may help on a parallel file system.", valueName: "n"))
    var scanWidth = SourceScanner.defaultWidth

    @Option(help: ArgumentHelp("Only this share of the files: 2/8 is the second of eight.", valueName: "k/n"))
    var shard: Shard?

    @Flag(help: "Merge several manifests.")
    var merge = false

    @OptionGroup var logging: LogOptions

    func validate() throws {
        if paths.isEmpty { throw ValidationError(merge ? "name the manifests to put together" : "name a directory") }
        if !merge, paths.count > 1 { throw ValidationError("one directory at a time; --merge puts manifests together") }
        if merge, output == nil { throw ValidationError("--merge needs --output FILE") }
        if let jobs, jobs < 1 { throw ValidationError("--jobs is a number of files, 1 or more") }
        if scanWidth < 1 { throw ValidationError("--scan-width is a number of directories, 1 or more") }
    }

    func run() throws {
        let console = Console(isRehearsal: false, narration: logging.narration(outputIsDocument: output == nil))
        do {
            let manifest = try merge ? merged(console) : made(console)
            if let output {
                try manifest.write(to: output)
                console.note("\(Quantity.count(manifest.entries.count, "file")), \(Quantity.bytes(manifest.bytes)): \(output)")
            } else {
                if digest == .none { manifest.encode(to: console.bytes) } else { manifest.encodeChecksums(to: console.bytes) }
            }
        } catch let problem as OutputProblem {
            throw fail([problem.description], problem.status, console)
        } catch let problem as JournalProblem {
            throw fail(["\(problem)"], .journal, console)
        }
    }

    private func made(_ console: Console) throws -> Manifest {
        var selection = TaskDescription.Selection()
        let position = SourcePosition(file: "command line")
        selection.include = include.map { Positioned($0, at: position) }
        selection.exclude = exclude.map { Positioned($0, at: position) }
        var maker = ManifestMaker(selection, links: symlinks, algorithm: digest.algorithm)
        maker.width = jobs
        maker.scanWidth = scanWidth
        maker.shard = shard.map { ($0.part, $0.count) }
        if let output, Manifest.isOtherFile(output, in: paths[0]) {
            throw fail(["\(output) exists in \(paths[0]), and it is no list of pptransfer; name another file"], .output, console)
        }
        let known = try digest == .none ? nil : output.flatMap { try Manifest.known(at: $0) }
        let result = maker.make(paths[0], known: known) { total in
            ReadingNarrator(of: total, SystemTimekeeper(), tell: { console.note($0) }).observe
        }
        guard result.problems.isEmpty else {
            throw fail(result.problems.map(\.description), ExitStatus.mostSerious(of: result.problems.map(\.status)), console)
        }
        if result.reused > 0 { console.note("\(Quantity.count(result.reused, "file")) not changed since, not read again") }
        return result.manifest
    }

    private func merged(_ console: Console) throws -> Manifest {
        var merger = ManifestMerger()
        for path in paths {
            guard let manifest = try Manifest.known(at: path) ?? Manifest(file: path) else {
                throw fail(["\(path) is no manifest of pptransfer, or not whole"], .journal, console)
            }
            if let twin = merger.add(manifest) { throw fail(["\(twin) stands in two of them, differently"], .mismatch, console) }
        }
        return merger.manifest
    }

    private func fail(_ lines: [String], _ status: ExitStatus, _ console: Console) -> ExitCode {
        for line in Quantity.list(lines) { console.error("\(line)") }
        console.note("nothing was written; leaving with \(status)", .error)
        return ExitCode(status)
    }
}

/// `2/8`
struct Shard: ExpressibleByArgument, Sendable {
    let part: Int
    let count: Int

    init?(argument: String) {
        let numbers = argument.split(separator: "/", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard numbers.count == 2, numbers[1] >= 1, 1...numbers[1] ~= numbers[0] else { return nil }
        (part, count) = (numbers[0], numbers[1])
    }
}

extension TaskDescription.VerifyOptions.Digest: ExpressibleByArgument {}
extension TaskDescription.LinkPolicy: ExpressibleByArgument {}

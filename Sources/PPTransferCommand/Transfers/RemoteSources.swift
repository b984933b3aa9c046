import FoundationEssentials
import PPTransfer
import SystemFiles

/// The sources of a rehearsal that are not on this machine: each has its files in a directory of the simulator.
struct RemoteSources {
    /// A source, and where its files are.
    struct Source {
        var plan: TransferPlan
        var directory: String
    }

    let sources: [Source]

    /// - Parameter files: the simulator's directory.
    init(_ plans: [TransferPlan], in files: String) {
        sources = plans.filter { $0.localSource == nil }.map { Source(plan: $0, directory: Mounts.simulated($0.source, in: files)) }
    }

    /// Says where files are to be put that a rehearsal reads, if there are none. Of a path whose parent is on this machine, that would
    /// only distract from the path.
    func tell(_ console: Console) {
        for source in sources where Self.isEmpty(source.directory) && !Self.isMeantHere(source.plan.source.path.description) {
            console.note("put files of \(source.plan.source.text) in \(source.directory), or let --make-source make some")
        }
    }

    /// Makes a few files where there are none: what is there already is never touched.
    func make(_ console: Console) throws(OutputProblem) {
        for source in sources {
            guard Self.isEmpty(source.directory) else {
                console.note("there are files of \(source.plan.source.text) in \(source.directory) already; --make-source makes none")
                continue
            }
            let paths = SampleFiles(source.plan.description.select).paths
            for (number, path) in paths.enumerated() {
                let file = source.directory.withEndingSlash + path
                try OutputFile.makeDirectory(of: file)
                let line = "made by pptransfer rehearse --make-source, as \(path)\n"
                try OutputFile.write(String(repeating: line, count: 100 * (number + 1)).utf8, to: file)
            }
            console.note("made \(paths.count) files of \(source.plan.source.text) in \(source.directory)")
        }
    }

    private static func isMeantHere(_ path: String) -> Bool {
        path.withoutEndingSlashes.directory.map { DirectoryState($0) == .directory } ?? false
    }

    private static func isEmpty(_ directory: String) -> Bool {
        switch DirectoryState(directory) {
        case .nothing: true
        case .directory: (try? FileManager.default.contentsOfDirectory(atPath: directory))?.isEmpty ?? false
        case .somethingElse, .unreachable: false
        }
    }
}

package import Globus
package import SystemFiles

/// The lists that a description names: which files are sent, and what the source should hold.
extension TransferPlan {
    /// Reads the list of the files to send (`select.list`).
    ///
    /// - Returns: what is wrong with it.
    mutating func readList() -> [SourceProblem] {
        guard let list = description.select.list, description.select.listed == nil else { return [] }
        do throws(ListedFiles.Fault) {
            description.select.listed = try ListedFiles(file: list.value)
            return []
        } catch {
            return SourceProblem.all(of: error, list.value, key: "select.list")
        }
    }

    /// The listed files without sizes and times, for a source that nobody has looked at; `nil` without a list.
    package var listedManifest: Manifest? {
        description.select.listed.map { listed in
            Manifest(listed.paths.sorted().map { Manifest.Entry(path: $0.text, size: 0, modified: 0) })
        }
    }

    /// The source on this machine as a run reads it; `nil` if it is not here, or the scan was cancelled.
    func localScan(now: Timestamp) async -> SourceScan? {
        guard let localSource else { return nil }
        return await scanner(now).scanUnlessCancelled(localSource.path).map { compared($0) }
    }

    /// The same, which blocks.
    package func blockingLocalScan(now: Timestamp) -> SourceScan? {
        localSource.map { compared(scanner(now).scan($0.path)) }
    }

    private func scanner(_ now: Timestamp) -> SourceScanner {
        SourceScanner(description.select, links: links, now: now, forReading: true)
    }

    /// The source's files beside those that are expected (`expect`).
    func compared(_ scan: SourceScan) -> SourceScan {
        guard let expect = description.expect, !scan.problems.contains(where: { if case .missing = $0 { true } else { false } }) else {
            return scan
        }
        var scan = scan
        do throws(ExpectedFiles.Fault) {
            guard let expected = try ExpectedFiles(expect, at: scan) else { return scan }
            let selector = FileSelector(description.select)
            scan.problems += scan.absent(of: expected.paths.filter { selector.selects($0.text) })
                .map { .notThere($0, list: expected.file, isExpected: true) }
            let others = expected.others(in: scan.manifest, of: localRoot)
            switch expect.extra {
            case .warn: scan.unexpected = others
            case .fail: scan.problems += others.map { .unexpected($0, list: expected.file) }
            }
        } catch {
            scan.problems += error.problems
        }
        return scan
    }
}

extension TaskDescription.Selection {
    /// The same once its list is read; `nil` if that cannot be.
    package func withList() -> Self? {
        guard let list else { return self }
        guard let listed = try? ListedFiles(file: list.value) else { return nil }
        var selection = self
        selection.listed = listed
        return selection
    }
}

extension SourceProblem {
    fileprivate static func all(of fault: ListedFiles.Fault, _ file: String, key: String) -> [SourceProblem] {
        switch fault {
        case .file(let fault): [.named(file, key: key, fault)]
        case .lines(let problems): problems.map { .listLine($0) }
        }
    }
}

extension SourceProblem {
    /// The same of a producer's manifest, as a problem of the key that names it.
    func ofFile(named key: String) -> SourceProblem {
        switch self {
        case .missing(let path, _): .named(path, key: key, .missing)
        case .unreadable(let path, let reason):
            .named(path, key: key, RegularFile.oddity(of: path).map { .notOrdinary($0) } ?? .unreadable(reason))
        default: self
        }
    }
}

/// The paths of the files that a source should hold, by a list or by the manifest of the files' producer.
package struct ExpectedFiles: Sendable {
    /// Why they are not known.
    package struct Fault: Error {
        package var problems: [SourceProblem]
    }

    /// The list or manifest.
    package let file: String
    package let paths: Set<FileName>

    /// - Parameter scan: of the source; of a bag's manifest, it says where the names begin.
    /// - Returns: `nil` if nothing says what is expected.
    package init?(_ expect: TaskDescription.Expectation, at scan: SourceScan? = nil) throws(Fault) {
        if let list = expect.list {
            file = list.value
            do throws(ListedFiles.Fault) {
                paths = try ListedFiles(file: list.value).paths
            } catch {
                throw Fault(problems: SourceProblem.all(of: error, list.value, key: "expect.list"))
            }
        } else if let manifest = expect.manifest {
            file = manifest.value
            do throws(SourceProblem) {
                paths = try ProducerManifest(path: manifest.value, needsDigests: false).names(for: scan?.manifest)
            } catch {
                throw Fault(problems: [error.ofFile(named: "expect.manifest")])
            }
        } else {
            return nil
        }
    }

    /// The files of the source that are not expected. The list itself may be beside the files that it is about.
    fileprivate func others(in manifest: Manifest, of root: String?) -> [String] {
        let root = root.map { Mounts.resolved($0).withEndingSlash }
        let own = [file, Manifest.sidecar(of: file)].map { FileName(Mounts.resolved($0)) }
        return manifest.entries.indices.compactMap { index in
            let path = manifest.entries[index].path
            let isOwn = root.map { own.contains(FileName($0 + path)) } ?? false
            return isOwn || paths.contains(FileName(path)) ? nil : path
        }
    }
}

import FoundationEssentials
import Globus
import SystemFiles

/// How one file gets from its source to its destination.
extension Mover {
    /// - Parameter isInVain: whether the check of what was sent fails, whatever it finds.
    mutating func moveFile(
        _ subtask: Subtask, of item: TransferItem, from source: Place, to destination: Place, isInVain: Bool = false
    ) throws(MoveProblem) {
        let document = work.document
        let algorithm = item.checksumAlgorithm.flatMap { ChecksumAlgorithm(name: $0) } ?? .md5
        let expected = subtask.relative.isEmpty ? item.externalChecksum?.lowercased() : nil
        let original = try opened(source)
        if !subtask.isBegun, let level = document.syncLevel,
            try isUpToDate(original.status, from: source, to: destination, by: level, algorithm)
        {
            record.advance { progress in
                progress.files += 1
                progress.filesSkipped += 1
                progress.subtasks.succeeded += 1
            }
            return
        }
        let verifies = document.verifyChecksum == true && !work.destination.settings.disablesVerification
        let checksum = try copy(
            original, to: destination, algorithm: verifies || expected != nil ? algorithm : nil,
            keepsTime: document.preserveTimestamp == true)
        if let expected, let checksum, expected != checksum {
            // The name of this code is inferred; that the mismatch ends the task is documented.
            throw .fatal(
                TaskProgress.Fatality(code: "EXTERNAL_CHECKSUM_MISMATCH", description: "external checksum mismatch"),
                details: """
                    External checksum mismatch
                    File: \(item.sourcePath)
                    Algorithm: \(algorithm.rawValue)
                    Expected: \(expected)
                    Found: \(checksum)
                    """)
        }
        if isInVain { throw .fault(MoveFault(scripted: "VERIFY_CHECKSUM")) }
        if verifies, let checksum { try verify(checksum, at: destination, algorithm) }
        storage.sent(destination.local)
        let size = original.status.size
        record.advance { progress in
            progress.files += 1
            progress.filesTransferred += 1
            progress.subtasks.succeeded += 1
            progress.successes.append(
                TaskProgress.Success(item: subtask.item, relative: WirePath.text(subtask.relative), size: size, checksum: checksum))
        }
    }

    private func opened(_ source: Place) throws(MoveProblem) -> (file: any StoredFile, status: FileStatus) {
        do throws(StorageError) {
            let file = try storage.openForReading(source.local)
            let status = try file.status()
            guard status.kind == .file else { throw StorageError(number: status.kind == .directory ? EISDIR : ENXIO) }
            return (file, status)
        } catch {
            throw .fault(MoveFault(error, while: .reading))
        }
    }

    /// Whether the sync level finds that the destination has the file already. Each level asks also what those below it ask.
    private mutating func isUpToDate(
        _ original: FileStatus, from source: Place, to destination: Place, by level: SyncLevel, _ algorithm: ChecksumAlgorithm
    ) throws(MoveProblem) -> Bool {
        guard let copy = try? storage.status(destination.local, followingLinks: true), copy.kind == .file else { return false }
        switch level {
        case .exists: return true
        case .size: return copy.size == original.size
        case .mtime: return copy.size == original.size && original.modified <= copy.modified
        case .checksum:
            guard copy.size == original.size else { return false }
            let first = try checksum(of: source, at: .source, algorithm)
            let second = try checksum(of: destination, at: .destination, algorithm)
            record.update { $0.bytesChecksummed += original.size }
            return first == second
        }
    }

    private mutating func checksum(of place: Place, at side: MoveFault.Side, _ algorithm: ChecksumAlgorithm) throws(MoveProblem) -> String {
        do throws(Copier.Failure) {
            return try copier.checksum(of: place.local, storage: storage, algorithm)
        } catch {
            switch error {
            case .reading(let error), .writing(let error): throw .fault(MoveFault(error, while: .takingChecksum(at: side)))
            case .stopped: throw .stopped
            }
        }
    }

    /// - Returns: the checksum of what was read, if one was asked for.
    private mutating func copy(
        _ original: (file: any StoredFile, status: FileStatus), to destination: Place, algorithm: ChecksumAlgorithm?, keepsTime: Bool
    ) throws(MoveProblem) -> String? {
        if let existing = try? storage.status(destination.local, followingLinks: true), existing.device == original.status.device,
            existing.inode == original.status.inode
        {
            // Emptying the destination would empty the source.
            throw .fault(
                MoveFault(
                    "ENDPOINT_ERROR", "endpoint error", while: .writing, serverCode: "INTERNAL_ERROR",
                    reason: "Source and destination are the same file"))
        }
        let target: any StoredFile
        do {
            try writing.makeDirectories(Place(local: destination.local.parent, root: destination.root, isWritable: destination.isWritable))
            target = try writing.open(destination)
            hasWritten = true
        } catch {
            throw .fault(MoveFault(error, while: .writing))
        }
        let (checksum, size, now): (String?, Int64, FileStatus)
        do throws(Copier.Failure) {
            (checksum, size) = try copier.copy(original.file, to: target, algorithm) { [record] count in
                record.moved(count)
            }
            do { now = try original.file.status() } catch { throw .reading(error) }
            do {
                if keepsTime { try target.setModified(original.status.modified) }
                try target.close()
            } catch { throw .writing(error) }
        } catch {
            switch error {
            case .reading(let error): throw .fault(MoveFault(error, while: .reading))
            case .writing(let error): throw .fault(MoveFault(error, while: .writing))
            case .stopped: throw .stopped
            }
        }
        guard size == original.status.size, now.size == size else {
            // Inferred: the file grew or shrank under way.
            throw .fault(
                MoveFault(
                    "FILE_SIZE_CHANGED", "file size changed", while: .reading, serverCode: "INTERNAL_ERROR",
                    reason: "The size changed from \(original.status.size) to \(now.size) during the transfer"))
        }
        return checksum
    }

    private mutating func verify(_ checksum: String, at destination: Place, _ algorithm: ChecksumAlgorithm) throws(MoveProblem) {
        let found = try self.checksum(of: destination, at: .destination, algorithm)
        guard found != checksum else { return }
        // The file is sent again in the next pass.
        throw .fault(
            MoveFault(
                "VERIFY_CHECKSUM", "checksum verification failed", while: .takingChecksum(at: .destination), serverCode: "INTERNAL_ERROR",
                reason: "The source has \(checksum), the destination \(found)"))
    }
}

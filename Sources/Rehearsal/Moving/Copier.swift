import FoundationEssentials

/// Carries bytes through one buffer, at the task's rate.
struct Copier {
    enum Failure: Error {
        case reading(StorageError)
        case writing(StorageError)
        case stopped
    }

    private let buffer: UnsafeMutableRawBufferPointer
    private let signal: StopSignal
    private var throttle: Throttle

    /// `close` must be called in the end.
    init(rate: Int64?, signal: StopSignal) {
        throttle = Throttle(rate: rate)
        buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: throttle.chunk, alignment: 16)
        self.signal = signal
    }

    func close() { buffer.deallocate() }

    /// - Returns: the checksum of what was read, if one was asked for, and how many bytes there were.
    mutating func copy(
        _ source: any StoredFile, to target: any StoredFile, _ algorithm: ChecksumAlgorithm?, onChunk: (Int) -> Void
    ) throws(Failure) -> (checksum: String?, size: Int64) {
        var checksum = algorithm.map { RunningChecksum($0) }
        var size: Int64 = 0
        while true {
            guard signal.reason == nil else { throw .stopped }
            let count: Int
            do { count = try source.read(into: buffer) } catch { throw .reading(error) }
            guard count > 0 else { return (checksum?.finished(), size) }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            throttle.wait(for: count, signal)
            do { try target.write(bytes) } catch { throw .writing(error) }
            checksum?.update(bytes)
            size += Int64(count)
            onChunk(count)
        }
    }

    /// Checksums are made where the file lies, so the rate does not hold them up.
    func checksum(of path: LocalPath, storage: any Storage, _ algorithm: ChecksumAlgorithm) throws(Failure) -> String {
        var checksum = RunningChecksum(algorithm)
        do {
            let file = try storage.openForReading(path)
            while signal.reason == nil {
                let count = try file.read(into: buffer)
                guard count > 0 else { return checksum.finished() }
                checksum.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        } catch {
            throw .reading(error)
        }
        throw .stopped
    }
}

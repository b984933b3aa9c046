import SystemFiles

/// A file system that errs and lies as the rules say.
struct SpoiledStorage: Storage {
    let base: any Storage
    let desk: FaultDesk

    func status(_ path: LocalPath, followingLinks: Bool) throws(StorageError) -> FileStatus {
        var status = try base.status(path, followingLinks: followingLinks)
        if status.kind == .file, case .understate(let bytes)? = desk.effect(on: path, .measuring) {
            status.size = max(0, status.size - Int64(bytes))
        }
        return status
    }

    func names(in directory: LocalPath) throws(StorageError) -> [(name: [UInt8], kind: FileStatus.Kind?)] {
        switch desk.effect(on: directory, .listing) {
        case .denyListing: throw StorageError(number: EACCES)
        case .listError: throw StorageError(number: EIO)
        default:
            let names = try base.names(in: directory)
            guard desk.hasStorageFaults else { return names }
            return names.filter { desk.effect(on: directory.appending($0.name), .naming) == nil }
        }
    }

    func openForReading(_ path: LocalPath) throws(StorageError) -> any StoredFile {
        let effect = desk.effect(on: path, .reading)
        switch effect {
        case .denyReading: throw StorageError(number: EACCES)
        case .vanish: throw StorageError(number: ENOENT)
        default: return effect == nil ? try base.openForReading(path) : SpoiledFile(try base.openForReading(path), effect)
        }
    }

    func openForWriting(_ path: LocalPath, followingLinks: Bool) throws(StorageError) -> any StoredFile {
        if desk.effect(on: path, .creating) != nil { throw StorageError(number: EACCES) }
        let isNew = (try? base.status(path, followingLinks: false)) == nil
        let file = try base.openForWriting(path, followingLinks: followingLinks)
        if isNew { mask(path) }
        let effect = desk.effect(on: path, .writing)
        let spoiling = desk.effect(on: path, .keeping, .written)
        guard effect != nil || spoiling != nil else { return file }
        return SpoiledFile(file, effect) { spoiling.map { Spoiling.apply($0, to: path) } }
    }

    func makeDirectory(_ path: LocalPath) throws(StorageError) {
        if desk.effect(on: path, .creating) != nil { throw StorageError(number: EACCES) }
        try base.makeDirectory(path)
        mask(path)
    }

    /// Takes permissions from what was just made. A directory keeps what it has of set-id bits.
    private func mask(_ path: LocalPath) {
        guard case .umask(let bits)? = desk.effect(on: path, .masking), let made = try? LocalStorage().open(path, O_RDONLY) else { return }
        defer { close(made) }
        var status = stat()
        if fstat(made, &status) == 0 { fchmod(made, status.st_mode & 0o7777 & ~bits) }
    }

    func makeLink(_ path: LocalPath, to target: [UInt8]) throws(StorageError) { try base.makeLink(path, to: target) }
    func target(ofLink path: LocalPath) throws(StorageError) -> [UInt8] { try base.target(ofLink: path) }
    func remove(_ path: LocalPath, isDirectory: Bool) throws(StorageError) { try base.remove(path, isDirectory: isDirectory) }
    func rename(_ old: LocalPath, to new: LocalPath) throws(StorageError) { try base.rename(old, to: new) }

    func sent(_ path: LocalPath) {
        if let effect = desk.effect(on: path, .keeping, .sent) { Spoiling.apply(effect, to: path) }
    }
}

/// An open file with something wrong about it.
private final class SpoiledFile: StoredFile {
    private let base: any StoredFile
    private let effect: StorageFault.Effect?
    private let onClose: () -> Void
    private var questions = 0

    init(_ base: any StoredFile, _ effect: StorageFault.Effect?, onClose: @escaping () -> Void = {}) {
        (self.base, self.effect, self.onClose) = (base, effect, onClose)
    }

    func status() throws(StorageError) -> FileStatus {
        var status = try base.status()
        questions += 1
        // The first look is before the file is read.
        if effect == .changing, questions > 1 { status.size += 1 }
        return status
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(StorageError) -> Int {
        if effect == .readError { throw StorageError(number: EIO) }
        return try base.read(into: buffer)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
        let number: Int32
        switch effect {
        case .noSpace: number = ENOSPC
        case .quota: number = EDQUOT
        default: return try base.write(bytes)
        }
        try base.write(UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 2)))
        throw StorageError(number: number)
    }

    func setModified(_ seconds: Int64) throws(StorageError) { try base.setModified(seconds) }

    func close() throws(StorageError) {
        try base.close()
        onClose()
    }
}

/// Makes written files bad, silently: their times stay as they are.
enum Spoiling {
    /// What cannot be done (a bit of an empty file) is left undone.
    static func apply(_ effect: StorageFault.Effect, to path: LocalPath) {
        switch effect {
        case .flip:
            change(path) { file, size in
                guard size > 0 else { return }
                var byte: UInt8 = 0
                guard pread(file, &byte, 1, off_t(size / 2)) == 1 else { return }
                byte ^= 1
                _ = pwrite(file, &byte, 1, off_t(size / 2))
            }
        case .stale:
            change(path) { file, size in
                var bytes = [UInt8](repeating: 0, count: size)
                guard pread(file, &bytes, size, 0) == size else { return }
                for index in bytes.indices { bytes[index] &+= 1 }
                _ = pwrite(file, bytes, size, 0)
            }
        case .exchange(let name):
            let other = path.parent.appending(name.utf8)
            change(path) { first, firstSize in
                change(other) { second, secondSize in
                    var firstBytes = [UInt8](repeating: 0, count: firstSize), secondBytes = [UInt8](repeating: 0, count: secondSize)
                    guard pread(first, &firstBytes, firstSize, 0) == firstSize, pread(second, &secondBytes, secondSize, 0) == secondSize
                    else { return }
                    _ = ftruncate(first, off_t(secondSize)) == 0 && pwrite(first, secondBytes, secondSize, 0) == secondSize
                    _ = ftruncate(second, off_t(firstSize)) == 0 && pwrite(second, firstBytes, firstSize, 0) == firstSize
                }
            }
        case .truncate(let bytes): change(path) { file, size in _ = ftruncate(file, off_t(max(0, size - bytes))) }
        case .grow(let bytes): change(path) { file, size in _ = ftruncate(file, off_t(size + bytes)) }
        case .drop: try? LocalStorage().remove(path, isDirectory: false)
        case .extra(let name):
            let other = path.parent.appending(name.utf8)
            guard let file = try? LocalStorage().open(other, O_WRONLY | O_CREAT) else { return }
            _ = "extra\n".withCString { write(file, $0, 6) }
            close(file)
        default: break
        }
    }

    private static func change(_ path: LocalPath, _ body: (Int32, Int) -> Void) {
        guard let file = try? LocalStorage().open(path, O_RDWR) else { return }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { return }
        body(file, Int(status.st_size))
        let times = [status.st_atim, status.st_mtim]
        _ = times.withUnsafeBufferPointer { times in times.baseAddress.map { futimens(file, $0) } }
    }
}

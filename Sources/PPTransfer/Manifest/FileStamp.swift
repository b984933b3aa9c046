import SystemFiles

/// What tells a file from every other, and from itself before a later write, besides its size and the second of its modification. A program
/// that puts the time of modification back (`touch -r`, `cp -p`, `rsync -t`) cannot put this back.
struct FileStamp: Hashable, Sendable {
    // In this order a stamp has 24 bytes; there may be millions.
    /// 0 where nothing is known, as of files that a collection has listed.
    var inode: UInt64 = 0
    /// When anything of the file was changed last, its name and permissions included: ns since 1970.
    var changed: Int64 = 0
    /// 0 where the number is the mount's, not the disk's (network file systems): it is another one on each machine.
    var device: UInt32 = 0
    /// Of the time of modification, beyond its second.
    var nanoseconds: UInt32 = 0

    static let unknown = FileStamp()

    init() {}

    init(device: UInt32, inode: UInt64, nanoseconds: UInt32, changed: Int64) {
        (self.device, self.inode, self.nanoseconds, self.changed) = (device, inode, nanoseconds, changed)
    }

    var isKnown: Bool { inode != 0 }

    /// The time within which two writes may have got one time, in ns: the system's tick, or a second where the file system keeps no less,
    /// and another for its server's clock.
    var granularity: Int64 { changed % 1_000_000_000 == 0 ? 2_000_000_000 : 20_000_000 }
}

extension FileStamp {
    init(_ status: stat) {
        (device, inode) = (Self.device(status), UInt64(status.st_ino))
        nanoseconds = UInt32(truncatingIfNeeded: status.st_mtim.tv_nsec)
        changed = Self.nanoseconds(status.st_ctim)
    }

    /// Wraps three centuries from 1970: it is only compared.
    static func nanoseconds(_ moment: timespec) -> Int64 { Int64(moment.tv_sec) &* 1_000_000_000 &+ Int64(moment.tv_nsec) }

    fileprivate static func device(_ status: stat) -> UInt32 {
        let number = UInt64(truncatingIfNeeded: status.st_dev)
        // The major number 0 is that of file systems without a device of their own.
        let major = (number >> 8) & 0xFFF | (number >> 32) & 0xFFFF_F000
        return major == 0 ? 0 : UInt32(truncatingIfNeeded: number ^ number >> 32)
    }

    /// Equal as far as both know it; a file system without nanoseconds has 0, and a client may show some that its server does not keep.
    fileprivate func hasModification(of other: FileStamp) -> Bool {
        nanoseconds == other.nanoseconds || nanoseconds == 0 || other.nanoseconds == 0
    }

    fileprivate func hasChange(of other: FileStamp) -> Bool {
        guard changed != other.changed else { return true }
        let second = 1_000_000_000 as Int64
        return (changed % second == 0 || other.changed % second == 0) && changed / second == other.changed / second
    }
}

/// How a file that was listed compares with what is there now, or with what was listed at another time. The one place where that is decided.
enum Sameness: Hashable, Sendable {
    case same
    /// Size and time are equal, and no more is known of one of the two.
    case alike
    /// The very file, and its time of modification is what it was, but something of it was changed since: its permissions, its name, or
    /// its bytes by a program that put the time back. Only reading it tells.
    case touched
    /// Another file, or written to.
    case changed

    init(_ one: Manifest.Entry, _ other: Manifest.Entry) {
        self = one.size == other.size && one.modified == other.modified ? Self.of(one.stamp, other.stamp) : .changed
    }

    init(_ listed: Manifest.Entry, _ now: stat) {
        let isEqual = listed.size == Int64(now.st_size) && listed.modified == Int64(now.st_mtim.tv_sec)
        self = isEqual ? Self.of(listed.stamp, FileStamp(now)) : .changed
    }

    /// Of the files at the indices of two manifests.
    init(_ one: Manifest.Entries, _ index: Int, _ other: Manifest.Entries, _ place: Int) {
        let isEqual = one.size(index) == other.size(place) && one.modified(index) == other.modified(place)
        self = isEqual ? Self.of(one.stamp(index), other.stamp(place)) : .changed
    }

    /// Of files of one size and time of modification.
    private static func of(_ one: FileStamp, _ other: FileStamp) -> Sameness {
        guard one.isKnown, other.isKnown else { return .alike }
        let isOnOneDevice = one.device == other.device || one.device == 0 || other.device == 0
        guard isOnOneDevice, one.inode == other.inode, one.hasModification(of: other) else { return .changed }
        return one.hasChange(of: other) ? .same : .touched
    }

    /// Whether nothing says that it was written to.
    var isUnchanged: Bool { self == .same || self == .alike }
}

/// The directory that a manifest's paths start from, and when a look at it began.
struct ManifestOrigin: Hashable, Sendable {
    var device: UInt32
    var inode: UInt64
    /// ns since 1970.
    var begun: Int64

    init(device: UInt32, inode: UInt64, begun: Int64) { (self.device, self.inode, self.begun) = (device, inode, begun) }

    /// Begins now.
    init(_ directory: stat) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        self.init(device: FileStamp.device(directory), inode: UInt64(directory.st_ino), begun: FileStamp.nanoseconds(now))
    }

    /// Whether `directory` is still the one.
    func isOf(_ directory: stat) -> Bool { isSameDirectory(as: ManifestOrigin(directory)) }

    func isSameDirectory(as other: ManifestOrigin) -> Bool {
        inode == other.inode && (device == other.device || device == 0 || other.device == 0)
    }
}

import PositionedYAML
import SystemFiles

/// What one thread of a scan does: reads directories, and asks for size and time of each file.
struct SourceLook {
    /// Names in a directory that must be looked at, in the order in which the system gave them, which file systems foresee.
    struct Names {
        var bytes: [UInt8] = []
        /// Where each begins in `bytes`; a NUL ends it.
        var begins: [Int] = []

        mutating func add(_ name: UnsafeBufferPointer<UInt8>) {
            begins.append(bytes.count)
            bytes.append(contentsOf: name)
            bytes.append(0)
        }
    }

    /// A directory with more names is shared among the threads, so many at a time.
    private static let share = 512

    private let walk: SourceWalk
    private var scan = SourceScan(manifest: Manifest([]))
    private var unsettled = Manifest.Entries()
    private var files = 0
    private var pathBytes = 0
    private var found = SourceFolder.Found()
    /// The path at hand, below `folder`.
    private var path: [UInt8] = []

    init(in walk: SourceWalk) { self.walk = walk }

    /// Hands over what was found beside files and directories.
    consuming func finish() { walk.add(scan, unsettled: unsettled, files: files, pathBytes: pathBytes) }

    mutating func take(_ step: SourceWalk.Step) {
        switch step {
        case .read(let folder, let parent):
            let descriptor = parent.map { folder.open(in: $0.descriptor) } ?? folder.open(from: walk.source.descriptor)
            let name = Outlet.name(folder.path.dropLast())
            guard descriptor >= 0 else { return scan.problems.append(SourceProblem(errno, at: name, absent: .vanished(name))) }
            read(folder, from: OpenDirectory(descriptor, among: walk.open))
        case .look(let folder, let directory, let names):
            look(at: names, in: folder, directory)
            folder.add(take())
        }
    }

    // MARK: directories

    mutating func read(_ folder: SourceFolder, from directory: OpenDirectory) {
        let names = names(in: folder, directory)
        if names.begins.count <= Self.share * 2 {
            look(at: names, in: folder, directory)
        } else {
            let shares = stride(from: 0, to: names.begins.count, by: Self.share).map { begin in
                Names(bytes: names.bytes, begins: Array(names.begins[begin..<min(begin + Self.share, names.begins.count)]))
            }
            walk.push(shares.reversed().map { .look(folder, directory, $0) })
        }
        folder.add(take())
    }

    /// Goes through a directory once. What the entry's kind decides is done, directories are queued; the rest is returned.
    private mutating func names(in folder: SourceFolder, _ directory: OpenDirectory) -> Names {
        var names = Names()
        // The stream closes its descriptor, which others still need.
        let copy = fcntl(directory.descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0, let stream = fdopendir(copy) else {
            scan.problems.append(Self.problem(errno, with: folder, walk.root))
            if copy >= 0 { close(copy) }
            return names
        }
        defer { closedir(stream) }
        scan.directories += 1
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { scan.problems.append(Self.problem(errno, with: folder, walk.root)) }
                return names
            }
            let name = Self.name(of: entry)
            guard !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) else { continue }
            setPath(name, in: folder)
            // 0 where the file system does not tell; else the kind that the mode has.
            switch mode_t(entry.pointee.d_type) << 12 {
            case 0: names.add(name)
            case S_IFREG where walk.selector.selects(path): names.add(name)
            case S_IFREG: leave(name, in: directory)
            case let kind: settle(name, kind, nil, in: folder, directory)
            }
        }
    }

    private static func problem(_ code: Int32, with folder: SourceFolder, _ root: String) -> SourceProblem {
        SourceProblem(code, at: root + "/" + Outlet.name(folder.path))
    }

    private static let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> UnsafeBufferPointer<UInt8> {
        let name = (UnsafeRawPointer(entry) + nameOffset).assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: name, count: strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self)))
    }

    private mutating func setPath(_ name: UnsafeBufferPointer<UInt8>, in folder: SourceFolder) {
        path.removeAll(keepingCapacity: true)
        path += folder.path
        path += name
    }

    private mutating func take() -> SourceFolder.Found {
        defer { found = SourceFolder.Found() }
        files += found.rows.count
        return found
    }

    // MARK: entries

    private mutating func look(at names: Names, in folder: SourceFolder, _ directory: OpenDirectory) {
        names.bytes.withUnsafeBufferPointer { bytes in
            for begin in names.begins {
                let start = UnsafeRawPointer(bytes.baseAddress! + begin).assumingMemoryBound(to: CChar.self)
                let name = UnsafeBufferPointer(rebasing: bytes[begin..<begin + strlen(start)])
                setPath(name, in: folder)
                var status = stat()
                if fstatat(directory.descriptor, start, &status, AT_SYMLINK_NOFOLLOW) == 0 {
                    settle(name, status.st_mode & S_IFMT, status, in: folder, directory)
                } else {
                    note(errno, absent: .vanished(text))
                }
            }
        }
    }

    /// The path at hand, as it is shown.
    private var text: String { Outlet.name(path) }

    private mutating func note(_ code: Int32, absent: SourceProblem) { scan.problems.append(SourceProblem(code, at: text, absent: absent)) }

    /// - Parameters:
    ///   - kind: within the mode.
    ///   - status: absent as long as the kind alone is known.
    private mutating func settle(
        _ name: UnsafeBufferPointer<UInt8>, _ kind: mode_t, _ status: stat?, in folder: SourceFolder, _ directory: OpenDirectory
    ) {
        switch kind {
        case S_IFLNK: settle(link: name, in: folder, directory)
        case S_IFDIR: descend(to: name, status, in: folder, directory, isLinked: false)
        default: settle(file: name, kind, status, in: folder)
        }
    }

    private mutating func settle(link name: UnsafeBufferPointer<UInt8>, in folder: SourceFolder, _ directory: OpenDirectory) {
        switch walk.links {
        case .skip: scan.skippedLinks.append(text)
        case .fail:
            let isMinded = walk.selector.minds(link: path) {
                var status = stat()
                // Only what is certainly nothing, or a file, may be passed over.
                if fstatat(directory.descriptor, Self.text(name), &status, 0) == 0 { return status.st_mode & S_IFMT == S_IFDIR }
                return errno != ENOENT
            }
            if isMinded { scan.problems.append(.link(text, target: Self.target(of: name, in: directory))) }
        case .follow:
            var status = stat()
            guard fstatat(directory.descriptor, Self.text(name), &status, 0) == 0 else {
                return note(errno, absent: .danglingLink(text, target: Self.target(of: name, in: directory)))
            }
            let kind = status.st_mode & S_IFMT
            guard kind == S_IFDIR else { return settle(file: name, kind, status, in: folder) }
            guard !walk.selector.leavesOut(directory: path) else { return }
            guard !folder.isOrIsBelow(FileIdentity(status)) else {
                return scan.problems.append(.linkLoop(text, target: Self.target(of: name, in: directory)))
            }
            descend(to: name, status, in: folder, directory, isLinked: true)
        }
    }

    private mutating func settle(file name: UnsafeBufferPointer<UInt8>, _ kind: mode_t, _ status: stat?, in folder: SourceFolder) {
        guard walk.selector.selects(path) else {
            if kind == S_IFREG { leave(bytes: Int64(status?.st_size ?? 0)) }
            return
        }
        guard kind == S_IFREG, let status else { return scan.problems.append(.special(text, kind: Self.word(kind))) }
        guard Self.isText(name) else { return scan.problems.append(.unsendableName(text)) }
        let modified = Int64(status.st_mtim.tv_sec)
        guard walk.settling?.leaves(modified: modified) != true else {
            return path.withUnsafeBufferPointer { unsettled.append($0, size: Int64(status.st_size), modified: modified) }
        }
        found.add(name, status)
        pathBytes += path.count
    }

    /// Counts a file that the selection leaves out. That it vanishes meanwhile matters to nobody.
    private mutating func leave(_ name: UnsafeBufferPointer<UInt8>, in directory: OpenDirectory) {
        var status = stat()
        let isThere = fstatat(directory.descriptor, Self.text(name), &status, AT_SYMLINK_NOFOLLOW) == 0
        if isThere || errno != ENOENT { leave(bytes: isThere ? Int64(status.st_size) : 0) }
    }

    private mutating func leave(bytes: Int64) {
        if !CanaryName.isName(ofPath: path) { scan.unselected.add(text, bytes: bytes) }
    }

    private mutating func descend(
        to name: UnsafeBufferPointer<UInt8>, _ status: stat?, in folder: SourceFolder, _ directory: OpenDirectory, isLinked: Bool
    ) {
        guard Self.isText(name) else { return scan.problems.append(.unsendableName(text)) }
        guard folder.depth < SourceScanner.deepest else {
            return scan.problems.append(.tooDeep(text, limit: SourceScanner.deepest))
        }
        var identity = status.map { FileIdentity($0) }
        // Whether a link leads back can only be told by knowing where one has come through.
        if walk.links == .follow, identity == nil {
            var status = stat()
            guard fstatat(directory.descriptor, Self.text(name), &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                return note(errno, absent: .vanished(text))
            }
            identity = FileIdentity(status)
        }
        let next = SourceFolder(below: folder, path: path + [UInt8(ascii: "/")], identity, isLinked: isLinked)
        found.folders.append(next)
        walk.push([.read(next, parent: walk.mayStayOpen ? directory : nil)])
    }

    // MARK: names

    private static func text(_ name: UnsafeBufferPointer<UInt8>) -> [CChar] { name.map { CChar(truncatingIfNeeded: $0) } + [0] }

    private static func isText(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        name.allSatisfy { $0 < 0x80 } || String(validating: name, as: UTF8.self) != nil
    }

    private static func target(of name: UnsafeBufferPointer<UInt8>, in directory: OpenDirectory) -> String {
        let text = text(name)
        let target = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, filled in
            filled = buffer.withMemoryRebound(to: CChar.self) { max(0, readlinkat(directory.descriptor, text, $0.baseAddress!, $0.count)) }
        }
        return Outlet.name(target)
    }

    private static func word(_ kind: mode_t) -> String {
        switch kind {
        case S_IFIFO: "FIFO"
        case S_IFSOCK: "socket"
        case S_IFCHR, S_IFBLK: "device"
        default: "special file"
        }
    }
}

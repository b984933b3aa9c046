import PositionedYAML
package import SystemFiles

/// The source, as this machine sees it.
package struct LocalSource: Sendable, Equatable {
    /// How it is known that the collection shows what is at `path` here.
    package enum Evidence: Sendable, Equatable {
        /// The caller says so, or the collection's listing agreed.
        case certain
        /// The site file says that this machine mounts the collection (`here`); a rehearsal, whose source may be anywhere, counts as such.
        case stated
        /// A path of that name exists, nothing more.
        case assumed
    }

    @Bytewise package var path: String
    /// A single file rather than a directory.
    package var isFile: Bool
    package var evidence: Evidence

    package init(path: String, isFile: Bool = false, evidence: Evidence = .certain) {
        (self.path, self.isFile, self.evidence) = (path, isFile, evidence)
    }
}

/// Decides which paths of collections are on this machine too.
package struct Mounts: Sendable {
    /// As site files know this machine.
    var host: String
    var home: String?
    /// Whatever a site file says of this machine: the simulator shows the source where it is.
    var isRehearsal: Bool
    /// The user's Globus Connect Personals on this machine.
    var personals: ConnectPersonals
    /// The directory in which the simulator of a rehearsal keeps the files of its collections, each in one of its own; `nil` if that is
    /// not known.
    var simulatorFiles: String?

    /// - Parameter personals: `nil` for what is found in the home directory.
    package init(host: String = Self.hostName, home: String?, isRehearsal: Bool, personals: ConnectPersonals? = nil) {
        (self.host, self.home, self.isRehearsal) = (host, home, isRehearsal)
        self.personals = personals ?? ConnectPersonals(home.map { ["HOME": $0] } ?? [:], host: host)
    }

    package static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    /// The source on this machine; `nil` if nothing is at its path, or the site says that the path is something else on this machine.
    ///
    /// That something exists at the path is no proof that the collection shows the same: see `MountedSource`.
    package func source(_ end: TaskDescription.End, _ site: Site?, at recorded: String? = nil) -> LocalSource? {
        guard let evidence = evidence(end, site), let path = recorded ?? path(of: end) else { return nil }
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return LocalSource(path: path, isFile: status.st_mode & S_IFMT == S_IFREG, evidence: evidence)
    }

    /// A source at its owner's word. What is not there is found when it is read.
    static func given(_ path: String) -> LocalSource {
        var status = stat()
        let isFile = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        return LocalSource(path: path.withoutEndingSlashes, isFile: isFile)
    }

    private func evidence(_ end: TaskDescription.End, _ site: Site?) -> LocalSource.Evidence? {
        if isRehearsal || end.collection.value == .globusConnectPersonal { return .stated }
        switch site?.isMounted(on: host) {
        case true?: return .stated
        case false?: return nil
        case nil: return .assumed
        }
    }

    /// The path as it is written, without a slash at its end. A home is this machine's only with its own Globus Connect Personal.
    func path(of end: TaskDescription.End) -> String? {
        let path = end.path.value
        guard Self.isOfHome(path) else { return path.withoutEndingSlashes }
        return end.collection.value == .globusConnectPersonal ? expanded(path) : nil
    }

    private static func isOfHome(_ path: String) -> Bool {
        path == "~" || path.begins(with: "~/") || path == "/~" || path.begins(with: "/~/")
    }

    /// A path of this machine, `~` being its user's home; `nil` if that is not known. Without a slash at its end.
    func expanded(_ path: String) -> String? {
        guard Self.isOfHome(path) else { return path.withoutEndingSlashes }
        return home.map { ($0 + String(Substring(path.utf8.drop { $0 == UInt8(ascii: "/") }.dropFirst()))).withoutEndingSlashes }
    }

    /// Whether one path is the other or lies in it, links resolved.
    static func lies(_ inner: String, in outer: String) -> Bool {
        let (outer, inner) = (resolved(outer), resolved(inner))
        return inner.isSameBytes(as: outer) || inner.begins(with: outer.withEndingSlash)
    }

    /// A path with its links resolved, as far as it exists.
    static func resolved(_ path: String) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        guard let slash = path.lastPlace(of: "/"), slash != path.startIndex else { return path }
        return resolved(String(path[..<slash])) + path[slash...]
    }
}

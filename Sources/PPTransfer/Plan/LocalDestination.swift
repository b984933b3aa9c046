import Globus
package import SystemFiles

/// The destination, as this machine sees it: this machine's Globus Connect Personal writes to its disk.
package struct LocalDestination: Sendable, Equatable {
    /// Where the files arrive on this machine; in a rehearsal, the simulator's directory.
    @Bytewise package var path: String

    package init(path: String) { self.path = path }

    /// Where a file of the manifest arrives.
    func path(of file: String) -> String { path.withEndingSlash + file }

    /// Whether a file was last changed, its attributes included, well before a time by this machine's clock. A file server may have another.
    func isUnaltered(_ file: String, since time: Timestamp) -> Bool {
        var status = stat()
        guard stat(path(of: file), &status) == 0 else { return false }
        return Int64(status.st_ctim.tv_sec) + Self.clockTolerance < time.secondsSince1970
    }

    /// Seconds.
    private static let clockTolerance: Int64 = 120
}

/// What this machine's Globus Connect Personal is asked for, and what it permits.
struct PersonalAccess: Sendable, Equatable {
    /// The source's path on this machine; `nil` if it does not send it.
    var source: String?
    /// The destination's; `nil` if it does not receive it.
    var destination: String?
    /// `nil` if that is not known.
    var permitted: ConnectPersonalPaths?
}

extension Mounts {
    /// Whether a collection is this machine's Globus Connect Personal, however a description names it.
    private func isPersonal(_ found: ResolvedEnd) -> Bool {
        home.flatMap { ConnectPersonal.collection(home: $0) } == found.collection
    }

    /// The destination on this machine; `nil` if it is not this machine's Globus Connect Personal, or where the simulator keeps its files
    /// is not known.
    ///
    /// - Parameter recorded: where an earlier run had it.
    package func destination(_ end: TaskDescription.End, _ found: ResolvedEnd, at recorded: String? = nil) -> LocalDestination? {
        guard isPersonal(found) else { return nil }
        if isRehearsal { return (recorded ?? simulatorFiles.map { Self.simulated(found, in: $0) }).map { LocalDestination(path: $0) } }
        return (recorded ?? expanded(end.path.value)).map { LocalDestination(path: $0) }
    }

    /// What Globus Connect Personal of this machine is asked for; `nil` if nothing.
    func access(
        from source: (TaskDescription.End, ResolvedEnd), to destination: (TaskDescription.End, ResolvedEnd)
    ) -> PersonalAccess? {
        let paths = [source, destination].map { isPersonal($0.1) ? expanded($0.0.path.value) : nil }
        guard paths != [nil, nil] else { return nil }
        return PersonalAccess(source: paths[0], destination: paths[1], permitted: home.flatMap { ConnectPersonalPaths(home: $0) })
    }

    /// Where the simulator keeps the files of a path.
    ///
    /// - Parameter files: its directory.
    package static func simulated(_ end: ResolvedEnd, in files: String) -> String {
        var path = end.path.description
        if path == "/~" || path.begins(with: "/~/") { path = simulatedHome + String(Substring(path.utf8.dropFirst("/~".utf8.count))) }
        return (files.withEndingSlash + end.name + path).withoutEndingSlashes
    }

    /// The home of a collection's user in the simulator.
    private static let simulatedHome = "/home/rehearsal"
}

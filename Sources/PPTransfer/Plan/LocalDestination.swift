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

/// What a Globus Connect Personal of this machine is asked for at one end, and what it permits.
package struct PersonalAccess: Sendable, Equatable {
    package var personal: ConnectPersonal
    /// Whether it sends.
    package var isSource: Bool
    /// The path on this machine; `nil` if that is not known.
    var path: String?
    /// `nil` if that is not known.
    var permitted: ConnectPersonalPaths?
}

extension Mounts {
    /// Whether a collection is this machine's Globus Connect Personal, however a description names it.
    private func isPersonal(_ found: ResolvedEnd) -> Bool {
        personals.personal(of: found.collection) != nil
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

    /// What Globus Connect Personals of this machine are asked for; empty if nothing.
    func access(
        from source: (TaskDescription.End, ResolvedEnd), to destination: (TaskDescription.End, ResolvedEnd)
    ) -> [PersonalAccess] {
        [(source, true), (destination, false)].compactMap { end, isSource in
            guard let personal = personals.personal(of: end.1.collection) else { return nil }
            let permitted = personal.restrictsPaths ? nil : home.flatMap { ConnectPersonalPaths(file: personal.pathsFile, home: $0) }
            return PersonalAccess(personal: personal, isSource: isSource, path: expanded(end.0.path.value), permitted: permitted)
        }
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

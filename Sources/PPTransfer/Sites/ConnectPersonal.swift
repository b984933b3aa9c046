package import Globus
import PositionedYAML
package import SystemFiles

/// A Globus Connect Personal that its user has set up on the machine we run on.
package struct ConnectPersonal: Sendable, Hashable {
    /// The directory of its settings, which it calls `-dir`: `~/.globusonline`, unless it was told another one.
    @Bytewise package var directory: String
    /// Whether that is where it is looked for without `-dir`.
    var isUsual: Bool
    /// `nil` if its file cannot be read, or holds no UUID.
    package var collection: CollectionID?
    /// Its process on this machine; `nil` if none is seen.
    package var process: Int32?
    /// Whether it was started with paths of its own (`-restrict-paths`), so that its file of paths does not count.
    var restrictsPaths = false

    /// Where its set-up leaves the UUID of its collection.
    package var file: String { directory + "/lta/client-id.txt" }
    /// Where it keeps what it may read and write.
    var pathsFile: String { directory + "/lta/config-paths" }

    /// As a person writes the file of paths.
    var shownPathsFile: String { isUsual ? "~/.globusonline/lta/config-paths" : pathsFile }

    /// The command that starts it.
    package var start: String { command("-start &") }

    /// A command for it.
    func command(_ rest: String) -> String { "globusconnectpersonal\(isUsual ? "" : " -dir \(shellWord(directory))") \(rest)" }

    /// `'/scratch/me/gcp' (5d3f…)`: how messages call it.
    package var title: String {
        "'\(isUsual ? "~/.globusonline" : directory)' (\(collection?.description ?? "no collection")\(process == nil ? "" : ", running"))"
    }

    /// - Parameter process: its process, if one is known.
    init(_ directory: String, home: String?, process: Int32? = nil, restrictsPaths: Bool = false) {
        (self.process, self.restrictsPaths) = (process, restrictsPaths)
        let directory = directory.withoutEndingSlashes
        isUsual = home.map { directory == Self.usual($0) } ?? false
        self.directory = directory
        collection = (try? FileBytes.read(directory + "/lta/client-id.txt", limit: 4096)).flatMap {
            String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.flatMap { CollectionID($0) }
        }
    }

    static func usual(_ home: String) -> String { home.withoutEndingSlashes + "/.globusonline" }

    /// A word of a shell command.
    private func shellWord(_ text: String) -> String {
        text.utf8.allSatisfy { $0 > 0x20 && !"'\"\\$`;&|<>()*?[]#~!{}".utf8.contains($0) } ? text : "'\(text)'"
    }
}

/// Which Globus Connect Personals this user has on the machine we run on, and which one a description means by `{gcp: local}`.
package struct ConnectPersonals: Sendable, Equatable {
    /// Why none can be chosen.
    package enum Fault: Error, Hashable, Sendable {
        /// There is none.
        case none(host: String)
        /// The variable names a directory in which none was set up.
        case notThere(String, host: String)
        /// Its set-up has left no UUID.
        case noCollection(ConnectPersonal)
        /// Several of them run.
        case several([ConnectPersonal], host: String)
    }

    /// The variable that chooses.
    package static let variable = "GCP_DIR"

    /// All of them: the chosen one first.
    package let all: [ConnectPersonal]
    private let named: String?
    private let host: String

    /// - Parameters:
    ///   - environment: `GCP_DIR` names the directory of the one that is meant; `HOME`.
    ///   - processes: where the system shows its processes; `nil` does not look at them, which takes a few milliseconds on a busy machine.
    ///   - host: what this machine is called.
    package init(_ environment: [String: String], processes: String? = nil, host: String) {
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
        named = environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }.map { text in
            text.begins(with: "~/") ? (home ?? "~") + String(Substring(text.utf8.dropFirst())) : text
        }
        self.host = host
        var found: [ConnectPersonal] = []
        // One directory may have several names, as through a link.
        func add(_ personal: ConnectPersonal) {
            let isKnown = { (known: ConnectPersonal) in
                known.directory.isSameBytes(as: personal.directory) || known.collection != nil && known.collection == personal.collection
            }
            if let index = found.firstIndex(where: isKnown) {
                if found[index].process == nil {
                    (found[index].process, found[index].restrictsPaths) = (personal.process, personal.restrictsPaths)
                }
            } else {
                found.append(personal)
            }
        }
        if let named { add(ConnectPersonal(named, home: home)) }
        for running in processes.map({ ConnectPersonalProcess.all(in: $0, home: home) }) ?? [] {
            if let directory = running.directory ?? home.map({ ConnectPersonal.usual($0) }) {
                add(ConnectPersonal(directory, home: home, process: running.id, restrictsPaths: running.restrictsPaths))
            }
        }
        if let home {
            let usual = ConnectPersonal(ConnectPersonal.usual(home), home: home)
            if DirectoryState(usual.directory) == .directory { add(usual) }
        }
        all = found
    }

    /// Those of which one must be chosen by name.
    private var running: [ConnectPersonal] { all.filter { $0.process != nil } }

    /// The one that `{gcp: local}` means: that of the variable, else the one that runs, else that in the home directory.
    package var local: Result<ConnectPersonal, Fault> {
        guard named != nil || running.count < 2 else { return .failure(.several(running, host: host)) }
        guard let chosen = all.first else { return .failure(.none(host: host)) }
        if chosen.collection != nil { return .success(chosen) }
        guard access(chosen.file, F_OK) == 0 else { return .failure(named.map { .notThere($0, host: host) } ?? .none(host: host)) }
        return .failure(.noCollection(chosen))
    }

    /// The same as the collection's UUID.
    package var collection: Result<CollectionID, Fault> { local.map { $0.collection ?? .null } }

    /// The one whose collection this is.
    package func personal(of collection: CollectionID) -> ConnectPersonal? {
        collection == .null ? nil : all.first { $0.collection == collection }
    }

    /// What there is to say of a choice between several that nobody has made; `nil` if there is nothing.
    func choice(at position: SourcePosition, key: String) -> Problem? {
        guard named == nil, all.count > 1, case .success(let chosen) = local else { return nil }
        return Problem(
            .warning, kind: .collection, at: position, key: "\(key).collection",
            "this machine has \(all.count) Globus Connect Personals of yours: \(all.map(\.title).joined(separator: ", ")); used is the one that "
                + "\(chosen.process == nil ? "is in your home directory" : "runs")",
            remedy: "set \(Self.variable) to the directory of the one that you mean")
    }
}

extension ConnectPersonals.Fault {
    /// What is wrong.
    package var what: String {
        switch self {
        case .none(let host): "you have no Globus Connect Personal on this machine (\(host))"
        case .notThere(let directory, let host):
            "\(ConnectPersonals.variable) is '\(directory)', and there is no '\(directory)/lta/client-id.txt' on this machine (\(host))"
        case .noCollection(let personal): "'\(personal.file)' holds no UUID of a collection"
        case .several(let running, let host):
            "\(running.count) Globus Connect Personals of yours run on this machine (\(host)): \(running.map(\.title).joined(separator: ", "))"
        }
    }

    /// What to do about it.
    package var remedy: String {
        switch self {
        case .none:
            "set it up (globusconnectpersonal -setup), run on the machine that has it, or name the directory of its settings in "
                + "\(ConnectPersonals.variable); or write the UUID of its collection here"
        case .notThere:
            "name the directory that was its -dir at the set-up, or run on a machine that mounts it"
        case .noCollection(let personal): "set it up again (\(personal.command("-setup"))), or write the UUID of its collection here"
        case .several:
            "set \(ConnectPersonals.variable) to the directory of the one that you mean, or write the UUID of its collection here"
        }
    }
}

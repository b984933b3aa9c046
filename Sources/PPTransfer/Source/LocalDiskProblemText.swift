import Globus
import PositionedYAML
import SystemFiles

extension LocalDiskProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noSpace(let path, let free, let needed):
            "the disk of '\(path)' has \(Quantity.bytes(free)) free, and the transfer needs \(Quantity.bytes(needed))"
        case .unwritable(let path, let reason): "'\(path)' on this machine cannot be written: \(reason)"
        case .notADirectory(let path): "'\(path)' on this machine is not a directory"
        case .notPermitted(let path, let isSource, let permitted, _):
            "Globus Connect Personal of this machine may not \(isSource ? "read" : "write") '\(path)'; it is permitted to use: "
                + permitted.joined(separator: ", ")
        case .readOnly(let path, let permitted, _):
            "Globus Connect Personal of this machine may read '\(path)', but not write there; it is permitted to use: "
                + permitted.joined(separator: ", ")
        case .notShown(let path):
            "nothing of what the collection lists is at '\(path)' on this machine, so that what arrived cannot be read here"
        case .unread(let paths, let reason): "\(Quantity.count(paths.count, "file")) that arrived cannot be read on this machine: \(reason)"
        }
    }

    /// What to do about it.
    var remedy: Remedy {
        switch self {
        case .noSpace(_, let free, let needed):
            "make room for \(Quantity.bytes(max(0, needed - free))) there, select fewer files, or name another directory in to.path"
        case .unwritable: "make it writable for you, or name another directory in to.path"
        case .notADirectory: "name another directory in to.path"
        case .notPermitted(let path, let isSource, _, let personal): Self.permit(path, toWrite: !isSource, personal)
        case .readOnly(let path, _, let personal): Self.permit(path, toWrite: true, personal)
        case .notShown: "run on the machine whose Globus Connect Personal receives the files, or write 'verify: {level: size}'"
        case .unread: "make them readable for you, and run again"
        }
    }

    private static func permit(_ path: String, toWrite: Bool, _ personal: ConnectPersonal) -> Remedy {
        "add '\(path)' in the preferences of Globus Connect Personal (Access), or the line '\(path),0,\(toWrite ? 1 : 0)' to "
            + "\(personal.shownPathsFile), and restart it; or name a path that is permitted: \(command: personal.command("-stop")), "
            + "\(command: personal.start)"
    }

    /// The particulars, one a line.
    var details: [String] { if case .unread(let paths, _) = self { Quantity.list(paths) } else { [] } }
}

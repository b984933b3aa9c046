import Globus
import PPTransfer

/// Whether what arrives in a directory gets the group and the mode that the description says.
extension CheckReport {
    /// - Parameters:
    ///   - path: the nearest directory to the destination that exists.
    ///   - found: what is known of it.
    ///   - made: what is known of a directory that was made in it a moment ago; `nil` if nothing.
    ///   - isRequired: whether a run fails at a difference. Of the destination itself, which a run compares as well, that is certain; what
    ///     files and new directories get is not.
    mutating func add(
        rightsIn path: CollectionPath, _ found: DirectoryEntry, _ made: DirectoryEntry?, _ expected: ExpectedRights, isRequired: Bool,
        at end: ResolvedEnd
    ) {
        let failure = "'pptransfer run' exits with status \(ExitStatus.permissions.number) (to.on_difference: fail)"
        if isRequired, path == end.path, let difference = ArrivedRights.difference(of: found, called: "the directory", from: expected) {
            add(
                end.text, .failed,
                "\(difference); it does not have \(expected.text), and \(failure); correct it at the destination (chgrp, chmod)",
                .permissions)
        }
        let (mode, madeMode) = (Self.mode(found), Self.mode(made))
        guard found.group != nil || made?.group != nil, mode != nil || madeMode != nil else {
            return add(
                end.text, .unknown, "\(end.name) shows no groups and permissions: whether files get \(expected.text) cannot be seen")
        }
        let isSetgid = mode.map { $0 & 0o2000 != 0 }
        var (parent, arrived): ([String], [String]) = ([], [])
        if let group = expected.group, (made?.group ?? (isSetgid == true ? found.group : nil)) != group {
            if found.group != group { parent.append("group '\(found.group ?? "unknown")'") }
            if isSetgid == false { parent.append("no setgid bit (what arrives gets your own group)") }
            if let other = made?.group { arrived.append("group '\(other)'") }
        }
        if let wanted = expected.mode, let madeMode, !wanted.holds(madeMode, isDirectory: true) {
            arrived.append("mode \(made?.permissions ?? "")")
        }
        let problems = [
            parent.isEmpty ? nil : "\(path) has \(parent.joined(separator: " and "))",
            arrived.isEmpty ? nil : "a directory made in \(parent.isEmpty ? "\(path)" : "it") got \(arrived.joined(separator: " and "))",
        ].compactMap(\.self)
        if problems.isEmpty {
            add(end.text, .ok, "a directory made in \(path) gets \(expected.text)" + (isSetgid == true ? " (setgid)" : ""))
        } else {
            let consequence = isRequired ? "if so, \(failure); " : ""
            let remedy = expected.group.flatMap { parent.isEmpty ? nil : "'chgrp \($0)' and 'chmod g+s' on it prevent that; " } ?? ""
            add(
                end.text, .warning,
                "what arrives may not have \(expected.text): \(problems.joined(separator: ", and ")); \(consequence)\(remedy)"
                    + "'pptransfer verify' with '--via manifest --fix-permissions' corrects it after a run")
        }
        if let group = expected.group, mode.map({ $0 & 0o020 == 0 }) ?? false {
            add(
                end.text, .note,
                "the group '\(found.group ?? group)' may not write in \(path) (mode \(found.permissions ?? "")): only its owner can add files"
            )
        }
    }

    private static func mode(_ entry: DirectoryEntry?) -> UInt32? { entry?.permissions.flatMap { UInt32($0, radix: 8) } }
}

import PositionedYAML

extension SourceProblem {
    /// What to do about several: about the one that decides the status.
    ///
    /// - Parameter hasCycle: a cycle's output was made by a step before this one.
    static func remedy(of problems: [SourceProblem], hasCycle: Bool = true) -> String {
        let status = ExitStatus.mostSerious(of: problems.map(\.status))
        return switch problems.first(where: { $0.status == status }) ?? problems[0] {
        case .missing where !hasCycle: "check the path of the source"
        case .missing: "check that post-processing has run, and that from.path is right"
        case .notADirectory: "give a directory or a file as from.path"
        // Of the source itself, nothing can be left out.
        case .denied(let path) where path.begins(with: "/"): "make it readable, or run as a user who may read it"
        case .denied: "make it readable, run as a user who may read it, or write 'unreadable: skip' in 'select'"
        case .unreadable: "check the file system; nothing was submitted"
        case .link: "write 'symlinks: skip' or 'symlinks: follow', or exclude it"
        case .danglingLink, .linkLoop, .endlessLink, .endlessLinks: "write 'symlinks: skip', or exclude it"
        case .special, .tooDeep: "exclude it (select: {exclude: […]}) or remove it"
        case .notThere(_, _, isExpected: false): "check that post-processing has finished, and the list; nothing was submitted"
        case .notThere: "check that the step that makes the files has finished; nothing was submitted"
        case .listedDirectory: "list its files; nothing was submitted"
        case .unexpected: "remove it, or correct what is expected; nothing was submitted"
        case .listLine: "correct the list; nothing was submitted"
        case .named(_, let key, .missing):
            "check that the step that writes the file has finished, and that '\(key)' names it; nothing was submitted"
        case .named(_, let key, .unreadable): "correct the file, or name another one in '\(key)'; nothing was submitted"
        case .named(_, let key, .notOrdinary): NamedFileFault.remedy(key) + "; nothing was submitted"
        case .unsendableName: "rename it, or exclude it"
        case .vanished, .changed: "run after everything that writes there has finished"
        case .notMounted(_, _, let key): "run where the source is mounted, or leave out '\(key)'"
        case .linked: "put the files themselves there, or send to another directory"
        case .unchecked: "make the directory writable, or write 'verify: {level: size}'"
        case .requiredUnmet: "check that post-processing has finished; the pattern is in select.required"
        case .requiredUnsettled(_, _, let settled): "run again once it has not been written to for \(settled.written)"
        }
    }
}

extension SourceScan {
    /// How many of the files that are not selected a summary names.
    package static let mostNames = 5

    package func summary(of plan: TransferPlan) -> String {
        var parts = ["\(Quantity.count(manifest.entries.count, "file")), \(Quantity.bytes(manifest.bytes)) at \(plan.source.text)"]
        if let largest = manifest.largest, manifest.entries.count > 1 {
            parts.append("largest \(largest.path) (\(Quantity.bytes(largest.size)))")
        }
        if unselected.files > 0 {
            let names = Quantity.list(unselected.paths, of: unselected.files, most: Self.mostNames).joined(separator: ", ")
            parts.append("\(Quantity.count(unselected.files, "file")) (\(Quantity.bytes(unselected.bytes))) not selected: \(names)")
        }
        if let left = Unsettled(unsettled, plan.description.select) {
            parts.append("\(Quantity.count(left.count, "file")) not settled for \(left.settled)")
        }
        if leftovers.files > 0 {
            let names = Quantity.list(leftovers.paths, of: leftovers.files, most: Self.mostNames).joined(separator: ", ")
            parts.append("\(Quantity.count(leftovers.files, "NFS leftover")) not sent: \(names)")
        }
        if let unread = Unread(unreadable) { parts.append("\(unread.amount) that this user may not read") }
        if !skippedLinks.isEmpty { parts.append("\(Quantity.count(skippedLinks.count, "symbolic link")) skipped") }
        let odd = manifest.entries.count { $0.path.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } }
        if odd > 0 { parts.append("\(Quantity.count(odd, "name")) with control characters") }
        return parts.joined(separator: ", ")
    }
}

extension Unsettled {
    /// `2 files, 3.1 MB, modified less than 10m ago`
    var amount: String { "\(Quantity.count(count, "file")), \(Quantity.bytes(bytes)), modified less than \(settled) ago" }

    /// The same with what becomes of them, as a part of a sentence.
    var sentence: String { "\(amount), \(count == 1 ? "is" : "are") left for the next run" }
}

import Globus
import PPTransfer
package import PositionedYAML
import SystemFiles

/// A description made of the old tool's settings.
package struct Conversion: Sendable {
    /// With comments that say what became of each setting.
    package let yaml: String
    /// What a person should look at.
    package let warnings: [Problem]
    /// Where the description does not do what the old task did, or may not: for people who convert, no fault of the settings.
    package let differences: [Problem]

    /// - Parameter sources: the files' names, for the first comment.
    /// - Throws: every problem of the settings.
    package init(_ configuration: RoseConfiguration, sources: [String], of files: OldFiles? = nil) throws(Problems) {
        let settings = OldSettings(configuration, of: files)
        if let absence = settings.absence { throw Problems([absence]) }
        var writer = DescriptionWriter(settings)
        let text = writer.text(sources: sources)
        let found = Problems(writer.settings.problems)
        guard found.errors.isEmpty else { throw found }
        (yaml, warnings, differences) = (text, found.warnings, Problems(writer.settings.differences).all)
    }
}

/// Writes the description, line by line.
private struct DescriptionWriter {
    var settings: OldSettings

    init(_ settings: OldSettings) { self.settings = settings }

    mutating func text(sources: [String]) -> String {
        settings.checkKeys()
        settings.checkOptional()
        let lines =
            ["# Made by 'pptransfer convert' of \(sources.map { shown($0) }.joined(separator: " and ")).", "pptransfer: 1"]
            + workflow() + ["cycle: \"${CYLC_TASK_CYCLE_POINT}\""] + ends() + [
                "# transfer.py treated an empty directory as a success; 'fail' reports a cycle that staged nothing.", "empty: succeed",
                "# As before: symbolic links are left out; 'fail' reports them.", "symlinks: skip",
            ] + transfer() + tape()
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Workflow

    private mutating func workflow() -> [String] {
        let engine = ["$CYLC_SUITE_NAME", "$CYLC_WORKFLOW_NAME", "$ROSE_SUITE_NAME"]
        let name = settings.raw("archive_name")
        if hasRun {
            return ["# archive_name, as in transfer.py: in Cylc 8 with the run, as in u-ab123/run1, which is {workflow}/{run} here"]
        }
        if isSuiteName(name?.value, nil), settings.environment["CYLC_SUITE_NAME"] == nil {
            settings.differ(
                at: name?.position ?? settings.position, key: "archive_name",
                "in Cylc 8, CYLC_SUITE_NAME has the run (u-ab123/run1), and transfer.py wrote to transfer_dir/u-ab123/run1; the description "
                    + "writes to transfer_dir/u-ab123",
                remedy: "for the old directory, write '{workflow}/{run}' in its path")
        }
        if let name, !engine.contains(name.value.filter { $0 != "{" && $0 != "}" }) {
            guard let text = settings.template("archive_name", hasWords: false) else { return [] }
            return ["# archive_name: the second part of the path, and of the task's label", "workflow: \(Self.quoted(text.value))"]
        }
        return [
            "# archive_name=\(name?.value ?? "$CYLC_SUITE_NAME"): what 'workflow' is by itself; in Cylc 8 without the '/run1' that the old "
                + "name has there"
        ]
    }

    /// Whether `archive_name` has the run in this job, so that the paths must have it, too. The records are those of the workflow.
    private var hasRun: Bool {
        let environment = settings.environment
        guard let suite = environment["CYLC_SUITE_NAME"], let workflow = environment["CYLC_WORKFLOW_NAME"], !workflow.isEmpty else {
            return false
        }
        return suite.begins(with: workflow + "/") && isSuiteName(settings.raw("archive_name")?.value, suite)
    }

    /// What `archive_name` is in a path.
    private var archiveName: String { hasRun ? "{workflow}/{run}" : "{workflow}" }

    /// Whether a name is what Cylc 7 calls the suite, which has the run in Cylc 8.
    private func isSuiteName(_ name: String?, _ value: String?) -> Bool {
        guard let name = name?.filter({ $0 != "{" && $0 != "}" }) else { return true }
        return name == "$CYLC_SUITE_NAME" || name == value
    }

    // MARK: Tape

    private func tape() -> [String] {
        guard !settings.tape.isEmpty else { return [] }
        return [
            "# Not converted: the step that copied to tape (jdma.py). Run it after 'pptransfer archived'; its settings were"
        ] + settings.tape.map { "#   \($0.name)=\(YAMLText.quoted($0.value))" }
    }

    // MARK: Ends

    private mutating func ends() -> [String] {
        checkMode()
        let usesDefaults = settings.boolean("globus_default_colls", default: true)
        let from = usesDefaults ? nil : settings.collection(["globus_src_coll"])
        let to = usesDefaults ? nil : settings.collection(["globus_dest_coll", "globus_dst_coll"])
        return end("from", collection: from, default: "archer2", path: source())
            + end("to", collection: to, default: "jasmin", path: destination()) + [
                "  # As before: files at the destination are replaced; 'fail' does not replace the files of another run.",
                "  existing: replace",
            ]
    }

    private func end(_ key: String, collection: (name: String, text: OldSettings.Text)?, default alias: String, path: (String, String))
        -> [String]
    {
        [
            "\(key):", "  # " + (collection.map { "\($0.name)" } ?? "globus_default_colls=true"),
            "  collection: " + (collection.map { Self.quoted($0.text.value) } ?? alias), "  # " + path.0, "  path: \(Self.quoted(path.1))",
        ]
    }

    /// Whether this was a transfer by Globus, from here or from there.
    private mutating func checkMode() {
        if let type = settings.raw("transfer_type"), !["push", "pull"].contains(type.value.lowercased()) {
            settings.report(
                at: type.position, key: "transfer_type", "\(shown(type.value)) is not one of its values",
                remedy: "write Push or Pull; transfer.py treated it as Pull")
        }
        guard !settings.boolean("globus_cli", default: true) else { return }
        let place = settings.raw("globus_cli")?.position ?? settings.position
        let host = settings.raw("remote_host")
        guard host.map({ $0.value.lowercased().contains("jasmin") }) ?? false else {
            settings.report(
                at: place, key: "globus_cli",
                "rsync" + (host.map { " with \(shown($0.value))" } ?? "") + " has no counterpart: pptransfer sends with Globus",
                remedy: "set globus_cli=true, globus_default_colls=false, globus_src_coll and globus_dest_coll")
            return
        }
        settings.warn(
            at: place, key: "globus_cli", "the files that rsync sent to \(shown(host?.value ?? "")), go to the collection jasmin",
            remedy: "check that transfer_dir has this path there")
    }

    private mutating func source() -> (comment: String, path: String) {
        guard var root = pathTemplate("archive_root_path", "the staging directory's root") else { return ("", "/") }
        if let raw = settings.raw("archive_root_path"), let same = isCycleDirectory(raw) { root.value = same }
        let isCycles = root.value == "{datac}"
        if !isCycles, root.value.hasPrefix("{datac}"), root.value.dropFirst("{datac}".count).allSatisfy({ $0 == "/" }) {
            settings.warn(
                at: root.position, key: "archive_root_path", "with the '/' at its end, transfer.py used another directory, which was empty",
                remedy: "write $ROSE_DATAC; it is read as that")
            return ("archive_root_path: the cycle's own share directory", "{datac}")
        }
        return isCycles
            ? ("archive_root_path=$ROSE_DATAC: the cycle's own share directory, with everything else in it", root.value)
            : ("archive_root_path/archive_name/CYCLE", Self.joined(root.value, archiveName + "/{cycle}"))
    }

    /// What Rose has made of `$ROSE_DATAC`, as transfer.py found out.
    ///
    /// - Returns: `{datac}`, with what follows it; `nil` for any other directory.
    private mutating func isCycleDirectory(_ root: OldSettings.Text) -> String? {
        guard settings.isOfRose else { return nil }
        if let datac = settings.environment["ROSE_DATAC"], !datac.isEmpty {
            let rest = root.value.dropFirst(datac.count)
            return root.value.hasPrefix(datac) && rest.allSatisfy { $0 == "/" } ? "{datac}" + rest : nil
        }
        let parts = root.value.parts(at: "/")
        guard parts.count > 2, parts.suffix(3).starts(with: ["share", "cycle"]) else { return nil }
        settings.differ(
            at: root.position, key: "archive_root_path",
            "\(shown(root.value)) is what Rose made of $ROSE_DATAC in one cycle; it is read as the share directory of each cycle",
            remedy: "convert the app, or run convert in the job, where ROSE_DATAC is set")
        return "{datac}"
    }

    private mutating func destination() -> (comment: String, path: String) {
        guard let root = pathTemplate("transfer_dir", "the directory at the destination") else { return ("", "/") }
        return ("transfer_dir/archive_name/CYCLE", Self.joined(root.value, archiveName + "/{cycle}"))
    }

    /// Nothing is said of a path that begins with a variable: what that holds is not known here.
    private mutating func pathTemplate(_ name: String, _ meaning: String) -> OldSettings.Text? {
        guard settings.raw(name) != nil else {
            settings.report(
                at: settings.position, key: name, "this setting is missing" + (settings.isIgnored(name) ? ": it is ignored here" : ""),
                remedy: "give \(meaning), starting with '/'")
            return nil
        }
        guard let text = settings.template(name, hasWords: true) else { return nil }
        guard !text.value.hasPrefix("${"), !text.value.hasPrefix("{") else { return text }
        if let better = slashedWindowsPath(text.value) {
            settings.report(
                at: text.position, key: name, "\(shown(text.value)) is a Windows path",
                remedy: "write it as Globus Connect Personal does: '\(better)'")
            return nil
        }
        do {
            _ = try CollectionPath(text.value)
            return text
        } catch {
            let problem = Problem(error, at: text.position, key: name)
            settings.report(at: problem.position, key: problem.key, problem.what, remedy: problem.remedy ?? "correct it")
            return nil
        }
    }

    // MARK: Options

    private mutating func transfer() -> [String] {
        var lines = ["transfer:", "  # globus_notify: the events of which Globus sends mail"]
        lines.append("  notify: [\(settings.notifications().joined(separator: ", "))]")
        lines += ["# As before: files have the time of their arrival.", "  preserve_timestamp: false"]
        if settings.raw("transfer_type")?.value.lowercased() == "pull" {
            lines.append("# transfer_type=Pull: Globus moves the files from collection to collection, wherever this is run.")
        }
        if settings.boolean("gridftp", default: false) {
            lines.append("# gridftp=true: these servers no longer exist; Globus has replaced them.")
        }
        if settings.boolean("verify_chksums", default: false) {
            lines.append(
                "# verify_chksums=true: Globus checks each file (transfer.verify_checksum), and pptransfer then verifies the size of every file; "
                    + "no file 'checksums' is sent.")
        }
        return lines
    }

    private static func joined(_ root: String, _ rest: String) -> String { root.withEndingSlash + rest }

    /// The text is a template already.
    private static func quoted(_ template: String) -> String { YAMLText.quoted(template) }
}

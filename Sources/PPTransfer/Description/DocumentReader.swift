import CycleCalendar
import Globus
import PositionedYAML
import SystemFiles

/// Reads one document of a description file.
///
/// A part that is wrong is reported and reading goes on with its default, so that one pass finds every mistake; the description is then
/// worth nothing, and the caller does not hand it on.
struct DocumentReader {
    static let formatVersion = 1
    static let keys = [
        "pptransfer", "name", "workflow", "cycle", "from", "to", "select", "empty", "symlinks", "transfer", "wait", "verify", "clean",
        "after", "site", "cylc",
    ]
    static let example = "'pptransfer: 1', 'from:' and 'to:'"

    /// What `{cycle}` and the like stand for, as far as it is read.
    private var words: [String: TemplateWord] = [:]
    private var reader: FieldReader
    /// The ends whose collection can be looked up, whatever else is wrong.
    private var ends: [UnplannedEnd] = []
    /// `to.existing`, once it is read.
    private var existing: TaskDescription.ExistingPolicy?
    /// `to.manifest`, likewise.
    private var manifest: Positioned<TaskDescription.ManifestPolicy>?
    /// `to.group`, `to.mode` and `to.on_difference`, likewise.
    private var rights = TaskDescription.RightsOptions()
    /// `from.expires`, once it is read.
    private var expires: Positioned<String>?
    private let defaultWorkflow: String
    /// Whether the workflow's name is the default.
    private var isNamedByFile = false

    private init(variables: Variables, defaultWorkflow: String) {
        (reader, self.defaultWorkflow) = (FieldReader(variables: variables), defaultWorkflow)
    }

    /// - Parameter defaultWorkflow: the workflow's name if neither the text nor a variable gives one.
    /// - Parameter tolerated: dotted keys at which a mistake is a warning.
    static func read(
        _ node: YAMLNode, variables: Variables, defaultWorkflow: String, tolerated: Set<String> = []
    ) -> (TaskDescription?, [Problem], [UnplannedEnd]) {
        var document = DocumentReader(variables: variables, defaultWorkflow: defaultWorkflow)
        let description = document.description(node)
        var problems = document.reader.problems
        for index in problems.indices where tolerated.contains(problems[index].key) { problems[index].severity = .warning }
        guard let description, !problems.contains(where: { $0.severity == .error }) else { return (nil, problems, document.ends) }
        return (description, problems, [])
    }

    /// - Returns: `nil` if nothing can be made of it; what is wrong in any other is among the problems.
    private mutating func description(_ node: YAMLNode) -> TaskDescription? {
        if let problem = newerFormat(node) {
            reader.report(problem)
            return nil
        }
        let foreign = [
            "source": "from", "src": "from", "destination": "to", "dest": "to", "dst": "to", "target": "to", "options": "transfer",
        ]
        guard let fields = reader.fields(node, key: "", known: Self.keys, foreign: foreign, example: Self.example) else { return nil }
        checkFormat(fields)
        let workflow = workflow(fields)
        let cycle = cycle(fields)
        describePlaces(workflow, cycle)
        let name = name(fields)
        if let workflow { checkRecordName(workflow: workflow.value, cycle: cycle, name: name, of: fields) }
        let from = required("from", fields).flatMap { end($0, key: "from", pane: .origin) }
        let to = required("to", fields).flatMap { end($0, key: "to", pane: .destination) }
        var options = OptionsReader(reader: reader, words: words)
        let placeholder = TaskDescription.End(
            collection: Positioned(.globusConnectPersonal, at: node.position), path: Positioned("/", at: node.position))
        var description = TaskDescription(
            position: node.position, name: name, workflow: workflow ?? Positioned(defaultWorkflow, at: node.position), cycle: cycle,
            from: from ?? placeholder, to: to ?? placeholder)
        description.isNamedByFile = isNamedByFile && cycle == nil
        (description.existing, description.expires, description.manifest) = (existing, expires, manifest)
        description.rights = rights
        options.read(fields, into: &description)
        reader = options.reader
        checkManifest(description)
        description.variablesUsed = reader.variablesUsed
        return description
    }

    private mutating func required(_ name: String, _ fields: Fields) -> YAMLNode? {
        if let node = fields[name] { return node }
        reader.reportMissing(name, in: fields, remedy: "give '\(name):' with 'collection' and 'path'")
        return nil
    }

    // MARK: Format

    /// A newer format may know other keys: nothing else is said of such a file.
    private func newerFormat(_ node: YAMLNode) -> Problem? {
        guard case .mapping(let entries) = node.content, let entry = entries.first(where: { $0.key == "pptransfer" }),
            case .scalar(let scalar) = entry.value.content, let version = Int(scalar.text), version > Self.formatVersion
        else { return nil }
        return Problem(
            at: entry.value.position, key: entry.key,
            "written for a newer pptransfer: its format is \(version), and this one reads \(Self.formatVersion)",
            remedy: "install a newer pptransfer")
    }

    private mutating func checkFormat(_ fields: Fields) {
        guard let node = fields["pptransfer"] else {
            reader.reportMissing("pptransfer", in: fields, remedy: "begin the document with 'pptransfer: 1'")
            return
        }
        if let text = reader.text(node, key: "pptransfer"), text.value != "1" {
            reader.report(at: text.position, key: "pptransfer", "\(shown(text.value)) is not a format", remedy: "write 'pptransfer: 1'")
        }
    }

    // MARK: Workflow, cycle, name

    private mutating func workflow(_ fields: Fields) -> Positioned<String>? {
        var workflow = Positioned(defaultWorkflow, at: fields.position)
        if let node = fields["workflow"] {
            guard let text = reader.text(node, key: "workflow") else { return nil }
            workflow = text
        } else if let value = reader.standIn("CYLC_WORKFLOW_NAME") ?? reader.standIn("CYLC_SUITE_NAME") {
            workflow.value = value
        } else {
            isNamedByFile = true
        }
        let text = workflow.value
        let components = text.parts(at: "/", omittingEmpty: false)
        if text.isEmpty {
            reader.report(
                at: workflow.position, key: "workflow", "the name is empty", remedy: "write the workflow's name, or leave the key out")
            return nil
        }
        guard RecordName.isWorkflow(text) else {
            reader.report(
                at: workflow.position, key: "workflow", "\(shown(text)) is not a workflow's name",
                remedy: "write it as in u-ab123: no control characters, no '.', '..' or nothing between slashes")
            return nil
        }
        if components.count > 1, let run = components.last, Self.isRun(run) {
            reader.report(
                Problem(
                    .warning, at: workflow.position, key: "workflow",
                    "\(shown(text)) ends in '/\(run)', which changes with every installation",
                    remedy: "write ${CYLC_WORKFLOW_NAME}, which leaves it out"))
        }
        return workflow
    }

    /// What Cylc calls the installations of a workflow: `run1`, `run2`, and `runN`, a link to the latest.
    private static func isRun(_ name: some StringProtocol) -> Bool {
        let number = name.dropFirst(3)
        return name.hasPrefix("run") && !number.isEmpty && (number == "N" || number.allSatisfy { $0.isASCII && $0.isWholeNumber })
    }

    /// Null says that there is no cycle, whatever the environment has.
    private mutating func cycle(_ fields: Fields) -> Positioned<CyclePoint>? {
        let text: Positioned<String>
        if let node = fields.written("cycle") {
            guard !node.isNull else { return nil }
            guard let written = reader.text(node, key: "cycle") else {
                words["cycle"] = .refused
                return nil
            }
            text = written
        } else if let value = reader.standIn("CYLC_TASK_CYCLE_POINT") {
            text = Positioned(value, at: fields.position)
        } else {
            return nil
        }
        if let point = CyclePoint(text.value) { return Positioned(point, at: text.position) }
        words["cycle"] = .refused
        let length = text.value.utf8.count
        if length > CyclePoint.longest {
            reader.report(
                at: text.position, key: "cycle", "the cycle point has \(length) characters; the limit is \(CyclePoint.longest)",
                remedy: "write it as the workflow does, as in 19880901T0000Z or 3")
        } else {
            reader.report(
                at: text.position, key: "cycle",
                text.value.isEmpty ? "the cycle point is empty" : "\(shown(text.value)) is not a cycle point",
                remedy: "write it as the workflow does, as in 19880901T0000Z or 3: only letters, digits and ':+-_.,'")
        }
        return nil
    }

    private mutating func describePlaces(_ workflow: Positioned<String>?, _ cycle: Positioned<CyclePoint>?) {
        words["workflow"] = workflow.map { .text($0.value) } ?? .refused
        if let cycle {
            words["cycle"] = .text(cycle.value.description)
        } else if words["cycle"] == nil {
            words["cycle"] = .missing(what: "no cycle is set", remedy: "add 'cycle:', or set CYLC_TASK_CYCLE_POINT")
        }
        words["name"] = .missing(what: "no name is set", remedy: "add 'name:'")
        words["run"] = run()
        let howToSet = reader.variables?.remedy(unset: "ROSE_DATAC", orElse: "set one", kind: "path")
        let directory = reader.standIn("ROSE_DATAC") ?? reader.standIn("CYLC_TASK_SHARE_CYCLE_DIR")
        words["datac"] =
            directory.map { .text($0) }
            ?? .missing(
                what: "neither ROSE_DATAC nor CYLC_TASK_SHARE_CYCLE_DIR is set",
                remedy: [howToSet, "write the path"].compactMap(\.self).joined(separator: ", or "))
    }

    /// The name of the workflow's run, which its own name leaves out.
    private mutating func run() -> TemplateWord {
        guard let id = reader.standIn("CYLC_WORKFLOW_ID") else {
            return .missing(
                what: "CYLC_WORKFLOW_ID is not set",
                remedy: reader.variables?.remedy(unset: "CYLC_WORKFLOW_ID", orElse: "set it", kind: "workflow/run") ?? "set it")
        }
        if let run = WorkflowRun.name(id, of: reader.standIn("CYLC_WORKFLOW_NAME")) { return .text(run) }
        return .missing(
            what: "the workflow \(shown(id)) was installed without a run name", remedy: "install it with one, or leave '{run}' out")
    }

    private mutating func name(_ fields: Fields) -> Positioned<String>? {
        guard let node = fields["name"] else { return nil }
        var words = words
        words["name"] = .missing(what: "this is the name itself", remedy: "write a word")
        guard let name = reader.text(node, key: "name", words: words) else {
            self.words["name"] = .refused
            return nil
        }
        guard RecordName.isName(name.value) else {
            self.words["name"] = .refused
            reader.report(
                at: name.position, key: "name", name.value.isEmpty ? "the name is empty" : "\(shown(name.value)) cannot be a name",
                remedy: "write a word without '/' and control characters, as in atmos")
            return nil
        }
        self.words["name"] = .text(name.value)
        return name
    }

    /// The journal keeps a file for each transfer, named after it.
    private mutating func checkRecordName(
        workflow: String, cycle: Positioned<CyclePoint>?, name: Positioned<String>?, of fields: Fields
    ) {
        let workflow = isNamedByFile && cycle == nil ? RecordName.name(after: workflow, fingerprint: "") : workflow
        let longest = RecordName.length(workflow: workflow, cycle: cycle?.value.description, name: name?.value)
        guard longest > RecordName.longest else { return }
        let position = fields["name"]?.position ?? fields["workflow"]?.position ?? fields.position
        reader.report(
            at: position, key: name == nil ? "workflow" : "name",
            "the journal's record of it would have a file name of \(longest) bytes; \(RecordName.longest) is the limit",
            remedy: "shorten the workflow's or the transfer's name")
    }

    // MARK: Ends

    private mutating func end(_ node: YAMLNode, key: String, pane: WebAppLink.Pane) -> TaskDescription.End? {
        let example = "'\(key): {collection: archer2, path: /work/…}'"
        let ofDestination = ["existing", "manifest", "group", "mode", "on_difference"]
        let known = ["collection", "path", "link", "local_user"] + (pane == .destination ? ofDestination : ["expires"])
        let node = pane == .destination ? RightsReading.withoutCutMode(node, key: key, &reader) : node
        guard let fields = reader.fields(node, key: key, known: known, example: example) else { return nil }
        if pane == .destination { rights = RightsReading.read(fields, words: words, &reader) }
        if let node = fields["existing"] { existing = reader.choice(node, key: fields.key("existing")) }
        if let node = fields["manifest"] {
            manifest = reader.choice(node, key: fields.key("manifest")).map { Positioned($0, at: node.position) }
        }
        if let node = fields["expires"] { expires = day(node, key: fields.key("expires")) }
        let user = fields["local_user"].flatMap { reader.accountName($0, key: fields.key("local_user")) }
        var place = if let link = fields["link"] { end(link: link, fields, pane) } else { placed(fields) }
        place?.localUser = user
        return place
    }

    private mutating func placed(_ fields: Fields) -> TaskDescription.End? {
        var collection: Positioned<CollectionReference>?
        if let node = fields["collection"] {
            collection = CollectionReading.read(node, key: fields.key("collection"), &reader)
        } else {
            reader.reportMissing("collection", in: fields, remedy: "give a collection's alias or UUID")
        }
        guard let node = fields.written("path"), !node.isBlank else {
            reader.reportMissing("path", in: fields, remedy: "give the directory, starting with '/'")
            if let collection { ends.append(UnplannedEnd(key: fields.path, collection: collection)) }
            return nil
        }
        let written = reader.text(node, key: fields.key("path"), words: words)
        let path = written.flatMap { isPath($0, fields.key("path")) ? $0 : nil }
        if let collection { ends.append(UnplannedEnd(key: fields.path, collection: collection, path: path)) }
        guard let collection, let path else { return nil }
        return TaskDescription.End(collection: collection, path: path)
    }

    /// Checksums go with the data only where they are proven, and are of a cycle, which names their files.
    private mutating func checkManifest(_ description: TaskDescription) {
        guard let manifest = description.manifest, manifest.value == .beside else { return }
        if description.verify.level != .digest || description.verify.digest != .sha256 {
            reader.report(
                at: manifest.position, key: "to.manifest", "without 'verify: {level: digest}', no SHA-256 of the files is verified",
                remedy: "write 'verify: {level: digest}', or leave to.manifest out")
        }
        if description.cycle == nil {
            reader.report(
                at: manifest.position, key: "to.manifest", "the files are named after the cycle, and there is none",
                remedy: "give a cycle, or leave to.manifest out")
        }
    }

    private mutating func day(_ node: YAMLNode, key: String) -> Positioned<String>? {
        guard let text = reader.text(node, key: key) else { return nil }
        guard text.value.utf8.count == 10, Timestamp(wire: text.value + " 00:00:00+00:00")?.day == text.value else {
            reader.report(at: text.position, key: key, "\(shown(text.value)) is not a day", remedy: "write it as in 2026-12-20")
            return nil
        }
        return text
    }

    /// A link that names no directory leaves it to `path`.
    private mutating func end(link node: YAMLNode, _ fields: Fields, _ pane: WebAppLink.Pane) -> TaskDescription.End? {
        func reportTwice(_ name: String) {
            guard let other = fields[name] else { return }
            reader.report(
                at: other.position, key: fields.key(name), "the link already says this",
                remedy: "give either 'link' or 'collection' and 'path'")
        }
        reportTwice("collection")
        var key = fields.key("link")
        guard let text = reader.text(node, key: key) else { return nil }
        do {
            let link = try WebAppLink(text.value, pane: pane)
            let collection = Positioned(CollectionReference.id(link.collection), at: text.position)
            var path = link.path.map { Positioned($0, at: text.position) }
            if path != nil {
                reportTwice("path")
            } else if let node = fields.written("path"), !node.isBlank {
                key = fields.key("path")
                path = reader.text(node, key: key, words: words)
            } else {
                reader.report(
                    at: text.position, key: key, "the link names no directory (\(link.pane)_path)",
                    remedy: "give 'path:' beside it, or " + WebAppLink.remedy)
            }
            let right = path.flatMap { isPath($0, key) ? $0 : nil }
            ends.append(UnplannedEnd(key: fields.path, collection: collection, path: right))
            return right.map { TaskDescription.End(collection: collection, path: $0) }
        } catch {
            reader.report(at: text.position, key: key, error.what, remedy: error.remedy)
            return nil
        }
    }

    private mutating func isPath(_ path: Positioned<String>, _ key: String) -> Bool {
        do {
            if let better = slashedWindowsPath(path.value) {
                reader.report(
                    at: path.position, key: key, "\(shown(path.value)) is a Windows path",
                    remedy: "write it as Globus Connect Personal does: '\(better)'")
                return false
            }
            _ = try CollectionPath(path.value)
            if key == "from.path", path.value.parts(at: "/").contains(where: { $0 == "runN" }) {
                reader.report(
                    Problem(
                        .warning, at: path.position, key: key, "'runN' is a link to the latest installation, and changes with every one",
                        remedy: "write ${ROSE_DATAC}, or the path of the installation that staged the files"))
            }
            guard let problem = controlCharacterProblem(path.value) else { return true }
            reader.report(at: path.position, key: key, problem.what, remedy: problem.remedy)
            return false
        } catch {
            reader.report(Problem(error, at: path.position, key: key))
            return false
        }
    }
}

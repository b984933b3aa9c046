import Globus
import PositionedYAML
import SystemFiles

/// Reads what a description says beyond its two ends: selection, options, policies.
struct OptionsReader {
    var reader: FieldReader
    /// What `{cycle}` and the like stand for.
    var words: [String: TemplateWord] = [:]

    mutating func read(_ fields: Fields, into description: inout TaskDescription) {
        if let node = fields["select"] { select(node, &description.select) }
        if let node = fields["expect"] { description.expect = expect(node) }
        if let node = fields["partial"] { partial(node, &description) }
        if let node = fields["empty"] { set(&description.empty, reader.choice(node, key: "empty")) }
        if let node = fields["symlinks"] { set(&description.symlinks, reader.choice(node, key: "symlinks")) }
        if let node = fields["transfer"] { transfer(node, &description.transfer) }
        if let node = fields["wait"] { wait(node, &description.wait, deadline: description.transfer.deadline) }
        if let node = fields["verify"] { verify(node, &description.verify) }
        if let node = fields["clean"] { clean(node, &description) }
        if let node = fields["after"] { after(node, &description) }
        if let node = fields["site"],
            let site = reader.fields(node, key: "site", known: ["acknowledge_end"], example: "'site: {acknowledge_end: archer2}'"),
            let ends = site["acknowledge_end"]
        {
            description.acknowledgedEnds = reader.texts(ends, key: site.key("acknowledge_end")).map(\.value)
        }
        if let node = fields["cylc"] { cylc(node, &description.cylcMessages) }
        checkMirror(fields, description)
    }

    /// A mirror is of a whole directory, and its source stays.
    private mutating func checkMirror(_ fields: Fields, _ description: TaskDescription) {
        guard description.transfer.deleteExtra, let node = fields["transfer"] else { return }
        func refuse(_ what: String, _ remedy: String) {
            reader.report(at: node.position, key: "transfer.delete_extra", what, remedy: remedy)
        }
        if description.clean.source == .delete {
            refuse("together with 'clean: {source: delete}' the next run would delete what this one sent", "remove one of the two")
        }
        if description.select != TaskDescription.Selection() {
            refuse(
                "it makes the destination like the whole source, and 'select' sends only a part",
                "remove 'select', or 'delete_extra'")
        }
    }

    private func set<Value>(_ target: inout Value, _ value: Value?) {
        if let value { target = value }
    }

    // MARK: Which files

    private mutating func select(_ node: YAMLNode, _ selection: inout TaskDescription.Selection) {
        let known = ["include", "exclude", "required", "settled", "list", "unreadable"]
        guard let fields = reader.fields(node, key: "select", known: known, example: "'select: {include: [\"*.pp\"]}'") else { return }
        selection.include = patterns("include", fields)
        if let node = fields["include"], case .sequence([]) = node.content {
            reader.report(
                Problem(
                    .warning, at: node.position, key: fields.key("include"), "the list is empty, so that every file is taken",
                    remedy: "leave the key out, or write patterns"))
        }
        selection.exclude = patterns("exclude", fields)
        selection.required = patterns("required", fields)
        if let node = fields["settled"], let settled = reader.duration(node, key: fields.key("settled")) {
            selection.settled = settled == .zero ? nil : settled
        }
        if let node = fields["unreadable"] { set(&selection.unreadable, reader.choice(node, key: fields.key("unreadable"))) }
        guard let node = fields["list"] else { return }
        selection.list = file(node, key: fields.key("list"))
        for name in ["include", "exclude"] {
            guard let other = fields[name] else { continue }
            reader.report(
                at: other.position, key: fields.key(name), "with 'list', exactly the files of the list are sent",
                remedy: "leave out 'list', or this key")
        }
    }

    private mutating func file(_ node: YAMLNode, key: String) -> Positioned<String>? {
        let path = reader.text(node, key: key, words: words)
        if let path { requireAbsolute(path, key: key) }
        return path
    }

    private mutating func expect(_ node: YAMLNode) -> TaskDescription.Expectation? {
        let known = ["list", "manifest", "extra"]
        guard let fields = reader.fields(node, key: "expect", known: known, example: "'expect: {list: /work/…/{cycle}.txt}'") else {
            return nil
        }
        var expect = TaskDescription.Expectation()
        if let node = fields["list"] { expect.list = file(node, key: fields.key("list")) }
        if let node = fields["manifest"] { expect.manifest = file(node, key: fields.key("manifest")) }
        if let node = fields["extra"] { set(&expect.extra, reader.choice(node, key: fields.key("extra"))) }
        if fields["list"] == nil, fields["manifest"] == nil {
            reader.reportMissing("list", in: fields, remedy: "give 'list' or 'manifest', the file that names what is expected")
        } else if fields["list"] != nil, let other = fields["manifest"] {
            reader.report(
                at: other.position, key: fields.key("manifest"), "'list' already says what is expected", remedy: "give one of the two")
        }
        return expect
    }

    private mutating func partial(_ node: YAMLNode, _ description: inout TaskDescription) {
        set(&description.partial, reader.choice(node, key: "partial"))
        guard description.partial == .succeed, description.select.unreadable == .fail else { return }
        reader.report(
            Problem(
                .warning, at: node.position, key: "partial", "without 'select: {unreadable: skip}' nothing is left out",
                remedy: "write 'unreadable: skip' in 'select', or leave this key out"))
    }

    private mutating func patterns(_ name: String, _ fields: Fields) -> [Positioned<String>] {
        guard let node = fields[name] else { return [] }
        let key = fields.key(name)
        let patterns = reader.texts(node, key: key)
        for pattern in patterns {
            if let problem = patternProblem(pattern.value) {
                reader.report(at: pattern.position, key: key, problem.what, remedy: problem.remedy)
            } else if let warning = patternWarning(pattern.value) {
                reader.report(Problem(.warning, at: pattern.position, key: key, warning.what, remedy: warning.remedy))
            }
        }
        return patterns
    }

    // MARK: How they are sent

    private mutating func transfer(_ node: YAMLNode, _ options: inout TaskDescription.TransferOptions) {
        let known = [
            "sync", "verify_checksum", "preserve_timestamp", "encrypt", "fail_on_quota_errors", "delete_extra", "notify", "deadline",
        ]
        let foreign = ["sync_level": "sync", "encrypt_data": "encrypt", "delete_destination_extra": "delete_extra"]
        guard let fields = reader.fields(node, key: "transfer", known: known, foreign: foreign, example: "'transfer: {deadline: 3d}'")
        else { return }
        if let node = fields["sync"] { set(&options.sync, sync(node, key: fields.key("sync"))) }
        boolean("verify_checksum", fields, into: &options.verifyChecksum)
        boolean("preserve_timestamp", fields, into: &options.preserveTimestamp)
        if let node = fields["encrypt"] { set(&options.encrypt, encryption(node, key: fields.key("encrypt"))) }
        boolean("fail_on_quota_errors", fields, into: &options.failOnQuotaErrors)
        boolean("delete_extra", fields, into: &options.deleteExtra)
        if let node = fields["notify"] { notify(node, key: fields.key("notify"), &options.notify) }
        duration("deadline", fields, into: &options.deadline)
    }

    private mutating func encryption(_ node: YAMLNode, key: String) -> TaskDescription.TransferOptions.Encryption? {
        if case .scalar(let scalar) = node.content, scalar.text == "auto" { return .auto }
        return reader.boolean(node, key: key, besides: "auto").map { $0 ? .always : .never }
    }

    private mutating func sync(_ node: YAMLNode, key: String) -> SyncLevel? {
        if case .scalar(let scalar) = node.content, let number = Int(scalar.text), let level = SyncLevel(rawValue: number) {
            reader.report(at: node.position, key: key, "\(shown(scalar.text)) is the service's number", remedy: "write '\(level.name)'")
            return nil
        }
        return reader.choice(node, key: key, among: SyncLevel.allCases.map { ($0.name, $0) })
    }

    private mutating func notify(_ node: YAMLNode, key: String, _ events: inout Set<TaskDescription.TransferOptions.Notification>) {
        var items = [node]
        if case .sequence(let several) = node.content { items = several }
        if case .mapping = node.content {
            reader.refuse(node, key, wanted: "a list", remedy: "write [failed, inactive], or [] for no mail")
            return
        }
        if case .scalar(let scalar) = node.content, ["off", "none"].contains(scalar.text) {
            reader.report(at: node.position, key: key, "\(shown(scalar.text)) is not one of its values", remedy: "write [] for no mail")
            return
        }
        events = Set(items.compactMap { reader.choice($0, key: key) })
    }

    // MARK: Waiting

    private mutating func wait(_ node: YAMLNode, _ options: inout TaskDescription.WaitOptions, deadline: Duration) {
        let known = ["limit", "outage", "on_fault", "on_inactive"]
        guard let fields = reader.fields(node, key: "wait", known: known, example: "'wait: {limit: 12h}'") else { return }
        duration("limit", fields, into: &options.limit)
        duration("outage", fields, into: &options.outage)
        if let node = fields["on_fault"] { onFault(node, key: fields.key("on_fault"), &options.onFault) }
        if let node = fields["on_inactive"] { set(&options.onInactive, reader.choice(node, key: fields.key("on_inactive"))) }
        if let node = fields["limit"], options.limit > deadline {
            reader.report(
                Problem(
                    .warning, at: node.position, key: fields.key("limit"),
                    "\(options.limit.written) is longer than transfer.deadline (\(deadline.written)), when Globus ends the task",
                    remedy: "raise the deadline, or lower the limit"))
        }
    }

    private mutating func onFault(_ node: YAMLNode, key: String, _ policy: inout TaskDescription.WaitOptions.FaultPolicy) {
        guard let fields = reader.fields(node, key: key, known: ["after", "then"], example: "'on_fault: {after: 15m, then: cancel}'") else {
            return
        }
        duration("after", fields, into: &policy.after)
        if let node = fields["then"] { set(&policy.then, reader.choice(node, key: fields.key("then"))) }
    }

    // MARK: Afterwards

    private mutating func verify(_ node: YAMLNode, _ options: inout TaskDescription.VerifyOptions) {
        guard
            let fields = reader.fields(
                node, key: "verify", known: ["level", "digest", "extra", "manifest"], example: "'verify: {level: size}'")
        else { return }
        if let node = fields["level"] { set(&options.level, reader.choice(node, key: fields.key("level"))) }
        if let node = fields["digest"] { set(&options.digest, reader.choice(node, key: fields.key("digest"))) }
        if let node = fields["extra"] { set(&options.extra, reader.choice(node, key: fields.key("extra"))) }
        if let node = fields["manifest"] { options.manifest = reader.text(node, key: fields.key("manifest"), words: words) }
        if options.level == .digest, options.digest == .none {
            let position = fields["digest"]?.position ?? fields.position
            reader.report(
                at: position, key: fields.key("digest"), "'none' proves no digest", remedy: "write sha256 or md5, or 'level: size'")
        }
        if let manifest = options.manifest, options.level != .digest {
            reader.report(
                Problem(
                    .warning, at: manifest.position, key: fields.key("manifest"), "digests are not checked below 'level: digest'",
                    remedy: "write 'level: digest', or remove it"))
        }
    }

    private mutating func clean(_ node: YAMLNode, _ description: inout TaskDescription) {
        let known = ["source", "directories"]
        guard let fields = reader.fields(node, key: "clean", known: known, example: "'clean: {source: keep}'") else { return }
        if let node = fields["source"] { set(&description.clean.source, reader.choice(node, key: fields.key("source"))) }
        boolean("directories", fields, into: &description.clean.directories)
        if description.clean.source == .delete, description.verify.level == .none {
            reader.report(
                at: fields["source"]?.position ?? fields.position, key: fields.key("source"),
                "'delete' without verification would lose data",
                remedy: "write 'verify: {level: size}' or 'digest'")
        }
        // What Globus skips by less than a checksum may be another file; only a digest tells.
        if description.clean.source == .delete, description.verify.level == .size, description.transfer.sync != .checksum {
            let sync = description.transfer.sync.name
            reader.report(
                at: fields["source"]?.position ?? fields.position, key: fields.key("source"),
                "with 'sync: \(sync)' Globus skips files without comparing their contents, and 'delete' would lose the only copy",
                remedy: "write 'sync: checksum', or 'verify: {level: digest}'")
        }
    }

    /// A file of this machine, which a later run from another directory must find, too.
    private mutating func requireAbsolute(_ path: Positioned<String>, key: String) {
        if !path.value.begins(with: "/") {
            reader.report(
                at: path.position, key: key, "\(shown(path.value)) is relative",
                remedy: "give the whole path, so that a re-run finds the same place")
        }
    }

    private mutating func after(_ node: YAMLNode, _ description: inout TaskDescription) {
        guard let fields = reader.fields(node, key: "after", known: ["filelist"], example: "'after: {filelist: /work/…/{cycle}.txt}'"),
            let node = fields["filelist"], let path = reader.text(node, key: fields.key("filelist"), words: words)
        else { return }
        description.fileList = path
        let key = fields.key("filelist")
        requireAbsolute(path, key: key)
        if description.verify.level == .none {
            reader.report(
                at: path.position, key: key, "without verification there is nothing to list",
                remedy: "write 'verify: {level: size}' or 'digest'")
        }
        if description.to.path.value.begins(with: "~") || description.to.path.value.begins(with: "/~") {
            reader.report(
                at: path.position, key: key, "the paths in the list would begin with '~', which only Globus understands",
                remedy: "give to.path from the root")
        }
    }

    private mutating func cylc(_ node: YAMLNode, _ messages: inout Bool) {
        guard let fields = reader.fields(node, key: "cylc", known: ["messages"], example: "'cylc: {messages: false}'") else { return }
        boolean("messages", fields, into: &messages)
    }

    // MARK: Types

    private mutating func boolean(_ name: String, _ fields: Fields, into target: inout Bool) {
        if let node = fields[name] { set(&target, reader.boolean(node, key: fields.key(name))) }
    }

    private mutating func duration(_ name: String, _ fields: Fields, into target: inout Duration) {
        if let node = fields[name] { set(&target, reader.duration(node, key: fields.key(name))) }
    }
}

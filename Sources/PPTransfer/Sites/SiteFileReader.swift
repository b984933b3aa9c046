import Globus
import PositionedYAML

/// Reads a site file as strictly as a description: every mistake in one pass, each with its place.
struct SiteFileReader {
    static let keys = [
        "collection", "name", "roots", "paths", "here", "identity", "session", "job", "batch", "rate", "file_rate", "until", "message",
        "retired",
        "successor",
        "data_access", "encrypt", "local_user", "notes", "source", "checked", "shown", "moved", "group", "mode",
    ]
    /// The one key that is not an alias: with which application `pptransfer login` logs in.
    static let loginKey = "login"
    /// And one more: the sites of which it is known that their service has ended.
    static let acknowledgedKey = "acknowledge_end"

    private var reader = FieldReader(variables: nil)
    private var application: String?
    private var acknowledged: Set<String> = []

    /// What is in a file.
    struct Contents {
        var sites: [Site] = []
        var application: String?
        var acknowledged: Set<String> = []
        var problems: [Problem] = []

        /// A later file comes after an earlier one.
        mutating func add(_ later: Contents) {
            sites += later.sites
            application = later.application ?? application
            acknowledged.formUnion(later.acknowledged)
            problems += later.problems
        }
    }

    /// A file in which nothing is written knows no site, which is no mistake.
    static func read(_ text: [UInt8], file: String) -> Contents {
        let stream = YAMLReader.read(text, file: file)
        var (reader, sites) = (SiteFileReader(), [Site]())
        for document in stream.documents where !document.isNull {
            sites += reader.sites(document)
        }
        var seen: [String: Int] = [:]
        for site in sites {
            if let line = seen[site.alias] {
                reader.reader.report(
                    at: site.position, key: site.alias, "this alias is already in line \(line)", remedy: "remove one of the two")
            }
            seen[site.alias] = site.position.line
        }
        return Contents(
            sites: sites, application: reader.application, acknowledged: reader.acknowledged,
            problems: stream.problems + reader.reader.problems)
    }

    private mutating func sites(_ node: YAMLNode) -> [Site] {
        guard case .mapping(let entries) = node.content else {
            reader.refuse(node, "", wanted: "a mapping", remedy: "write 'alias: {collection: UUID}', one entry per site")
            return []
        }
        return entries.compactMap { entry in
            if entry.key == Self.loginKey {
                application = loginApplication(entry.value)
                return nil
            }
            if entry.key == Self.acknowledgedKey {
                acknowledged.formUnion(reader.texts(entry.value, key: entry.key).map(\.value))
                return nil
            }
            guard CollectionReading.isAlias(entry.key) else {
                reader.report(
                    at: entry.keyPosition, key: "", "\(shown(entry.key)) cannot be an alias", remedy: "use letters, digits and '-_.' only")
                return nil
            }
            return site(entry)
        }
    }

    private mutating func loginApplication(_ node: YAMLNode) -> String? {
        guard let fields = reader.fields(node, key: Self.loginKey, known: ["client"], example: "'login: {client: UUID}'") else {
            return nil
        }
        guard let client = fields["client"] else {
            reader.reportMissing("client", in: fields, remedy: "give the UUID of a native application; 'login' is no alias")
            return nil
        }
        let key = fields.key("client")
        guard let text = reader.text(client, key: key) else { return nil }
        if let id = CollectionID(text.value) { return id.description }
        reader.report(
            at: text.position, key: key, "\(shown(text.value)) is not a UUID",
            remedy: "copy the client UUID from app.globus.org/settings/developers")
        return nil
    }

    private mutating func site(_ entry: YAMLEntry) -> Site? {
        let example = "'\(entry.key): {collection: UUID}'"
        let node = RightsReading.withoutCutMode(entry.value, key: entry.key, &reader)
        guard let fields = reader.fields(node, key: entry.key, known: Self.keys, example: example) else { return nil }
        // All fields before the first way out: one pass finds every mistake.
        let (reference, name, identity) = (collection(fields), text("name", fields), text("identity", fields))
        let roots = fields["roots"].map { rootPaths($0, fields.key("roots")) }
        let rules = fields["paths"].map { pathRules($0, fields.key("paths")) }
        let here = fields["here"].map { hostPatterns($0, fields.key("here")) }
        let session = session(fields)
        let shown = fields["shown"].map { reader.texts($0, key: fields.key("shown")).compactMap { path($0, fields.key("shown")) } } ?? []
        let gone = fields["moved"].map { gonePaths($0, fields.key("moved")) } ?? []
        let group = fields["group"].flatMap { RightsReading.group($0, key: fields.key("group"), &reader) }
        let mode = fields["mode"].flatMap { RightsReading.mode($0, key: fields.key("mode"), &reader) }
        let notes = fields["notes"].map { reader.texts($0, key: fields.key("notes")).map(\.value) } ?? []
        let (source, checked) = (text("source", fields), text("checked", fields))
        let job = fields["job"].flatMap { reader.duration($0, key: fields.key("job")) }
        let batch = fields["batch"].map { batchOptions($0, fields.key("batch")) }
        let (rate, fileRate) = (self.rate("rate", fields, of: Self.byteUnits), self.rate("file_rate", fields, of: [("/s", 1)]))
        let (until, message) = (lastDay(fields), text("message", fields))
        let (retired, successor) = (text("retired", fields), text("successor", fields))
        let user = fields["local_user"].flatMap { reader.accountName($0, key: fields.key("local_user"))?.value }
        let wantsConsent = fields["data_access"].flatMap { reader.boolean($0, key: fields.key("data_access")) }
        let encryption: Bool? = fields["encrypt"].flatMap { reader.choice($0, key: fields.key("encrypt"), among: [("required", true)]) }
        guard let reference = reference ?? (retired == nil || fields["collection"] != nil ? nil : .id(.null)) else { return nil }
        var site = Site(alias: entry.key, collection: .null, name: name ?? entry.key, position: entry.keyPosition)
        switch reference {
        case .id(let id): site.collection = id
        case .search(let text): (site.searchedName, site.name) = (text, name ?? text)
        case .alias, .globusConnectPersonal: return nil
        }
        (site.roots, site.pathMap, site.identity, site.session) = (roots ?? [], rules ?? [], identity, session)
        (site.consent, site.forcesEncryption, site.here, site.localUser) = (wantsConsent, encryption ?? false, here, user)
        (site.job, site.batch, site.rate, site.fileRate) = (job, batch ?? [], rate, fileRate)
        (site.until, site.message, site.retired, site.successor) = (until, message, retired, successor)
        (site.notes, site.source, site.checked) = (notes, source, checked)
        site.rights = ExpectedRights(group: group?.value, mode: mode?.value)
        (site.shown, site.gone) = (shown.map { Site.PathRule(mount: $0, target: .root) }, gone)
        return site
    }

    /// `unknown` says that nobody knows, which is what a missing key says, too.
    private mutating func session(_ fields: Fields) -> Duration? {
        guard let node = fields["session"] else { return nil }
        if case .scalar(let scalar) = node.content, scalar.text == "unknown" { return nil }
        return reader.duration(node, key: fields.key("session"))
    }

    private mutating func gonePaths(_ node: YAMLNode, _ key: String) -> [Site.GonePath] {
        guard case .mapping(let entries) = node.content else {
            reader.refuse(node, key, wanted: "a mapping", remedy: "write '{/old/path: what to do now}'")
            return []
        }
        return entries.compactMap { entry in
            guard let path = path(Positioned(entry.key, at: entry.keyPosition), key), let text = reader.text(entry.value, key: key) else {
                return nil
            }
            return Site.GonePath(rule: Site.PathRule(mount: path, target: .root), advice: text.value)
        }
    }

    private static let byteUnits: [(name: String, factor: Int64)] = [
        ("kB/s", 1000), ("MB/s", 1_000_000), ("GB/s", 1_000_000_000),
    ]

    /// A whole number with its unit, blanks between allowed: `500MB/s`.
    private mutating func rate(_ name: String, _ fields: Fields, of units: [(name: String, factor: Int64)]) -> Int64? {
        guard let node = fields[name], let text = reader.text(node, key: fields.key(name)) else { return nil }
        for unit in units where text.value.hasSuffix(unit.name) {
            let digits = text.value.dropLast(unit.name.count).prefix { $0 != " " }
            let isAlone = text.value.dropLast(unit.name.count).dropFirst(digits.count).allSatisfy { $0 == " " }
            if isAlone, let number = Int64(digits), (1...1_000_000).contains(number) { return number * unit.factor }
        }
        let form = units.count == 1 ? "50/s (files per second)" : "500MB/s (kB/s, MB/s, GB/s)"
        reader.report(at: text.position, key: fields.key(name), "\(shown(text.value)) is not a rate", remedy: "write it as in \(form)")
        return nil
    }

    /// - Returns: the collection's id, or the name that is looked up when the site is used.
    private mutating func collection(_ fields: Fields) -> CollectionReference? {
        let key = fields.key("collection")
        guard let node = fields["collection"] else {
            // What is gone may never have had a collection that anybody knows.
            guard fields["retired"] == nil else { return nil }
            reader.reportMissing("collection", in: fields, remedy: "give the collection's UUID, which the web app shows")
            return nil
        }
        guard let text = reader.text(node, key: key) else { return nil }
        do throws(PlaceProblem) {
            let reference = try CollectionReference(word: text.value)
            // An entry is no alias of an alias: what could be one is a name, unless it looks like a part of a UUID.
            guard case .alias(let name) = reference else { return reference }
            guard !name.allSatisfy({ $0.isHexDigit || $0 == "-" }) || !name.contains(where: \.isNumber) else {
                throw PlaceProblem("\(shown(name)) is not a UUID", remedy: CollectionReading.formOfUUID)
            }
            return .search(name)
        } catch {
            reader.report(at: text.position, key: key, error.what, remedy: error.remedy)
            return nil
        }
    }

    private mutating func text(_ name: String, _ fields: Fields) -> String? {
        fields[name].flatMap { reader.text($0, key: fields.key(name))?.value }
    }

    /// `[/]` says the same as nothing: anything.
    private mutating func rootPaths(_ node: YAMLNode, _ key: String) -> [CollectionPath] {
        let roots = reader.texts(node, key: key).compactMap { path($0, key) }
        return roots.contains(.root) ? [] : roots
    }

    private mutating func path(_ text: Positioned<String>, _ key: String) -> CollectionPath? {
        do {
            return try CollectionPath(text.value)
        } catch {
            reader.report(Problem(error, at: text.position, key: key))
            return nil
        }
    }

    private mutating func pathRules(_ node: YAMLNode, _ key: String) -> [Site.PathRule] {
        guard case .mapping(let entries) = node.content else {
            reader.refuse(node, key, wanted: "a mapping", remedy: "write '{/mount/prefix: /path/in/the/collection}'")
            return []
        }
        return entries.compactMap { entry in
            guard let mount = path(Positioned(entry.key, at: entry.keyPosition), key) else { return nil }
            guard let text = reader.text(entry.value, key: key), let target = path(text, key) else { return nil }
            return Site.PathRule(mount: mount, target: target)
        }
    }

    /// An empty list says that no machine mounts the collection.
    private mutating func hostPatterns(_ node: YAMLNode, _ key: String) -> [Glob] {
        reader.texts(node, key: key).compactMap { text in
            let isName = text.value.utf8.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                    || "-._*?[]!".utf8.contains(byte)
            }
            guard isName, !text.value.isEmpty else {
                reader.report(
                    at: text.position, key: key, "\(shown(text.value)) is not a pattern of host names",
                    remedy: "write a host name, with '*' for any letters, as in ln* or *.jasmin.ac.uk")
                return nil
            }
            return Glob(text.value)
        }
    }

    /// Each stands on a line of its own in a shell script.
    private mutating func batchOptions(_ node: YAMLNode, _ key: String) -> [String] {
        reader.texts(node, key: key).compactMap { text in
            guard text.value.hasPrefix("-"), !text.value.contains(where: \.isNewline) else {
                reader.report(
                    at: text.position, key: key, "\(shown(text.value)) is not an option of sbatch",
                    remedy: "write it as in --partition=standard")
                return nil
            }
            return text.value
        }
    }

    private mutating func lastDay(_ fields: Fields) -> String? {
        guard let node = fields["until"], let text = reader.text(node, key: fields.key("until")) else { return nil }
        let parts = text.value.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.allSatisfy(\.isWholeNumber) ? Int($0) : nil }
        if parts.map(\.utf8.count) == [4, 2, 2], numbers.count == 3, (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) {
            return text.value
        }
        reader.report(
            at: text.position, key: fields.key("until"), "\(shown(text.value)) is not a date", remedy: "write it as in 2026-11-21")
        return nil
    }
}

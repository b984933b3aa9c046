import Globus
import PPTransfer
import PositionedYAML

/// What the old tool's namelists ask for, checked as strictly as a description.
struct OldSettings {
    static let transferGroup = "namelist:pptransfer"
    static let archiveGroup = "namelist:archer_arch"

    /// What becomes of each setting of the group `pptransfer`; others were never read.
    static let known = [
        "transfer_dir", "transfer_type", "globus_cli", "globus_default_colls", "globus_src_coll", "globus_dest_coll", "globus_dst_coll",
        "globus_notify", "remote_host", "verify_chksums", "gridftp",
    ]

    /// What both tools take a text for, and where it was written.
    typealias Text = Positioned<String>

    private(set) var problems: [Problem] = []
    private let configuration: RoseConfiguration
    private let text: OldText

    let isOfRose: Bool
    /// Of the job, or of the person who converts.
    let environment: [String: String]
    private let unapplied: [OldFiles.Unapplied]

    init(_ configuration: RoseConfiguration, of files: OldFiles? = nil) {
        self.configuration = configuration
        (isOfRose, environment, unapplied) = (files?.isOfRose ?? false, files?.environment ?? [:], files?.unapplied ?? [])
        let settings = Dictionary(configuration.settings(in: "env").map { ($0.name, $0.setting.value) }) { $1 }
        text = OldText(settings: settings, isOfRose: files?.isOfRose ?? false)
    }

    /// What the conversion does not do as the old task did, or may not.
    private(set) var differences: [Problem] = []

    mutating func differ(at position: SourcePosition, key: String, _ what: String, remedy: String) {
        differences.append(Problem(.warning, at: position, key: key, what, remedy: remedy))
    }

    /// Tells of optional configurations that the task may apply, and the conversion did not.
    mutating func checkOptional() {
        for left in unapplied {
            let list = left.settings.isEmpty ? "switches the transfer on" : "sets \(left.settings.joined(separator: ", "))"
            differ(
                at: left.position, key: "", "this optional configuration \(list), and is not applied",
                remedy: "if the task applies it, add '-O \(left.key)'")
        }
    }

    /// The settings of the step after the transfer, to tape.
    var tape: [(name: String, value: String)] {
        let settings = ["namelist:jasmin_arch", "namelist:jdma"].flatMap { configuration.settings(in: $0) }
        let commands = configuration.settings(in: "command").filter { $0.setting.value.contains("jdma") }
        return commands.map { ("command \($0.name)", $0.setting.value) } + settings.map { ($0.name, $0.setting.value) }
    }

    mutating func report(at position: SourcePosition, key: String, _ what: String, remedy: String) {
        problems.append(Problem(at: position, key: key, what, remedy: remedy))
    }

    mutating func warn(at position: SourcePosition, key: String, _ what: String, remedy: String) {
        problems.append(Problem(.warning, at: position, key: key, what, remedy: remedy))
    }

    /// Where problems of an absent setting are told.
    var position: SourcePosition {
        configuration.sections[Self.transferGroup]?.position ?? configuration.sections[RoseConfiguration.top]?.position
            ?? SourcePosition(file: "pptransfer.nl")
    }

    /// Reports what the file has that means nothing.
    mutating func checkKeys() {
        for (name, setting) in configuration.settings(in: Self.transferGroup) where !Self.known.contains(name) {
            let near = nearest(to: name, among: Self.known).map { "did you mean '\($0)'?" }
            warn(at: setting.position, key: name, "transfer.py has no such setting", remedy: near ?? "remove it")
        }
        if let command = configuration["namelist:suitegen", "archive_command"], let value = OldValue.texts(command.value).first,
            !["archer", "nexcs"].contains(value.lowercased())
        {
            warn(
                at: command.position, key: "archive_command", "\(shown(value)) does not stage files for pptransfer",
                remedy: "check that a task puts the cycle's files into archive_root_path")
        }
    }

    private func setting(_ name: String) -> RoseConfiguration.Setting? {
        let group = name.hasPrefix("archive_") ? Self.archiveGroup : Self.transferGroup
        return configuration[group, name]
    }

    /// Why the configuration as a whole asks for no transfer; `nil` if it does.
    var absence: Problem? {
        guard let section = configuration.sections[Self.transferGroup] else {
            return Problem(
                at: position, key: Self.transferGroup, "there is no [\(Self.transferGroup)] in it",
                remedy: "name the app or the namelist file of the old tool")
        }
        guard section.isIgnored else { return nil }
        return Problem(
            at: section.position, key: Self.transferGroup, "[\(Self.transferGroup)] is ignored here",
            remedy: unapplied.isEmpty
                ? "name the optional configuration that switches it on, with '-O KEY'"
                : "add the optional configuration that switches it on: " + unapplied.map { "'-O \($0.key)'" }.joined(separator: " or "))
    }

    /// Whether one of the transfer's sections is there, but ignored (`!` or `!!`): such a configuration asks for no transfer.
    var isSwitchedOff: Bool {
        // Rose's metadata ignores the second where nothing is staged for a transfer.
        [Self.transferGroup, Self.archiveGroup].contains { configuration.sections[$0]?.isIgnored ?? false }
    }

    func isIgnored(_ name: String) -> Bool {
        guard let section = configuration.sections[Self.transferGroup] else { return false }
        return section.settings[name]?.isIgnored ?? false
    }

    /// `nil` if it is absent, ignored or empty.
    func raw(_ name: String) -> Text? {
        guard let setting = setting(name), let value = OldValue.texts(setting.value).first, !value.isEmpty else { return nil }
        return Text(value, at: setting.position)
    }

    /// As a template of a description; `nil` if it is absent, or was reported.
    mutating func template(_ name: String, hasWords: Bool) -> Text? {
        guard let raw = raw(name) else { return nil }
        do {
            return Text(try text.template(raw.value, hasWords: hasWords), at: raw.position)
        } catch {
            report(at: raw.position, key: name, error.what, remedy: error.remedy)
            return nil
        }
    }

    mutating func boolean(_ name: String, default value: Bool) -> Bool {
        guard let raw = raw(name) else { return value }
        if let value = OldValue.boolean(raw.value) { return value }
        report(at: raw.position, key: name, "\(shown(raw.value)) is neither true nor false", remedy: "write true or false")
        return value
    }

    /// - Returns: `nil` if it was reported.
    mutating func collection(_ names: [String]) -> (name: String, text: Text)? {
        let given = names.compactMap { name in raw(name).map { (name, $0) } }
        guard let first = given.first else {
            report(
                at: position, key: names[0], "globus_default_colls is false, and no collection is given",
                remedy: "write the collection's UUID, which the web app shows")
            return nil
        }
        if let second = given.dropFirst().first, second.1.value.lowercased() != first.1.value.lowercased() {
            report(
                at: second.1.position, key: second.0, "\(shown(second.1.value)) is not what \(first.0) says (\(shown(first.1.value)))",
                remedy: "remove one of the two")
            return nil
        }
        guard CollectionID(first.1.value) != nil || CollectionReading.isAlias(first.1.value) else {
            report(
                at: first.1.position, key: first.0, "\(shown(first.1.value)) is neither an alias nor a UUID",
                remedy: "write the collection's UUID, which the web app shows")
            return nil
        }
        return first
    }

    /// The events of which Globus sends mail.
    mutating func notifications() -> [String] {
        let all = ["succeeded", "failed", "inactive"]
        guard let setting = setting("globus_notify") else { return [] }
        // A text of several words, or several texts.
        let words = OldValue.texts(setting.value).flatMap { $0.split(separator: ",").map { $0.trimmed.lowercased() } }
        if words.allSatisfy(\.isEmpty) || words == ["on"] { return all }
        if words == ["off"] { return [] }
        for word in words where !all.contains(word) {
            report(
                at: setting.position, key: "globus_notify", "\(shown(word)) is not one of its values",
                remedy: hint(for: word, known: ["on", "off"] + all, listing: "write one of "))
        }
        return all.filter(words.contains)
    }
}

import PPTransfer
import PPTransferReports

/// The manual page of the program: every command with its arguments, then statuses, variables and files.
struct ManualPage {
    let outline: CommandOutline
    /// `YYYY-MM-DD`
    let day: String

    var text: String {
        var roff = Roff()
        roff.request("TH", "PPTRANSFER", "1", day, "pptransfer \(Program.version)", "User Commands")
        roff.request("SH", "NAME")
        roff.line("pptransfer - \(outline.abstract?.lowercasedFirst ?? "")")
        roff.request("SH", "SYNOPSIS")
        roff.line(bold: "pptransfer", plain: "COMMAND [ARGUMENT]...")
        roff.request("SH", "DESCRIPTION")
        roff.paragraphs(outline.discussion ?? "")
        roff.request("SH", "COMMANDS")
        for command in outline.shown { Self.add(command, to: &roff) }
        roff.request("SH", "TRANSFER DESCRIPTION")
        roff.line("A YAML file. 'wait.limit' means the key 'limit' of 'wait'.")
        for key in DescriptionKey.all { Self.add(key.title, key.meaning, to: &roff) }
        roff.request("SH", "EXIT STATUS")
        for status in ExitStatus.all {
            Self.add("\(status.number)  \(status.name)", "\(status.meaning) (run again: \(status.again.short))", to: &roff)
        }
        Self.add("128+n  signal", ExitStatus.signal(15).meaning, to: &roff)
        roff.request("PP")
        roff.line("'pptransfer explain' prints what to do for each.")
        roff.request("SH", "ENVIRONMENT")
        for (name, meaning) in Self.variables { Self.add(name, meaning, to: &roff) }
        roff.request("SH", "FILES")
        for (name, meaning) in Self.files { Self.add(name, meaning, to: &roff) }
        roff.request("SH", "SEE ALSO")
        roff.line("globus(1), cylc(1), sha256sum(1)")
        return roff.text
    }

    private static func add(_ command: CommandOutline, to roff: inout Roff) {
        roff.request("SS", ([command.path] + command.ownArguments.filter { $0.kind == .positional }.map(\.synopsis)).joined(separator: " "))
        roff.line(command.abstract ?? "")
        if let discussion = command.discussion {
            roff.request("PP")
            roff.paragraphs(discussion)
        }
        for argument in command.ownArguments { add(argument.title, argument.explanation, to: &roff) }
        for inner in command.shown { add(inner, to: &roff) }
    }

    /// A tagged paragraph.
    private static func add(_ title: String, _ explanation: String, to roff: inout Roff) {
        roff.request("TP")
        roff.line(bold: title)
        roff.line(explanation)
    }

    private static let variables =
        KnownSetting.all.map { ($0.name, $0.meaning) } + [
            ("HTTPS_PROXY", "The proxy to Globus; https_proxy, all_proxy and ALL_PROXY are read as libcurl reads them."),
            (
                "REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_FILE",
                "Certificate authorities, the first that is set, unless GLOBUS_SDK_VERIFY_SSL names a file."
            ),
            (
                "CYLC_WORKFLOW_NAME, CYLC_WORKFLOW_ID, CYLC_TASK_CYCLE_POINT, CYLC_WORKFLOW_SHARE_DIR",
                "Workflow, cycle and journal directory in a Cylc job."
            ),
            ("GCP_DIR", "The directory (-dir) of the Globus Connect Personal that {gcp: local} means."),
            ("CYLC_CYCLING_MODE", "The calendar of the cycle points without --cycling."),
            ("SLURM_JOB_ID", "Marks a batch job; only 'doctor' reads it."),
            ("SLURM_JOB_END_TIME", "When the job ends; pptransfer exits one minute before."),
            ("XDG_CONFIG_HOME, XDG_STATE_HOME", "Used instead of ~/.config and ~/.local/state."),
        ]

    private static let files = [
        ("~/.config/pptransfer/sites.yaml", "Your own sites."),
        ("~/.config/pptransfer/login.json", "The login of 'pptransfer login'."),
        ("~/.globus/cli/storage.db", "The login of the Globus CLI; it is only read."),
        ("~/.local/state/pptransfer", "The journal, outside of workflows."),
    ]
}

extension CommandOutline.Argument {
    /// `[file ...]`
    var synopsis: String {
        let name = "<\(valueName ?? "value")>" + (isRepeating ? "..." : "")
        return isOptional ? "[\(name)]" : name
    }

    /// `--set NAME=value`
    fileprivate var title: String {
        guard kind != .positional else { return "<\(valueName ?? "value")>" }
        let written = (names ?? []).map(\.written).joined(separator: ", ")
        return kind == .option ? "\(written) <\(valueName ?? "value")>" : written
    }

    fileprivate var explanation: String {
        var text = abstract ?? ""
        if let allValues, !allValues.isEmpty { text += " One of \(allValues.joined(separator: ", "))." }
        if let defaultValue, !defaultValue.isEmpty { text += " Default: \(defaultValue)." }
        return text.isEmpty ? "(no description)" : text
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

package import PPTransfer
import SystemFiles

extension RemedyWording {
    /// The wording of this program: its commands, options and variables, ready to be typed.
    package static let commands = RemedyWording(name: "commands") { step in
        switch step {
        case .moveJournal: "name another place (--journal, PPTRANSFER_JOURNAL)"
        case .nameJournal: "set HOME, or name a place (--journal DIR, PPTRANSFER_JOURNAL)"
        case .endOtherRuns: "make sure that no pptransfer works on this cycle"
        case .forgettingTask: "--forget-task"
        case .list(let place): "look at these files with 'pptransfer collections ls \(place)'"
        case .cancelTask: "cancel it (pptransfer cancel)"
        case .deleteSource: "delete them with 'pptransfer clean --delete'"
        case .sendAgain: "send them again with 'pptransfer rerun'"
        case .lookAtRecord: "look at 'pptransfer status'"
        case .writeList: "write the list with 'pptransfer verify --via manifest'"
        case .takeReport(let transfer, let file):
            line(
                ["pptransfer", "verify", transfer.workflow] + option("cycle", [transfer.cycle].compactMap(\.self))
                    + option("name", [transfer.name].compactMap(\.self))) + " --report \(file)"
        case .proveBytes: "'pptransfer verify --via manifest' proves its bytes"
        case .recordLoss: "'pptransfer verify' records that, and the next run sends it again"
        case .setting(let name): "--set \(name)"
        case .nameSites: "sites change (PPTRANSFER_SITES)"
        case .nameSiteFile: "PPTRANSFER_SITES names it"
        case .addSite(let alias): "write '\(alias): {collection: UUID}' to ~/.config/pptransfer/sites.yaml"
        case .lookUp: "'pptransfer check' looks it up now"
        case .searchCollections: "look it up with 'pptransfer collections search'"
        case .repeatSubmission: "run it again (--no-wait)"
        case .logIn(let collections, let sessions, let policies):
            line(
                ["pptransfer", "login"] + option("collection", collections) + option("session", sessions) + option("policy", policies))
        }
    }

    private static func option(_ name: String, _ values: [String]) -> [String] { values.flatMap { ["--" + name, $0] } }

    private static func line(_ words: [String]) -> String { words.map(ShellWord.plainOrQuoted).joined(separator: " ") }
}

import Globus
package import PPTransfer
import SystemFiles

extension RemedyWording {
    /// The wording of this program: its commands, options and variables, ready to be typed.
    package static let commands = RemedyWording(name: "commands") { step, journal, transfer in
        let place = option("journal", [journal].compactMap(\.self))
        let own = transfer.map { words(of: $0) } ?? []
        func command(_ name: String, _ options: String..., of transfer: [String]? = nil) -> String {
            line(["pptransfer", name] + (transfer ?? own) + options + place)
        }

        return switch step {
        case .moveJournal: "name another directory (--journal, PPTRANSFER_JOURNAL)"
        case .nameJournal: "set HOME, or name a directory (--journal DIR, PPTRANSFER_JOURNAL)"
        case .endOtherRuns: "make sure that no pptransfer works on this cycle"
        case .forgettingTask: "--forget-task"
        case .deletingMost: "--force"
        case .archivingAgain: "--archive-again"
        case .forgetRecord(let transfer): .command(line(["pptransfer", "records", "forget"] + words(of: transfer) + place))
        case .confirmReturn: "run '\(command("verify"))'"
        case .recordMove: "record that with \(quoted: line(["pptransfer", "records", "move"] + own + ["--to", "PLACE"] + place))"
        case .list(let place): "list these files with \(quoted: "pptransfer collections ls \(place)")"
        case .cancelTask: "cancel it (\(command("cancel", of: [])))"
        case .deleteSource: "delete them with \(quoted: command("clean", "--delete"))"
        case .sendAgain: "re-send them with \(quoted: command("rerun"))"
        case .lookAtRecord: "see \(quoted: command("status", of: Array(own.prefix(1))))"
        case .writeList: "write the list with \(quoted: command("verify", "--via", "manifest"))"
        case .mendRights:
            "write a job with \(quoted: command("verify", "--via", "manifest", "--fix-permissions")) and run it at the destination"
        case .takeReport(let transfer, let file):
            .command(
                line(["pptransfer", "verify"] + words(of: transfer) + place) + " --report \(file)")
        case .proveBytes: "'\(command("verify", "--via", "manifest"))' verifies its content"
        case .recordLoss: "'\(command("verify"))' records that, and the next run re-sends it"
        case .setting(let name): "--set \(name)"
        case .nameSites: "it may have changed (site files: PPTRANSFER_SITES)"
        case .nameSiteFile: "PPTRANSFER_SITES names it"
        case .addSite(let alias): "run \(quoted: "pptransfer sites add \(ShellWord.plainOrQuoted(alias)) --collection UUID")"
        case .lookUp: "'pptransfer check' searches for it now"
        case .searchCollections: "search for it with \(quoted: "pptransfer collections search")"
        case .repeatSubmission: "run it again with --no-wait"
        case .follow(let transfer): .command(line(["pptransfer", "status", transfer.workflow, "--refresh"] + place))
        case .cancel(let transfer):
            .command(line(["pptransfer", "cancel"] + words(of: transfer) + place))
        case .logIn(let collections, let sessions, let policies, let factor):
            .command(
                line(
                    ["pptransfer", "login"] + option("collection", collections) + option("session", sessions) + option("policy", policies)
                        + (factor ? ["--mfa"] : [])))
        }
    }

    private static func words(of transfer: RemedyStep.TransferWords) -> [String] {
        [transfer.workflow] + option("cycle", [transfer.cycle].compactMap(\.self)) + option("name", [transfer.name].compactMap(\.self))
    }

    private static func option(_ name: String, _ values: [String]) -> [String] { values.flatMap { ["--" + name, $0] } }

    private static func line(_ words: [String]) -> String { words.map(ShellWord.plainOrQuoted).joined(separator: " ") }
}

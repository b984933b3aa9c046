import Globus
import PPTransfer
import PositionedYAML

/// The headline, in words: the same on the page, in Markdown and in a terminal.
extension CampaignWorkflow {
    /// `297 of 300 cycles archived: 36000 files, 4.1 TB. 2 transfers under way. 1 transfer needs action now.`
    package var headline: String {
        var sentences = ["\(archivedCycles) of \(Quantity.count(cycles, "cycle")) archived"]
        if transfers.count != cycles { sentences[0] += " (\(archived.count) of \(Quantity.count(transfers.count, "transfer")))" }
        if !archived.isEmpty { sentences[0] += ": \(Quantity.count(files, "file")), \(Quantity.bytes(bytes))" }
        for (call, verb) in [
            (CampaignTransfer.Call.running, "is under way"), (.again, "is to be run again"), (.person, "needs action now"),
        ] {
            let number = count(call)
            if number > 0 { sentences.append(Self.sentence(number, verb)) }
        }
        if sentences.count == 1, archivedCycles == cycles { sentences.append("Nothing needs to be done") }
        return sentences.map { $0 + "." }.joined(separator: " ")
    }

    private static func sentence(_ number: Int, _ verb: String) -> String {
        let plural = verb.hasPrefix("is ") ? "are " + verb.dropFirst(3) : "need" + verb.dropFirst(5)
        return "\(Quantity.count(number, "transfer")) \(number == 1 ? verb : plural)"
    }
}

extension CampaignReport {
    /// Days left of each login, a sentence each; what is not known is said.
    var loginSentences: [String] {
        guard !logins.isEmpty else {
            return ["The journal does not show when logins expire; 'pptransfer whoami' queries Globus."]
        }
        return logins.sorted { $0.key < $1.key }.map { alias, login in
            let end = login.lapses <= now ? "expired on" : "has \(Quantity.count(login.daysLeft(now), "day")) left, until"
            return "\(alias) (\(login.domain)): the login \(end) \(login.lapses.minute) UTC, as seen at \(login.seen.minute) UTC."
        }
    }
}

extension Timestamp {
    /// `2026-11-20 23:17`
    var minute: String { day + " " + description.dropFirst(11).prefix(5) }

    /// `23 days`, `5h20m`: no finer than people care for.
    func age(_ now: Timestamp) -> String {
        let seconds = max(0, (now - self).components.seconds)
        if seconds >= 2 * 86_400 { return Quantity.count(seconds / 86_400, "day") }
        return seconds < 60 ? "less than a minute" : Quantity.time(.seconds(seconds / 60 * 60))
    }
}

package import Globus
package import PPTransfer
import PositionedYAML

/// What still has to leave a site whose service has ended, or ends within a month.
package struct EndedSite: Sendable {
    package var alias: String
    /// The last day of service, `YYYY-MM-DD`.
    package var until: String
    package var hasEnded: Bool
    /// Transfers that send from it, and are not archived.
    package var leaving: Int
    /// The first and the last of their cycles; `nil` if they have none.
    package var cycles: String?
    /// Archived transfers whose files are on it.
    package var staying: Int

    /// Prints what is left to do, for people.
    package var text: String {
        let end = "\(alias) \(hasEnded ? "ended" : "ends") on \(until)"
        var parts: [String] = []
        if leaving > 0 {
            parts.append(
                "\(Quantity.count(leaving, "transfer")) still \(leaving == 1 ? "has" : "have") to leave it"
                    + (cycles.map { " (\($0))" } ?? ""))
        }
        if staying > 0 { parts.append("\(Quantity.count(staying, "archived transfer")) \(staying == 1 ? "is" : "are") on it") }
        return end + ": " + parts.joined(separator: "; ")
    }

    /// The sites that have ended or end soon, of those that transfers use.
    static func all(_ rows: [StatusReport.Row], _ sites: SiteCatalogue, now: Timestamp) -> [EndedSite] {
        let (today, soon) = (now.day, (now + .seconds(30 * 86_400)).day)
        return sites.sites.compactMap { site in
            guard let until = site.until, !site.isRetired, until < soon else { return nil }
            let leaving = rows.filter { $0.ends?.source == site.collection && !$0.isArchived }
            let staying = rows.count { $0.ends?.destination == site.collection && $0.isArchived && $0.elsewhere == nil }
            guard !leaving.isEmpty || staying > 0 else { return nil }
            let points = leaving.compactMap(\.cycle)
            let range = points.first.flatMap { first in points.last.map { first == $0 ? first : "\(first) to \($0)" } }
            return EndedSite(
                alias: site.alias, until: until, hasEnded: until < today, leaving: leaving.count, cycles: range, staying: staying)
        }
    }
}

extension StatusReport {
    /// Adds what still has to leave sites that have ended, or end soon, of the transfers that are shown.
    package mutating func findEndedSites(_ sites: SiteCatalogue, now: Timestamp) {
        endedSites = EndedSite.all(rows, sites, now: now)
    }
}

extension EndedSite: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("site", \.alias), JSONField("until", \.until, "The last day of service."),
        JSONField("leaving", \.leaving, "Transfers that send from it and are not archived."),
        JSONField("staying", \.staying, "Archived transfers whose files are on it."),
    ]
}

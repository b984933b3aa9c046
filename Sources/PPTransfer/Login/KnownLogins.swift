import FoundationEssentials
package import Globus
import SystemFiles

/// When logins lapse, as far as runs have learnt it: kept beside the journal, for those who look without a network. Holds no token.
package enum KnownLogins {
    /// What a run learnt of the login for one site.
    package struct Login: Hashable, Sendable {
        /// The domain of the identity that the site wants.
        package var domain: String
        package var lapses: Timestamp
        /// When this was learnt: a login that was renewed since lasts longer.
        package var seen: Timestamp

        package init(domain: String, lapses: Timestamp, seen: Timestamp) {
            (self.domain, self.lapses, self.seen) = (domain, lapses, seen)
        }

        /// Whole days; 0 on the last one and after it.
        package func daysLeft(_ now: Timestamp) -> Int64 { max(0, (lapses - now).components.seconds / 86_400) }
    }

    /// - Returns: by the sites' aliases; empty if nothing is known.
    package static func read(_ journal: Journal) -> [String: Login] {
        guard let data = try? JournalFile.data(path(journal)) else { return [:] }
        return (try? JSONDecoder().decode([String: Login].self, from: data)) ?? [:]
    }

    /// Adds to what is known. That it cannot be written is no reason for a run to fail.
    package static func keep(_ logins: [String: Login], in journal: Journal) {
        guard !logins.isEmpty else { return }
        let all = read(journal).merging(logins) { $1 }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        guard let data = try? encoder.encode(all) else { return }
        try? DurableFile.write(data, to: path(journal))
    }

    private static func path(_ journal: Journal) -> String { journal.directory + "/logins.json" }
}

extension KnownLogins.Login: Codable {
    private enum CodingKeys: String, CodingKey { case domain, lapses, seen }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func moment(_ key: CodingKeys) throws -> Timestamp {
            guard let moment = Timestamp(wire: try values.decode(String.self, forKey: key)) else {
                throw DecodingError.dataCorruptedError(forKey: key, in: values, debugDescription: "not a time")
            }
            return moment
        }
        self.init(domain: try values.decode(String.self, forKey: .domain), lapses: try moment(.lapses), seen: try moment(.seen))
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(domain, forKey: .domain)
        try values.encode(lapses.description, forKey: .lapses)
        try values.encode(seen.description, forKey: .seen)
    }
}

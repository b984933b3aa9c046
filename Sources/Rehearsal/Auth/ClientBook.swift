import FoundationEssentials
import Globus
import Synchronization
import SystemFiles

/// The applications that may ask for tokens.
final class ClientBook: Sendable {
    struct Client: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            /// Speaks for itself.
            case serviceAccount
            /// Speaks for whoever logs in; has no secret, and proves by PKCE that it began the login.
            case native
            /// Speaks for whoever logs in; one installation of the Globus CLI.
            case instance
        }

        let id: String
        let kind: Kind
    }

    /// The Globus CLI before it has a client of its own.
    static let template = "95fdeba8-fac2-42bd-a357-e068d82ff78e"

    private struct Entry { let client: Client, secret: AccessToken? }

    private let entries: Mutex<[String: Entry]>

    init(_ configuration: StandInConfiguration) {
        var entries: [String: Entry] = [:]
        for id in configuration.nativeClients + [ClientBook.template] {
            entries[id.lowercased()] = Entry(client: Client(id: id.lowercased(), kind: .native), secret: nil)
        }
        if configuration.hasServiceAccount {
            let id = configuration.clientID.lowercased()
            entries[id] = Entry(client: Client(id: id, kind: .serviceAccount), secret: configuration.clientSecret)
        }
        self.entries = Mutex(entries)
    }

    func client(_ id: String) -> Client? { entries.withLock { $0[id.lowercased()]?.client } }

    /// The client whose `Basic` credentials these are.
    func client(credentials: String) -> Client? {
        guard let data = Data(base64Encoded: credentials) else { return nil }
        let halves = String(decoding: data, as: UTF8.self).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let entry = entries.withLock({ $0[halves[0].percentDecoded.lowercased()] }),
            let secret = entry.secret, secret.withSecret({ $0 == halves[1].percentDecoded })
        else { return nil }
        return entry.client
    }

    /// A new client for one installation of the Globus CLI.
    func newInstance() -> (id: String, secret: AccessToken) {
        let (id, secret) = (RandomText.uuid(), AccessToken(RandomText.secret()))
        entries.withLock { $0[id] = Entry(client: Client(id: id, kind: .instance), secret: secret) }
        return (id, secret)
    }

    func remove(_ client: Client) { entries.withLock { $0[client.id] = nil } }
}

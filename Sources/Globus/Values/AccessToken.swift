/// A secret: an access token, refresh token or client secret. It cannot print.
///
/// Interpolation, `print` and `dump` show `<access token>`. The text leaves through `withSecret` alone, which only the HTTP client
/// and the token request call; encoding serves the stand-in and the token store. From then on `Secrets` keeps it out of all other text.
public struct AccessToken: Sendable, Codable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let secret: String

    /// Holds a secret. From now on, the library removes it from its texts, unless it is as short as an ordinary word.
    public init(_ secret: String) {
        self.secret = secret
        Secrets.inUse.add(secret)
    }

    public init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(secret)
    }

    /// Whether the secret is an empty text.
    public var isEmpty: Bool { secret.isEmpty }
    public var description: String { "<access token>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Calls `body` with the secret itself and returns its result. `body` must not print or log the secret.
    public func withSecret<Result>(_ body: (String) throws -> Result) rethrows -> Result { try body(secret) }
}

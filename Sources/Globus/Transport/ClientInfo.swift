/// How this program names itself to the service.
public struct ClientInfo: Hashable, Sendable {
    /// The name of the program: `my-program`. It must not contain `;`, `,` or `=`, which separate the fields of `X-Globus-Client-Info`.
    public var product: String
    /// The version of the program: `1.2.0`. It must not contain `;`, `,` or `=` either.
    public var version: String

    /// Names a program and its version.
    public init(product: String, version: String) { (self.product, self.version) = (product, version) }

    var userAgent: String { "\(product)/\(version)" }
    /// `X-Globus-Client-Info`, in the SDK's form.
    var header: String { "product=\(product),version=\(version)" }
}

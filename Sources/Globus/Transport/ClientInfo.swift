/// How this program names itself to the service.
public struct ClientInfo: Hashable, Sendable {
    public var product: String
    public var version: String

    public init(product: String, version: String) { (self.product, self.version) = (product, version) }

    var userAgent: String { "\(product)/\(version)" }
    /// `X-Globus-Client-Info`, in the SDK's form.
    var header: String { "product=\(product),version=\(version)" }
}

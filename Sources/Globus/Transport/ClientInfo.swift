/// How this program names itself to the service.
public struct ClientInfo: Hashable, Sendable {
    public var product: String
    public var version: String

    public init(product: String, version: String) { (self.product, self.version) = (product, version) }

    var userAgent: String { "\(product)/\(version)" }
    /// `X-Globus-Client-Info`, in the SDK's form.
    var header: String { "product=\(product),version=\(version)" }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    public var milliseconds: Int64 {
        components.seconds.clampedProduct(1000).clampedSum(components.attoseconds / 1_000_000_000_000_000)
    }
    /// Seconds with their fraction.
    public var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// How a program names itself to the service.
public struct ClientInfo: Hashable, Sendable {
    /// The name of the program: `my-program`.
    public let product: String
    /// The version of the program: `1.2.0`.
    public let version: String

    /// Stands for a program that gives no name: `swift-globus`.
    public static let unnamed = ClientInfo(known: "swift-globus", version: "1")

    /// - Parameter product: a name that is known to be one, as `version` is.
    package init(known product: String, version: String) { (self.product, self.version) = (product, version) }

    var userAgent: String { "\(product)/\(version)" }
    /// `X-Globus-Client-Info`, in the SDK's form.
    var header: String { "product=\(product),version=\(version)" }
}

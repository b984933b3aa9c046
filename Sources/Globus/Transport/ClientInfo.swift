/// How a program names itself to the service.
public struct ClientInfo: Hashable, Sendable {
    /// The name of the program: `my-program`.
    public let product: String
    /// The version of the program: `1.2.0`.
    public let version: String

    /// Names a program and its version.
    ///
    /// - Throws: `GlobusError` with the code `invalid` if one of them is empty, or holds `;`, `,` or `=`, which separate the fields of
    ///   `X-Globus-Client-Info`, or a line end or another control character.
    public init(product: String, version: String) throws(GlobusError) {
        for (what, text) in [("name", product), ("version", version)] {
            guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && !Self.separators.contains($0) }) else {
                throw .invalid(
                    detail: "\(text.debugDescription) cannot be the \(what) of a program; give a text without ';', ',', '=' and line ends")
            }
        }
        self.init(known: product, version: version)
    }

    /// Stands for a program that gives no name: `swift-globus`.
    public static let unnamed = ClientInfo(known: "swift-globus", version: "1")

    private static let separators = Array(";,=".utf8)

    /// - Parameter product: a name that is known to be one, as `version` is.
    package init(known product: String, version: String) { (self.product, self.version) = (product, version) }

    var userAgent: String { "\(product)/\(version)" }
    /// `X-Globus-Client-Info`, in the SDK's form.
    var header: String { "product=\(product),version=\(version)" }
}

extension ClientInfo {
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

    private static let separators = Array(";,=".utf8)
}

import CCurl

/// The libcurl that this program met when it was started, which need not be the one that it was built with.
package struct HTTPLibrary: Hashable, Sendable {
    /// `7.88.1`
    package var version: String
    /// The same as one number, a byte for each part: `0x075801`.
    package var number: UInt32
    /// `OpenSSL/3.0.15`; `nil` if it knows no TLS.
    package var tls: String?
    /// Whether names are looked up without holding up the other exchanges.
    package var looksUpNamesBeside: Bool
    /// `https`, `http`, …
    package var protocols: Set<String>
    /// Where it looks for certificate authorities unless it is told: a file, a directory. Unknown before 7.70.
    package var authorities: (file: String?, directory: String?) {
        get { (file, directory) }
        set { (file, directory) = newValue }
    }
    private var file: String?
    private var directory: String?

    /// The first version that has all the calls of `CurlTransport` (`curl_multi_wakeup`).
    package static let oldest = (version: "7.68.0", number: UInt32(0x074400))

    package static let current = HTTPLibrary()

    private init() {
        func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }

        let facts = ccurl_version().pointee
        (version, number) = (text(facts.version) ?? "", facts.version_num)
        tls = facts.features & CURL_VERSION_SSL == 0 ? nil : text(facts.ssl_version)
        looksUpNamesBeside = facts.features & CURL_VERSION_ASYNCHDNS != 0
        protocols = []
        var next = facts.protocols
        while let name = text(next?.pointee) {
            protocols.insert(name)
            next = next?.advanced(by: 1)
        }
        if facts.age.rawValue >= CURLVERSION_SEVENTH.rawValue { (file, directory) = (text(facts.cainfo), text(facts.capath)) }
    }
}

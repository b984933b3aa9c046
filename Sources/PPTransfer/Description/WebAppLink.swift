import Globus
import SystemFiles

/// A link to the file manager of the Globus web app, as users get it by mail or copy it from the browser.
struct WebAppLink {
    /// Which of the two panes of the file manager is meant.
    enum Pane { case origin, destination }

    struct Fault: Error {
        var what: String
        var remedy = "copy it from the browser while the file manager shows the directory"
    }

    var collection: CollectionID
    var path: String

    /// Where the file manager is, and where it was: links in older mails and papers still name the address of before 2018.
    private static let addresses = ["https://app.globus.org/file-manager", "https://www.globus.org/app/transfer"]

    /// - Parameters:
    ///   - text: as copied from a browser, or from the source of a page, which writes `&` as `&amp;`.
    ///   - pane: if the link does not have a destination, its only pane is meant.
    init(_ text: String, pane: Pane) throws(Fault) {
        let address = text.replacing("&amp;", with: "&").prefix { $0 != "#" }
        let parts = address.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let page = parts[0].lowercased()
        guard Self.addresses.contains(page.withoutEndingSlashes) else {
            throw Fault(what: "this is not a link to the file manager of the Globus web app (https://app.globus.org/file-manager?…)")
        }
        var fields: [String: String] = [:]
        for field in parts.dropFirst().joined().split(separator: "&") {
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let value = Self.percentDecoded(pair.dropFirst().joined()) else {
                throw Fault(what: "the link's '\(pair[0])' is not percent-encoded text")
            }
            fields[String(pair[0])] = value
        }
        let side = pane == .destination && fields["destination_id"] != nil ? "destination" : "origin"
        guard let id = fields["\(side)_id"] else { throw Fault(what: "the link names no collection (\(side)_id)") }
        guard let collection = CollectionID(id) else { throw Fault(what: "the link's \(side)_id '\(id)' is not a UUID") }
        guard let path = fields["\(side)_path"], !path.isEmpty else { throw Fault(what: "the link names no directory (\(side)_path)") }
        (self.collection, self.path) = (collection, path)
    }

    /// - Returns: `nil` for a `%` without two hexadecimal digits, or bytes that are not UTF-8.
    static func percentDecoded(_ text: String) -> String? {
        var (bytes, rest) = ([UInt8](), text.utf8[...])
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}

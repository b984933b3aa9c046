import Globus
import SystemFiles

/// A link to the file manager of the Globus web app, as users get it by mail or copy it from the browser.
struct WebAppLink {
    /// Which of the two panes of the file manager is meant.
    enum Pane: String { case origin, destination }

    /// What to do about a link that says too little.
    static let remedy = "copy it from the browser while the file manager shows the directory"

    var collection: CollectionID
    /// `nil` in a link that names no directory, as one to a collection's own page.
    var path: String?
    /// What the link calls the pane that is meant: `origin` or `destination`.
    var pane: Pane

    /// Where the file manager is, and where it was: links in older mails and papers still name the address of before 2018.
    private static let pages = ["app.globus.org/file-manager", "www.globus.org/app/transfer"]
    /// Below it, a collection's own pages: `…/UUID`, `…/UUID/overview`.
    private static let collections = "app.globus.org/file-manager/collections/"

    /// Whether a text means to be a link, right or wrong. Browsers leave out the scheme of an address that they show.
    static func isLink(_ text: String) -> Bool {
        let text = text.lowercased()
        return ["https://", "http://", "app.globus.org/", "www.globus.org/"].contains { text.hasPrefix($0) }
    }

    /// - Parameters:
    ///   - text: as copied from a browser, or from the source of a page, which writes `&` as `&amp;`.
    ///   - pane: if the link does not have it, its only pane is meant.
    init(_ text: String, pane: Pane) throws(PlaceProblem) {
        let address = text.replacing("&amp;", with: "&").prefix { $0 != "#" }
        let parts = address.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let page = Self.page(parts[0])
        let fields = try Self.fields(parts.dropFirst().joined())
        if let id = page.removing(prefix: Self.collections)?.parts(at: "/").first {
            guard let collection = CollectionID(id) else { throw PlaceProblem("the link's '\(id)' is not a UUID", remedy: Self.remedy) }
            (self.collection, self.pane, path) = (collection, .origin, fields["path"] ?? fields["origin_path"])
        } else {
            guard Self.pages.contains(page) else {
                throw PlaceProblem(
                    "this is not a link to the file manager of the Globus web app (https://app.globus.org/file-manager?…)",
                    remedy: Self.remedy)
            }
            let other: Pane = pane == .origin ? .destination : .origin
            self.pane = fields["\(pane)_id"] == nil && fields["\(other)_id"] != nil ? other : pane
            guard let id = fields["\(self.pane)_id"] else {
                throw PlaceProblem("the link names no collection (origin_id)", remedy: Self.remedy)
            }
            guard let collection = CollectionID(id) else {
                throw PlaceProblem("the link's \(self.pane)_id '\(id)' is not a UUID", remedy: Self.remedy)
            }
            (self.collection, path) = (collection, fields["\(self.pane)_path"])
        }
        if path == "" { path = nil }
    }

    /// The page of an address: without scheme, slashes at the end, and what the writing in capitals tells apart.
    private static func page(_ text: Substring) -> String {
        let text = text.lowercased()
        return (text.removing(prefix: "https://") ?? text.removing(prefix: "http://") ?? text).withoutEndingSlashes
    }

    private static func fields(_ query: String) throws(PlaceProblem) -> [String: String] {
        var fields: [String: String] = [:]
        for field in query.split(separator: "&") {
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let value = percentDecoded(pair.dropFirst().joined()) else {
                throw PlaceProblem("the link's '\(pair[0])' is not percent-encoded text", remedy: remedy)
            }
            fields[String(pair[0])] = value
        }
        return fields
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

extension String {
    fileprivate func removing(prefix: String) -> String? { begins(with: prefix) ? String(dropFirst(prefix.count)) : nil }
}

/// A text out of a file, in quotes, fit for a message: short, and on one line.
package func shown(_ text: some StringProtocol) -> String { "'\(Outlet.line(shortened(text)))'" }

func shortened(_ text: some StringProtocol) -> String {
    let limit = 200
    return text.utf8.count <= limit ? String(text) : String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…"
}

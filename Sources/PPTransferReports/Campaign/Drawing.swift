/// What the page's drawings share: a plane of 1000 by 200 that stretches with the page, and words beside it that do not.
enum Drawing {
    static let width = 1000.0
    static let height = 200.0

    /// - Parameters:
    ///   - description: what it shows, for those who do not see it.
    ///   - top: what the upper edge stands for.
    ///   - scale: what stands below, from the left to the right.
    package static func write(
        _ title: String, _ description: String, shapes: String, top: String, scale: [String], to html: inout HTMLText
    ) {
        html.markup("<figure>\n<figcaption>")
        html.text(title)
        html.markup(
            "</figcaption>\n<div class=\"plane\"><svg role=\"img\" viewBox=\"0 0 1000 200\" preserveAspectRatio=\"none\" aria-label=\"")
        html.text(description)
        html.markup("\">\(shapes)</svg>")
        html.element("span class=\"top\"", top)
        html.markup("</div>\n<div class=\"scale\">")
        for word in scale { html.element("span", word) }
        html.markup("</div>\n</figure>\n")
    }

    /// The middle of a list of numbers.
    static func median(_ numbers: [Int64]) -> Int64 { numbers.isEmpty ? 0 : numbers.sorted()[numbers.count / 2] }

    static func rectangle(_ name: String, x: Double, y: Double, width: Double, height: Double) -> String {
        "<rect class=\"\(name)\" x=\"\(x.tenths)\" y=\"\(y.tenths)\" width=\"\(width.tenths)\" height=\"\(height.tenths)\"/>"
    }
}

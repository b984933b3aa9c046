import Testing

@testable import PositionedYAML

struct TextWidthTests {
    @Test(arguments: [
        ("", 0), ("u-ab123", 7), ("日本語", 6), ("caf\u{E9}", 4), ("cafe\u{301}", 4), ("🌍", 2), ("👩‍🔬", 2), ("☂️", 2), ("ｱ", 1), ("Ａ", 2),
        ("한글", 4), ("a\u{200B}b", 2), ("…█▌", 3),
    ])
    func `a text takes as many columns as a terminal gives it`(text: String, width: Int) {
        #expect(TextWidth.of(text) == width)
    }

    @Test func `colours take no room`() {
        #expect(TextWidth.visible("\u{1B}[32m###\u{1B}[0m--") == 5)
    }

    @Test func `a long name keeps its beginning and its end`() {
        #expect(TextWidth.shortened("u-ab123 19880901T0000Z atmos", to: 15, ellipsis: "…") == "u-ab123…Z atmos")
        #expect(TextWidth.shortened("u-ab123 19880901T0000Z atmos", to: 15, ellipsis: "...") == "u-ab12... atmos")
        #expect(TextWidth.shortened("u-ab123", to: 7, ellipsis: "…") == "u-ab123")
    }

    @Test(arguments: 0...30) func `no shortened text is wider than it may be`(width: Int) {
        for text in ["u-ab123 19880901T0000Z atmos", "日本語のワークフロー 1", "👩‍🔬👩‍🔬👩‍🔬", "cafe\u{301} cafe\u{301} cafe\u{301}"] {
            for ellipsis in ["…", "..."] {
                #expect(TextWidth.of(TextWidth.shortened(text, to: width, ellipsis: ellipsis)) <= width)
                #expect(TextWidth.of(TextWidth.cut(text, to: width, ellipsis: ellipsis)) <= width)
            }
        }
    }
}

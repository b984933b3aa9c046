/// Names whose bytes differ though Swift calls them equal, and names that `Character` joins to what stands beside them.
enum OddNames {
    /// Each with its twins: other bytes, the same text.
    static let twins: [[String]] = [
        ["caf\u{E9}.pp", "cafe\u{301}.pp"], ["\u{C5}ngstr\u{F6}m", "A\u{30A}ngstro\u{308}m", "\u{212B}ngstr\u{F6}m"],
        ["K.nc", "\u{212A}.nc"],
        ["a;b", "a\u{37E}b"], ["`x`", "\u{1FEF}x\u{1FEF}"], ["sub/\u{E9}", "sub/e\u{301}"],
        ["\u{1E69}", "s\u{307}\u{323}", "s\u{323}\u{307}"],
    ]
    static let joining = [
        "\u{301}begins", "sub/\u{301}begins", "\u{301}/\u{301}", "\u{600}/ends", "it's", "it'\u{301}s", "'\u{301}; touch escaped; '",
        "\"\u{301}$(touch escaped)", "\\\u{301}", "back\\slash", "\\n", "cr\r\nlf", "\r", "lf\n", "\n\u{301}", " in front", "-",
        "-\u{301}n",
        "\u{200D}joiner", "a/\u{200D}/b", "\u{FE0F}",
    ]
    static var all: [String] { twins.flatMap(\.self) + joining }
}

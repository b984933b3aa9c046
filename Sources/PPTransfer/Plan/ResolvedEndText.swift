extension ResolvedEnd {
    /// `jasmin:/gws/nopw/j04/…`
    package var text: String { "\(name):\(path)" }
}

extension ResolvedEnd {
    /// `jasmin:/gws/nopw/j04/…`
    public var text: String { "\(name):\(path)" }
}

import PositionedYAML

extension Positioned<String> {
    /// Whether a pattern has no wildcard and speaks of no path.
    var isBareName: Bool { !value.utf8.contains { "*?[/".utf8.contains($0) } }
}

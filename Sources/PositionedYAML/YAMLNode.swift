/// A value of a YAML text, before anyone has asked for its type, and where it stands.
///
/// Scalars keep their text: `19880901`, `on`, `1e3` and `12:30` mean nothing else until a typed reader asks.
package struct YAMLNode: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// In the order of the text, no key twice; what `<<` merged comes last.
        case mapping([YAMLEntry])
        /// Already reported; whoever reads on passes over it.
        case refused
    }

    package var content: Content
    package var position: SourcePosition

    package init(content: Content, position: SourcePosition) { (self.content, self.position) = (content, position) }

    /// Whether this is what YAML 1.2 calls null: nothing at all, `~` or `null`, not in quotes.
    package var isNull: Bool {
        guard case .scalar(let scalar) = content else { return false }
        return scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    /// Whether nothing is written here.
    package var isBlank: Bool {
        guard case .scalar(let scalar) = content else { return false }
        return scalar.style == .plain && scalar.text.isEmpty
    }

    /// What a reader who wanted something else is told.
    package var kindName: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .refused: "a value already refused"
        }
    }
}

package struct YAMLScalar: Equatable, Sendable {
    package enum Style: Equatable, Sendable { case plain, quoted, block }

    package var text: String
    package var style: Style
    /// How far the text's first character is from the node's column, if the file holds the text letter for letter on one line.
    package var literalOffset: Int?
}

package struct YAMLEntry: Equatable, Sendable {
    package var key: String
    package var keyPosition: SourcePosition
    package var value: YAMLNode
}

/// Reads descriptions: YAML text in, one `TaskDescription` per document out, or every problem of the text at once.
public struct DescriptionReader: Sendable {
    public var variables: Variables

    public init(variables: Variables) { self.variables = variables }

    /// - Parameter file: the name that messages use.
    public func read(_ text: [UInt8], file: String) throws(Problems) -> [TaskDescription] {
        throw Problems([Problem(at: SourcePosition(file: file, line: 1, column: 1), "cannot be read by this version")])
    }

    /// Reads the file at `path`. A missing or unreadable one is a problem like any other.
    public func read(file path: String) throws(Problems) -> [TaskDescription] {
        try read([], file: path)
    }
}

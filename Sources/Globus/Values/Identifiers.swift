/// The UUID of a Globus collection, in lower case.
public struct CollectionID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The UUID in lower case: `a2f53b7f-1b4e-4dce-9b7c-349ae760fee0`.
    public let description: String

    /// - Returns: `nil` unless `text` is a UUID in its usual form (8-4-4-4-12 hexadecimal digits).
    public init?(_ text: some StringProtocol) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12],
            groups.allSatisfy({
                $0.utf8.allSatisfy { byte in
                    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20
                }
            })
        else { return nil }
        description = text.lowercased()
    }

    private init(zero: Void) { description = "00000000-0000-0000-0000-000000000000" }

    /// Stands where a collection is not known yet; no collection has it.
    public static let null = CollectionID(zero: ())

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = CollectionID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a UUID")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// An id that only the service reads: whatever it answered is kept as it is.
public protocol OpaqueID: Hashable, Sendable, Codable, CustomStringConvertible, ExpressibleByStringLiteral
where StringLiteralType == String {
    /// Takes an id as the service gave it. Any text is kept.
    init(_ text: String)
}

extension OpaqueID {
    /// Takes an id that is written in the source.
    public init(stringLiteral text: String) { self.init(text) }
    public init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The id under which Globus runs a task.
public struct TaskID: OpaqueID {
    /// The id as the service gave it; a UUID in practice.
    public let description: String

    /// Takes a task's id as the service gave it. Any text is kept.
    public init(_ text: String) { description = text }

    /// The page of the Globus web app that shows the task.
    public var webPage: String { "https://app.globus.org/activity/\(description)" }
}

/// The id that makes one submission safe to repeat: Globus runs a document once per id. It is not the task's id.
public struct SubmissionID: OpaqueID {
    /// The id as the service gave it; a UUID in practice.
    public let description: String

    /// Takes a submission's id that `GlobusClient.newSubmissionID()` returned before. Any text is kept.
    public init(_ text: String) { description = text }
}

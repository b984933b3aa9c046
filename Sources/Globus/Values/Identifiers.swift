package import FoundationEssentials

/// The UUID of a Globus collection, in lower case.
///
/// The web app shows it on the collection's page (app.globus.org/collections, then the collection, "UUID"), and
/// `GlobusClient.collections(matching:)` finds it by the collection's name.
public struct CollectionID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The UUID in lower case: `a2f53b7f-1b4e-4dce-9b7c-349ae760fee0`.
    public let description: String

    /// - Returns: `nil` unless `text` is a UUID in its usual form (8-4-4-4-12 hexadecimal digits).
    public init?(_ text: some StringProtocol) {
        guard let checked = text.asUUID else { return nil }
        description = checked
    }

    package init(_ id: UUID) { description = id.uuidString.lowercased() }

    private init(zero: Void) { description = "00000000-0000-0000-0000-000000000000" }

    /// Stands where a collection is not known yet; no collection has it.
    public static let null = CollectionID(zero: ())

    /// - Throws: `DecodingError` for a text that is not a UUID.
    public init(from decoder: any Decoder) throws { description = try decoder.uuid() }

    public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }
}

/// The id under which Globus runs a task: a UUID, in lower case.
public struct TaskID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The UUID in lower case, as the web app and the Globus CLI show it.
    public let description: String

    /// - Returns: `nil` unless `text` is a UUID in its usual form (8-4-4-4-12 hexadecimal digits).
    public init?(_ text: some StringProtocol) {
        guard let checked = text.asUUID else { return nil }
        description = checked
    }

    package init(_ id: UUID) { description = id.uuidString.lowercased() }

    private init(zero: Void) { description = "00000000-0000-0000-0000-000000000000" }

    /// Stands in a list for the id of a task that has none; no task has it.
    public static let null = TaskID(zero: ())

    /// - Throws: `DecodingError` for a text that is not a UUID.
    public init(from decoder: any Decoder) throws { description = try decoder.uuid() }

    public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }

    /// The page of the Globus web app that shows the task.
    public var webPage: String { "https://app.globus.org/activity/\(description)" }
}

/// The id that makes one submission safe to repeat: Globus runs a document once per id. A UUID, in lower case, and not the task's id.
public struct SubmissionID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The UUID in lower case.
    public let description: String

    /// - Returns: `nil` unless `text` is a UUID in its usual form (8-4-4-4-12 hexadecimal digits).
    public init?(_ text: some StringProtocol) {
        guard let checked = text.asUUID else { return nil }
        description = checked
    }

    package init(_ id: UUID) { description = id.uuidString.lowercased() }

    /// - Throws: `DecodingError` for a text that is not a UUID.
    public init(from decoder: any Decoder) throws { description = try decoder.uuid() }

    public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }
}

extension StringProtocol {
    /// In lower case, if this is a UUID in its usual form.
    var asUUID: String? {
        // Each field of each answer is asked this.
        let text = String(self)
        guard text.utf8.count == 36 else { return nil }
        for (place, byte) in text.utf8.enumerated() {
            let isRight =
                switch place {
                case 8, 13, 18, 23: byte == UInt8(ascii: "-")
                default: UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20
                }
            guard isRight else { return nil }
        }
        return text.lowercased()
    }
}

extension Decoder {
    fileprivate func uuid() throws -> String {
        let container = try singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = text.asUUID else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a UUID")
        }
        return id
    }
}

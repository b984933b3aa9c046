/// Which tasks are meant, of all that the login has submitted. Every condition that is set must hold.
public struct TaskFilter: Hashable, Sendable {
    /// Any of these; empty means all.
    public var statuses: [TaskStatus] = []
    /// Exactly this label. Letters, digits, blanks, `_`, `-` and `.` can be looked for: the service's filters know no way to write others.
    public var label: String?
    /// Submitted at this time or later.
    public var requestedSince: Timestamp?
    /// Submitted at this time or earlier.
    public var requestedUntil: Timestamp?

    /// All tasks.
    public init() {}

    /// The service's own form of a filter: `status:ACTIVE,INACTIVE/label:=x`.
    ///
    /// - Throws: `invalid` if the label cannot be written in one.
    package func text() throws(GlobusError) -> String {
        var clauses: [String] = []
        if !statuses.isEmpty { clauses.append("status:" + statuses.map(\.description).joined(separator: ",")) }
        if let label {
            guard !label.isEmpty, label.utf8.allSatisfy(Self.isSearchable) else {
                throw .invalid(
                    request: "GET /v0.10/task_list", detail: "the label '\(label)' cannot be looked for: '/' and ',' divide filters")
            }
            clauses.append("label:=\(label)")
        }
        if requestedSince != nil || requestedUntil != nil {
            clauses.append("request_time:\(requestedSince.map(Self.written) ?? ""),\(requestedUntil.map(Self.written) ?? "")")
        }
        return clauses.joined(separator: "/")
    }

    private static func isSearchable(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: " "), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...:
            true
        default: false
        }
    }

    /// `YYYY-MM-DD HH:MM:SS`
    private static func written(_ moment: Timestamp) -> String { String(moment.wire.prefix(19)) }
}

import FoundationEssentials

/// One request that the stand-in answered. Holds no header and no body, so no secret.
public struct StandInRequest: Sendable, Hashable {
    public var method: String
    /// Without the query.
    public var path: String
    /// As it was sent, still encoded; empty without one.
    public var query: String
    /// 0 if the connection was cut without an answer.
    public var status: Int
}

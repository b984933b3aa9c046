/// How much the HTTP server bears: of one client, and of all together.
struct ListenerLimits: Sendable {
    /// Bytes of a request line with its headers.
    var headBytes = 64 << 10
    var headerCount = 100
    /// Bytes of one request's body.
    var bodyBytes = 64 << 20
    /// Bytes of all bodies that are held at once.
    var allBodyBytes = 256 << 20
    var connections = 500
    /// From the first moment of a connection to the end of its first head; until then it may be a stranger.
    var headTime = Duration.seconds(20)
    /// From the end of a head to the end of the body.
    var bodyTime = Duration.seconds(300)
    /// From an answer to the end of the next head.
    var idleTime = Duration.seconds(600)
    /// For an answer to be taken by the client.
    var answerTime = Duration.seconds(300)
    /// For a client that was refused to hear it: what it still sends is thrown away.
    var farewellTime = Duration.seconds(2)
}

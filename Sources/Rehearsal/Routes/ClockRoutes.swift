import FoundationEssentials

/// The one route that Globus does not have: time passes for the service, so that a month's campaign can be played in a minute.
struct ClockRoutes: Sendable {
    let service: Service

    var routes: [Route] { [Route("POST", "/rehearsal/advance", advance)] }

    /// The form `seconds=N`. Tokens, logins and deadlines age by so much at once.
    @Sendable private func advance(_ request: Request, _: [String]) async throws -> Reply {
        guard let seconds = try request.form()["seconds"].flatMap({ Int64($0) }), (0...10_000_000_000).contains(seconds) else {
            throw Refusal.badRequest("Expected the form 'seconds=N'")
        }
        service.clock.advance(by: .seconds(seconds))
        await service.board.clockWasSet()
        return try Reply(["now": WireTime.stamp(service.clock.now)])
    }
}

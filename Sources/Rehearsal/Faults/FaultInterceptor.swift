import FoundationEssentials

/// Stands before the routes and lets requests go wrong as the rules say.
struct FaultInterceptor: Interceptor {
    let desk: FaultDesk
    let tokens: TokenStore
    let door: Door

    func answer(_ request: Request, next: @Sendable (Request) async -> Reply) async -> Reply {
        guard let effect = desk.effect(on: request) else { return await next(request) }
        switch effect {
        case .loseAnswer: return await next(request).delivered(.none)
        case .refuse: return .hangUp
        case .cut(let bytes):
            let reply = await next(request)
            return reply.delivered(.cut(after: min(bytes ?? reply.body.count / 2, reply.body.count)))
        case .truncate(let bytes):
            var reply = await next(request)
            reply.body = reply.body.prefix(bytes ?? reply.body.count / 2)
            return reply
        case .empty:
            var reply = await next(request)
            reply.body = Data()
            return reply
        case .notJSON:
            var reply = await next(request)
            reply.body = Data("Service temporarily busy, please stand by\n".utf8)
            return reply
        case .html(let status): return FaultReplies.page(status)
        case .stall: return Reply(status: 0, body: Data()).delivered(.stalled)
        case .slow(let delay):
            let reply = await next(request)
            try? await Task.sleep(for: delay)
            return reply
        case .outage(let duration):
            await door.close(for: duration)
            return .hangUp
        case .refusal(let answer):
            if answer.isCarriedOut { _ = await next(request) }
            return FaultReplies.refused(request, by: answer, at: desk.clock.now)
        case .consentRequired: return FaultReplies.consentRequired(request)
        case .sessionExpired(let domain): return FaultReplies.sessionExpired(domain, request)
        case .expireTokens:
            await tokens.expireAccessTokens()
            return await next(request)
        case .revokeTokens:
            await tokens.revokeEverything()
            return await next(request)
        case .invalidGrant: return Refusal.auth(401, "invalid_grant", "invalid_grant").reply(to: request)
        case .edit(let edit): return FaultReplies.edited(await next(request), edit)
        }
    }
}

extension Reply {
    static var hangUp: Reply { Reply(status: 0, body: Data()).delivered(.none) }

    func delivered(_ delivery: Delivery) -> Reply {
        var copy = self
        copy.delivery = delivery
        return copy
    }
}

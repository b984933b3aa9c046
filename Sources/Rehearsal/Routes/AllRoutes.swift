extension Router {
    /// All that the stand-in answers.
    convenience init(_ service: Service) {
        self.init(
            clock: service.clock, onRequest: service.configuration.onRequest,
            interceptors: service.configuration.interceptors + [
                FaultInterceptor(desk: service.desk, tokens: service.tokens, door: service.door)
            ],
            routes: TokenRoutes(service: service).routes + LoginRoutes(service: service).routes + IdentityRoutes(service: service).routes
                + SubmissionRoutes(service: service).routes + TaskRoutes(service: service).routes
                + CollectionRoutes(service: service).routes + FileRoutes(service: service).routes + ClockRoutes(service: service).routes)
    }
}

import Globus

/// What the routes share.
final class Service: Sendable {
    let configuration: StandInConfiguration
    let tokens: TokenStore
    let clients: ClientBook
    let people: PeopleBook
    let consents = ConsentBook()
    let sessions = SessionBook()
    let signer = IDTokenSigner()
    let ledger = SubmissionLedger()
    let rules: SessionRules
    let board: TaskBoard
    let storage: any Storage
    let desk: FaultDesk
    let door: Door
    private let collections: [CollectionID: PlayedCollection]
    var clock: ServiceClock { desk.clock }
    /// In the order of the configuration.
    let catalogue: [PlayedCollection]

    init(_ configuration: StandInConfiguration) {
        self.configuration = configuration
        let desk = FaultDesk(configuration)
        let storage = SpoiledStorage(base: configuration.storage, desk: desk)
        (self.desk, self.storage, door) = (
            desk, storage, Door(port: configuration.port, gate: Gate(secret: configuration.pathSecret), limits: configuration.limits)
        )
        tokens = TokenStore(configuration, clock: desk.clock)
        (clients, people) = (ClientBook(configuration), PeopleBook(configuration))
        rules = SessionRules(people: people, sessions: sessions)
        board = TaskBoard(configuration, desk: desk, rules: rules)
        catalogue = configuration.collections.map { PlayedCollection($0, storage: storage) }
        collections = Dictionary(catalogue.map { ($0.id, $0) }) { _, last in last }
    }

    /// - Throws: a refusal `EndpointNotFound`, or `EndpointDeleted`.
    func collection(_ text: String) throws(Refusal) -> PlayedCollection {
        guard let id = CollectionID(text), let collection = collections[id] else { throw .endpointNotFound(text) }
        guard collection.settings.closure != .deleted else {
            throw .transfer(404, "EndpointDeleted", "Endpoint '\(id)' has been deleted")
        }
        return collection
    }
}

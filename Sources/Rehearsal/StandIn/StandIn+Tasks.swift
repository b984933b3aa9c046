extension StandIn {
    /// Every task accepted so far, also those that clients can no longer see, in the order of acceptance.
    public var tasks: [StandInTask] { get async { await service.board.accepted } }
}

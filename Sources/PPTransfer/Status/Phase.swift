/// Where a run stands when something goes wrong.
public enum Phase: Sendable, Equatable {
    case source, submission, waiting
}
